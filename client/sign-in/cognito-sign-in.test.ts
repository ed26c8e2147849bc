import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { formatError } from "@cleanauth/common/app-error.ts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createCognitoCalls } from "./cognito-calls.ts";
import { createCognitoSignIn } from "./cognito-sign-in.ts";
import { secretHash } from "./secret-hash.ts";

// The unmodified AWS SDK talks to a plain HTTP server that answers with what each test puts in line.

interface Request {
  operation: string;
  body: Record<string, unknown>;
  headers: NodeJS.Dict<string | string[]>;
}

let server: Server;
let requests: Request[];
let answers: { status: number; body: unknown }[];
let kept: NodeJS.ProcessEnv;

beforeEach(async () => {
  requests = [];
  answers = [];
  kept = { ...process.env };
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    requests.push({
      operation: String(request.headers["x-amz-target"]).split(".")[1] ?? "",
      body: JSON.parse(Buffer.concat(chunks).toString()),
      headers: request.headers,
    });
    const { status, body } = answers.shift() ?? { status: 500, body: {} };
    response.writeHead(status, { "content-type": "application/x-amz-json-1.1" });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  process.env.AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER = `http://127.0.0.1:${port}`;
  // Whoever looks for credentials lands on the same server, and is noticed.
  process.env.AWS_EC2_METADATA_SERVICE_ENDPOINT = `http://127.0.0.1:${port}`;
  process.env.AWS_CONFIG_FILE = "/nonexistent";
  process.env.AWS_SHARED_CREDENTIALS_FILE = "/nonexistent";
  for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_REGION"]) {
    delete process.env[name];
  }
});
afterEach(async () => {
  process.env = kept;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function signIn(clientSecret?: string, insecure = false) {
  const secret = clientSecret === undefined ? {} : { clientSecret };
  return createCognitoSignIn(
    createCognitoCalls({ region: "us-east-1", clientId: "client1", ...secret }, insecure),
  );
}

function answer(body: unknown, status = 200): void {
  answers.push({ status, body });
}

function refuse(name: string, message: string): void {
  answer({ __type: name, message }, 400);
}

describe("createCognitoSignIn", () => {
  it("signs in with user name, password and the secret's hash, and needs no AWS credentials", async () => {
    answer(tokens());
    const step = await signIn("hush").start("데모", "Sesam-1234");
    expect(step).toMatchObject({ kind: "signed_in", tokens: { identity: { username: "demo" } } });
    expect(requests).toHaveLength(1);
    expect(requests[0]?.operation).toBe("InitiateAuth");
    expect(requests[0]?.body).toEqual({
      AuthFlow: "USER_PASSWORD_AUTH",
      ClientId: "client1",
      AuthParameters: {
        USERNAME: "데모",
        PASSWORD: "Sesam-1234",
        SECRET_HASH: secretHash("데모", "client1", "hush"),
      },
    });
    expect(requests[0]?.headers.authorization).toBeUndefined();
  });

  it("sends no hash for an app client without a secret", async () => {
    answer(tokens());
    await signIn().start("demo", "Sesam-1234");
    expect(requests[0]?.body.AuthParameters).not.toHaveProperty("SECRET_HASH");
  });

  it("sets a new password under the user's own name, attributes included", async () => {
    answer(challenge("NEW_PASSWORD_REQUIRED", { requiredAttributes: '["userAttributes.email"]' }));
    refuse("InvalidPasswordException", "Password does not conform to policy");
    answer(tokens());
    const attempt = signIn("hush");
    expect(await attempt.start("alias@example", "Sesam-1234")).toEqual({
      kind: "challenge",
      challenge: { name: "NEW_PASSWORD_REQUIRED", requiredAttributes: ["email"] },
    });
    const given = { name: "NEW_PASSWORD_REQUIRED", attributes: { email: "a@b.example" } } as const;
    await expect(attempt.answer({ ...given, newPassword: "short" })).rejects.toMatchObject({
      code: "sign_in_password_policy",
    });
    expect(await attempt.answer({ ...given, newPassword: "Sesam-5678" })).toMatchObject({
      kind: "signed_in",
    });
    expect(requests[2]?.body).toEqual({
      ClientId: "client1",
      ChallengeName: "NEW_PASSWORD_REQUIRED",
      Session: "session-NEW_PASSWORD_REQUIRED",
      ChallengeResponses: {
        USERNAME: "user-id",
        SECRET_HASH: secretHash("user-id", "client1", "hush"),
        NEW_PASSWORD: "Sesam-5678",
        "userAttributes.email": "a@b.example",
      },
    });
  });

  it("takes a second code after a wrong one, without starting over", async () => {
    answer(challenge("SOFTWARE_TOKEN_MFA"));
    refuse("CodeMismatchException", "Invalid code received for user");
    answer(tokens());
    const attempt = signIn("hush");
    await attempt.start("mfa", "Sesam-1234");
    await expect(attempt.answer(code("111111"))).rejects.toMatchObject({
      code: "sign_in_wrong_code",
    });
    expect(await attempt.answer(code("222 222"))).toMatchObject({ kind: "signed_in" });
    expect(requests[2]?.body).toMatchObject({
      Session: "session-SOFTWARE_TOKEN_MFA",
      ChallengeResponses: { USERNAME: "user-id", SOFTWARE_TOKEN_MFA_CODE: "222222" },
    });
  });

  it("goes from one challenge to the next", async () => {
    answer(challenge("NEW_PASSWORD_REQUIRED"));
    answer(challenge("SOFTWARE_TOKEN_MFA"));
    answer(tokens());
    const attempt = signIn();
    await attempt.start("newbie", "Sesam-1234");
    const next = await attempt.answer({ name: "NEW_PASSWORD_REQUIRED", newPassword: "Sesam-5678" });
    expect(next).toEqual({ kind: "challenge", challenge: { name: "SOFTWARE_TOKEN_MFA" } });
    expect(await attempt.answer(code("123456"))).toMatchObject({ kind: "signed_in" });
  });

  it("asks Cognito nothing for what cannot be an answer", async () => {
    answer(challenge("SOFTWARE_TOKEN_MFA"));
    const attempt = signIn();
    await attempt.start("mfa", "Sesam-1234");
    await expect(attempt.answer(code("12345"))).rejects.toMatchObject({
      code: "sign_in_wrong_code",
    });
    await expect(
      attempt.answer({ name: "NEW_PASSWORD_REQUIRED", newPassword: "x" }),
    ).rejects.toMatchObject({ code: "sign_in_session_expired" });
    await expect(signIn().start("demo", "")).rejects.toMatchObject({ code: "sign_in_incomplete" });
    expect(requests).toHaveLength(1);
  });

  it("has to start over once Cognito has ended the session", async () => {
    answer(challenge("SOFTWARE_TOKEN_MFA"));
    refuse("NotAuthorizedException", "Invalid session for the user, session is expired.");
    const attempt = signIn();
    await attempt.start("mfa", "Sesam-1234");
    for (let time = 0; time < 2; time++) {
      await expect(attempt.answer(code("123456"))).rejects.toMatchObject({
        code: "sign_in_session_expired",
      });
    }
    expect(requests).toHaveLength(2);
  });

  it("refreshes with the secret itself, and revokes the token that the last refresh brought", async () => {
    answer(tokens({ ExpiresIn: 10, RefreshToken: "r1" }));
    answer(tokens({ ExpiresIn: 3600, RefreshToken: "r2" }));
    answer({});
    const step = await signIn("hush").start("demo", "Sesam-1234");
    if (step.kind !== "signed_in") return expect.unreachable();
    await step.tokens.accessToken();
    await step.tokens.signOut();
    expect(requests.slice(1).map(({ operation, body }) => [operation, body])).toEqual([
      [
        "GetTokensFromRefreshToken",
        { ClientId: "client1", ClientSecret: "hush", RefreshToken: "r1" },
      ],
      ["RevokeToken", { ClientId: "client1", ClientSecret: "hush", Token: "r2" }],
    ]);
  });

  it("says that the sign-in has expired when the refresh token was revoked", async () => {
    answer(tokens({ ExpiresIn: 10 }));
    refuse("NotAuthorizedException", "Refresh Token has been revoked");
    const step = await signIn().start("demo", "Sesam-1234");
    if (step.kind !== "signed_in") return expect.unreachable();
    await expect(step.tokens.accessToken()).rejects.toMatchObject({ code: "sign_in_expired" });
  });

  it("says so when the endpoint is no Cognito", async () => {
    answer("<html>hello</html>");
    await expect(signIn().start("demo", "Sesam-1234")).rejects.toMatchObject({
      code: "sign_in_unexpected_answer",
    });
  });

  it("says so when nothing listens there", async () => {
    process.env.AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER = "http://127.0.0.1:1";
    await expect(signIn().start("demo", "Sesam-1234")).rejects.toMatchObject({
      code: "sign_in_unreachable",
    });
  });

  it("sends no password over plain HTTP to another machine", async () => {
    process.env.AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER = "http://cognito.invalid";
    await expect(signIn().start("demo", "Sesam-1234")).rejects.toMatchObject({
      code: "configuration_insecure_endpoint",
    });
    await expect(signIn(undefined, true).start("demo", "Sesam-1234")).rejects.toMatchObject({
      code: "sign_in_unreachable",
    });
  });

  it("keeps the password out of every error", async () => {
    refuse("NotAuthorizedException", "Incorrect username or password.");
    const error = await signIn("hush")
      .start("demo", "Sesam-1234")
      .catch((caught) => caught);
    expect(`${formatError(error)} ${error.stack} ${JSON.stringify(error)}`).not.toMatch(
      /Sesam-1234|hush/,
    );
  });
});

function code(digits: string) {
  return { name: "SOFTWARE_TOKEN_MFA", code: digits } as const;
}

function challenge(name: string, parameters: Record<string, string> = {}) {
  return {
    ChallengeName: name,
    Session: `session-${name}`,
    ChallengeParameters: { USER_ID_FOR_SRP: "user-id", ...parameters },
  };
}

function tokens(more: Record<string, unknown> = {}) {
  const claims = { sub: "s", username: "demo", iat: 0, exp: 3600 };
  const payload = Buffer.from(JSON.stringify(claims)).toString("base64url");
  return {
    AuthenticationResult: {
      AccessToken: `e.${payload}.s`,
      ExpiresIn: 3600,
      RefreshToken: "r1",
      TokenType: "Bearer",
      ...more,
    },
    ChallengeParameters: {},
  };
}
