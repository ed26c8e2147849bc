import type { ServerResponse } from "node:http";
import { formatError } from "@cleanauth/common/app-error.ts";
import { exitCodeOf } from "@cleanauth/common/exit-code.ts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ExchangeEvent } from "../../exchange.ts";
import { errorLine } from "../../localized-error.ts";
import { type OAuthServers, startOAuthServers } from "../../testing/oauth-servers.ts";
import type { TokenSource } from "../sign-in.ts";
import {
  createClientCredentialsSignIn,
  type MachineSettings,
} from "./client-credentials-sign-in.ts";

const secret = "hush: +/=%";

let servers: OAuthServers;
let events: ExchangeEvent[];
beforeEach(async () => {
  servers = await startOAuthServers();
  // As with Cognito, nothing is said about PKCE, and there is no refresh token.
  delete servers.metadata.code_challenge_methods_supported;
  Object.assign(servers.token, { refresh_token: undefined });
  events = [];
});
afterEach(() => servers.close());

function begin(more: Partial<MachineSettings> = {}) {
  const { serverUrl, issuer } = servers;
  const settings = {
    serverUrl,
    credentials: { clientId: "machine1", clientSecret: secret },
    knownBy: (named: string) => named === issuer,
    bindsResource: false,
    ...more,
  };
  return createClientCredentialsSignIn(settings, (event) => void events.push(event));
}

async function signIn(more: Partial<MachineSettings> = {}): Promise<TokenSource> {
  const step = await begin(more).answer({});
  if (step.kind !== "signed_in") throw new Error("something was asked");
  return step.tokens;
}

/** Answers each token request in turn with what is next: an error code, or an access token. */
function answerTokenRequests(...answers: ({ error: string } | { access_token: string })[]): void {
  servers.overrides.set("/as/token", (_request, response: ServerResponse) => {
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    const status = answer !== undefined && "error" in answer ? 400 : 200;
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify({ token_type: "Bearer", ...answer }));
  });
}

describe("a machine's sign-in", () => {
  it("proves itself in the header, for the scope of the challenge", async () => {
    servers.challenge.value += ', scope="weather:read"';
    const tokens = await signIn();
    expect(await tokens.accessToken()).toBe("opaque-1");
    expect(Object.fromEntries(servers.forms[0] ?? [])).toEqual({
      grant_type: "client_credentials",
      scope: "weather:read",
    });
    const [, encoded = ""] = servers.credentials[0]?.split(" ") ?? [];
    expect(Buffer.from(encoded, "base64").toString()).toBe("machine1:hush%3A+%2B%2F%3D%25");
  });

  it("names the resource where its issuer binds tokens to one", async () => {
    await signIn({ bindsResource: true });
    expect(servers.forms[0]?.get("resource")).toBe(servers.serverUrl);
  });

  it("chooses the issuer that knows it among those that the server names", async () => {
    const issuers = ["https://other.example", servers.issuer];
    Object.assign(servers.resourceMetadata, { authorization_servers: issuers });
    expect(await (await signIn()).accessToken()).toBe("opaque-1");
  });

  it.each([
    ["another issuer", () => void 0],
    [
      "no issuer but itself",
      () =>
        servers.overrides.set(
          "/.well-known/oauth-protected-resource/mcp",
          (_request, response) => void response.writeHead(404).end(),
        ),
    ],
  ])("shows its secret to nobody where the server names %s", async (_what, arrange) => {
    arrange();
    const error = await signIn({ knownBy: () => false }).catch((caught) => caught);
    expect(error).toMatchObject({ code: "server_authorization_unusable" });
    expect(servers.credentials).toEqual([]);
  });

  it("shows it to no issuer that says it signs in users alone", async () => {
    Object.assign(servers.metadata, { grant_types_supported: ["authorization_code"] });
    await expect(signIn()).rejects.toThrow(/does not sign in machines/);
    expect(servers.credentials).toEqual([]);
  });

  it("takes what its app client may have where that is not all that the server asks for", async () => {
    answerTokenRequests({ error: "invalid_scope" }, { access_token: "less" });
    expect(await (await signIn()).accessToken()).toBe("less");
  });

  it("asks again with its secret when the token ends, once for all who wait, for the same scope", async () => {
    Object.assign(servers.token, { expires_in: 10 });
    const tokens = await signIn();
    Object.assign(servers.token, { expires_in: 900, access_token: "opaque-2" });
    const all = await Promise.all([tokens.accessToken(), tokens.accessToken()]);
    expect(all).toEqual(["opaque-2", "opaque-2"]);
    expect(await tokens.accessToken()).toBe("opaque-2");
    expect(servers.forms.map((form) => form.get("scope"))).toEqual(
      Array(2).fill("notes:read notes:write"),
    );
  });

  it("asks again when the server has refused the token", async () => {
    const tokens = await signIn();
    Object.assign(servers.token, { access_token: "opaque-2" });
    expect(await tokens.accessToken({ refuse: "opaque-1" })).toBe("opaque-2");
  });

  it("asks for more scope when the server needs it, and has none to offer where it is refused", async () => {
    const tokens = await signIn();
    Object.assign(servers.token, { access_token: "wider" });
    expect(await tokens.accessTokenFor("admin")).toBe("wider");
    expect(servers.forms.at(-1)?.get("scope")).toBe("notes:read notes:write admin");
    answerTokenRequests({ error: "invalid_scope" });
    expect(await tokens.accessTokenFor("more")).toBeNull();
    expect(await tokens.accessToken()).toBe("wider");
  });

  it("hands out no token once it has left", async () => {
    const tokens = await signIn();
    await tokens.signOut();
    await expect(tokens.accessToken()).rejects.toMatchObject({ code: "sign_in_expired" });
  });

  it.each([
    ["invalid_client", "sign_in_machine_refused", /COGNITO_MACHINE_CLIENT_SECRET/],
    ["unauthorized_client", "sign_in_machine_refused", /client credentials grant/],
    ["invalid_grant", "sign_in_machine_refused", /client credentials grant/],
    ["invalid_scope", "sign_in_machine_scope", /custom scope/],
    ["server_\x1b[2Jerror", "sign_in_refused", /authorization server refused/],
  ])("says what %s means, with exit code 3", async (error, code, words) => {
    answerTokenRequests({ error });
    const thrown = await signIn().catch((caught) => caught);
    expect(thrown).toMatchObject({ code });
    expect(formatError(thrown)).toMatch(words);
    expect(formatError(thrown)).not.toContain("\x1b");
    expect(exitCodeOf(thrown)).toBe(3);
  });

  it.each([
    ["a page", (response: ServerResponse) => void response.writeHead(200).end("<html>")],
    ["an error page", (response: ServerResponse) => void response.writeHead(502).end("<html>")],
    [
      "a redirect",
      (response: ServerResponse) =>
        void response.writeHead(307, { location: `${servers.origin}/elsewhere` }).end(),
    ],
  ])("takes %s for no answer, and carries its secret nowhere else", async (_what, respond) => {
    servers.overrides.set("/as/token", (_request, response) => respond(response));
    await expect(signIn()).rejects.toMatchObject({ code: "sign_in_unexpected_answer" });
    expect(servers.requests).not.toContain("POST /elsewhere");
  });

  it("says that the line was cut", async () => {
    servers.overrides.set("/as/token", (request) => void request.socket.destroy());
    const error = await signIn().catch((caught) => caught);
    expect(error).toMatchObject({ code: "sign_in_unreachable" });
    expect(errorLine(error, "en")).toMatch(/cannot be reached: the connection was cut/);
    expect(errorLine(error, "ko")).toMatch(/^인가 서버에 연결할 수 없습니다: 연결이 끊김/);
  });

  it("records every step, and neither secret nor token", async () => {
    await signIn();
    const asked = events.filter(({ type }) => type === "asked").map(({ what }) => what);
    expect(asked.map((what) => what.replace(servers.origin, ""))).toEqual([
      "POST /mcp",
      "GET /.well-known/oauth-protected-resource/mcp",
      "GET /.well-known/oauth-authorization-server/as",
      "POST /as/token",
    ]);
    expect(JSON.stringify(events)).not.toMatch(/hush|opaque-1|Basic/);
  });
});
