import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { secretHash } from "../../client/sign-in/secret-hash.ts";
import { type LocalStack, runClient, startLocalStack } from "./local-stack.ts";

// What is to be refused, tried against the program of `make start` as it is.

let stack: LocalStack;
beforeAll(async () => {
  stack = await startLocalStack();
}, 40_000);
afterAll(async () => {
  await stack?.stop();
});

const server = () => stack.environment.MCP_SERVER_URL ?? "";

describe("what goes wrong is one line with a fix and an exit code", () => {
  const cases: [string, string[], Record<string, string>, number, RegExp][] = [
    ["a wrong password", ["SERVER", "demo"], { CLEANAUTH_PASSWORD: "Wrong-1234" }, 3, /Incorrect/],
    ["an unknown user", ["SERVER", "nobody"], {}, 3, /Incorrect/],
    ["a disabled user", ["SERVER", "disabled"], {}, 3, /disabled/],
    ["an unconfirmed user", ["SERVER", "unconfirmed"], {}, 3, /confirm/],
    ["a temporary password", ["SERVER", "newbie"], {}, 3, /new password/i],
    ["a second factor", ["SERVER", "mfa"], {}, 3, /authenticator app/],
    [
      "a wrong client id",
      ["SERVER"],
      { COGNITO_CLIENT_ID: "nosuchclient" },
      2,
      /COGNITO_CLIENT_ID/,
    ],
    ["a value of the wrong form", ["SERVER"], { COGNITO_POOL_ID: "pool" }, 2, /COGNITO_POOL_ID/],
    ["a server that is down", ["http://localhost:1/mcp"], {}, 4, /localhost:1/],
    ["a server that is no MCP server", ["WEB/mcp"], {}, 4, /MCP/],
    ["a URL that is none", ["not a url"], {}, 2, /URL/],
    ["an unknown option", ["SERVER", "--nonsense"], {}, 2, /--nonsense/],
    ["a far server over plain http", ["http://192.0.2.1/mcp"], {}, 2, /--insecure/],
  ];

  it.each(cases)("%s", async (_name, argumentsBefore, environment, exitCode, words) => {
    const urls = { SERVER: server(), WEB: `http://localhost:${stack.environment.WEB_PORT}` };
    const positionals = argumentsBefore.map((word) =>
      word.replace(/^(SERVER|WEB)/, (name) => urls[name as keyof typeof urls]),
    );
    // Settings of the local stack go with its own server alone; for another they are given.
    const outcome = await runClient(stack.folder, [...positionals, "--prompt", "who am I?"], {
      environment: { ...stack.environment, ...environment },
    });
    expect(outcome.stderr).toMatch(words);
    expect(outcome.stderr.trim().split("\n")).toHaveLength(1);
    expect(outcome.stderr).not.toMatch(/ at .*\.[jt]s|Wrong-1234/);
    expect(outcome.exitCode).toBe(exitCode);
  });

  it("a wrong password and an unknown user read alike", async () => {
    const wrong = { environment: { CLEANAUTH_PASSWORD: "Wrong-1234" } };
    const ofUser = await runClient(stack.folder, [server(), "demo", "--prompt", "x"], wrong);
    const ofNobody = await runClient(stack.folder, [server(), "nobody", "--prompt", "x"], wrong);
    expect(ofNobody.stderr).toBe(ofUser.stderr);
  });

  it("a model that refuses", async () => {
    const bedrock = stack.environment.AWS_ENDPOINT_URL_BEDROCK_RUNTIME;
    await fetch(`${bedrock}/control/faults`, {
      method: "PUT",
      body: JSON.stringify([{ fault: "AccessDeniedException" }]),
    });
    const outcome = await runClient(stack.folder, [server(), "demo", "--prompt", "who am I?"]);
    expect(outcome.exitCode).toBe(5);
    expect(outcome.stderr).toMatch(/model access|IAM/i);
  });
});

describe("without a valid access token", () => {
  const routes = [
    ["POST", "/mcp"],
    ["GET", "/mcp"],
    ["DELETE", "/mcp"],
    ["GET", "/sse"],
    ["POST", "/messages?sessionId=3f0c6a52-0000-4000-8000-000000000000"],
  ] as const;

  it.each(routes)("%s %s answers 401 and where to find the metadata", async (method, path) => {
    const response = await fetch(new URL(path, server()), { method });
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toMatch(
      /^Bearer .*resource_metadata="http:\/\/localhost:\d+\/\.well-known\/oauth-protected-resource/,
    );
    await response.body?.cancel();
  });
});

const initialize = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: {
    protocolVersion: "2025-11-25",
    capabilities: {},
    clientInfo: { name: "chain", version: "1" },
  },
};

describe("with a token that is not for this server or not for this session", () => {
  it("refuses an id token", async () => {
    const response = await post((await tokensOf("demo")).IdToken, initialize);
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toContain('error="invalid_token"');
  });

  it("refuses an access token of another pool", async () => {
    const other = await startLocalStack();
    const { AccessToken } = await tokensOf("demo", other);
    await other.stop();
    expect((await post(AccessToken, initialize)).status).toBe(401);
  }, 40_000);

  it("answers another user's session id as if it did not exist", async () => {
    const mine = await post((await tokensOf("demo")).AccessToken, initialize);
    expect(mine.status).toBe(200);
    await mine.body?.cancel();
    const session = { "Mcp-Session-Id": mine.headers.get("mcp-session-id") ?? "" };
    const unknown = { "Mcp-Session-Id": "3f0c6a52-0000-4000-8000-000000000000" };
    const { AccessToken } = await tokensOf("admin");
    const list = { jsonrpc: "2.0", id: 2, method: "tools/list" };
    const [ofOther, ofNobody] = [
      await post(AccessToken, list, session),
      await post(AccessToken, list, unknown),
    ];
    expect(ofOther.status).toBe(404);
    expect(await ofOther.text()).toBe(await ofNobody.text());
  });
});

interface Tokens {
  AccessToken: string;
  IdToken: string;
}

/** Signs in as an unmodified client of Cognito does, and returns what only such a client sees. */
async function tokensOf(user: string, of = stack): Promise<Tokens> {
  const { environment } = of;
  const { COGNITO_CLIENT_ID: clientId = "", COGNITO_CLIENT_SECRET: secret = "" } = environment;
  const response = await fetch(environment.AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER ?? "", {
    method: "POST",
    headers: {
      "Content-Type": "application/x-amz-json-1.1",
      "X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth",
    },
    body: JSON.stringify({
      AuthFlow: "USER_PASSWORD_AUTH",
      ClientId: clientId,
      AuthParameters: {
        USERNAME: user,
        PASSWORD: environment.CLEANAUTH_PASSWORD,
        SECRET_HASH: secretHash(user, clientId, secret),
      },
    }),
  });
  const { AuthenticationResult } = (await response.json()) as { AuthenticationResult: Tokens };
  return AuthenticationResult;
}

function post(token: string, message: object, headers: Record<string, string> = {}) {
  return fetch(server(), {
    method: "POST",
    headers: {
      Authorization: `Bearer ${token}`,
      "Content-Type": "application/json",
      Accept: "application/json, text/event-stream",
      ...headers,
    },
    body: JSON.stringify(message),
  });
}
