import { randomBytes } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { judgeRequest } from "./authorization-request.ts";
import { createClients } from "./clients.ts";

const settings = {
  issuer: "https://mcp.example.com",
  domainUrl: "https://login.example.com",
  publicClientId: "public",
  scopes: ["mcp-auth/notes:read", "mcp-auth/notes:write"],
  requiredScopes: [] as readonly string[],
  resources: ["https://mcp.example.com", "https://mcp.example.com/mcp"],
  bindsResource: false,
  fetchesDocuments: true,
};
const redirectUri = "https://app.example.com/callback";
const onThisDevice = "http://localhost:8123/callback";
const clients = createClients("public", randomBytes(32), async () => ({ problem: "no document" }));
let clientId: string;
beforeAll(async () => {
  const { body } = await clients.register({
    client_name: "App",
    redirect_uris: [redirectUri, onThisDevice],
  });
  clientId = (body as { client_id: string }).client_id;
});

function judge(
  changes: Record<string, string | undefined> = {},
  more: Partial<typeof settings> = {},
) {
  const parameters = {
    response_type: "code",
    client_id: clientId,
    redirect_uri: redirectUri,
    state: "xyz",
    code_challenge: "c".repeat(43),
    code_challenge_method: "S256",
    ...changes,
  };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) query.set(name, value);
  }
  return judgeRequest(query, clients, { ...settings, ...more });
}

describe("judgeRequest", () => {
  it("takes what a client may ask for, all scopes where it asks for none in particular", async () => {
    expect(await judge()).toMatchObject({
      kind: "request",
      request: { redirectUri, state: "xyz", scopes: settings.scopes, client: { name: "App" } },
    });
  });

  it.each<[string, Record<string, string | undefined>]>([
    ["an unknown client", { client_id: "made-up" }],
    ["no client", { client_id: undefined }],
    ["a document that cannot be had", { client_id: "https://app.example.com/client.json" }],
    ["another redirect URI", { redirect_uri: "https://evil.example/" }],
    ["no redirect URI", { redirect_uri: undefined }],
  ])("sends the browser nowhere for %s", async (_case, changes) => {
    expect(await judge(changes)).toMatchObject({ kind: "page" });
  });

  it.each<[string, Record<string, string | undefined>, string]>([
    ["another response type", { response_type: "token" }, "unsupported_response_type"],
    ["no PKCE", { code_challenge: undefined }, "invalid_request"],
    ["PKCE with plain", { code_challenge_method: "plain" }, "invalid_request"],
    ["PKCE without its method", { code_challenge_method: undefined }, "invalid_request"],
    ["a challenge that is no SHA-256", { code_challenge: "short" }, "invalid_request"],
    ["another server's resource", { resource: "https://other.example" }, "invalid_target"],
    ["unknown scopes alone", { scope: "admin root" }, "invalid_scope"],
    ["a state that is too long", { state: "x".repeat(1_025) }, "invalid_request"],
    ["a state that is not ASCII", { state: "상태" }, "invalid_request"],
  ])("tells the client of %s, with state and issuer", async (_case, changes, error) => {
    const judged = await judge({ redirect_uri: onThisDevice, ...changes });
    const location = new URL(judged.kind === "redirect" ? judged.location : "about:blank");
    expect(location.href.split("?")[0]).toBe(onThisDevice);
    expect(location.searchParams.get("error")).toBe(error);
    expect(location.searchParams.get("iss")).toBe(settings.issuer);
    expect(location.searchParams.get("state")).toBe("state" in changes ? null : "xyz");
  });

  it("sends nobody to the web site of a client that registered itself, on a wrong request's word", async () => {
    expect(await judge({ response_type: "token" })).toMatchObject({
      kind: "page",
      problem: "wrong-request",
      detail: expect.stringContaining("unsupported_response_type"),
    });
  });

  it("leaves out scopes that nobody knows, and adds those that every token needs", async () => {
    const asked = { scope: "mcp-auth/notes:read offline_access" };
    const judged = await judge(asked, { requiredScopes: ["aws.cognito.signin.user.admin"] });
    expect(judged).toMatchObject({
      request: { scopes: ["aws.cognito.signin.user.admin", "mcp-auth/notes:read"] },
    });
  });

  it("leaves to Cognito which scopes of this server's there are", async () => {
    expect(await judge({ scope: "mcp-auth/files:read other/files:read" })).toMatchObject({
      request: { scopes: ["mcp-auth/files:read"] },
    });
  });

  it.each([
    ["turns the text around it", "mcp-auth/notes:read\u202e"],
    ["is made of other letters", "mcp-auth/nоtes:read"],
    ["breaks the line", "mcp-auth/a\nb"],
    ["is longer than a page", `mcp-auth/${"x".repeat(2_048)}`],
  ])("shows nobody a scope that %s", async (_case, scope) => {
    expect(await judge({ scope, redirect_uri: onThisDevice })).toMatchObject({
      kind: "redirect",
      location: expect.stringContaining("error=invalid_scope"),
    });
  });

  it("knows this project's own client, on loopback alone", async () => {
    const own = { client_id: "public", redirect_uri: "http://localhost:8765/callback" };
    expect(await judge(own)).toMatchObject({ kind: "request" });
    expect(await judge({ client_id: "public" })).toMatchObject({ problem: "redirect-mismatch" });
  });
});
