import { createHash, randomBytes } from "node:crypto";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createClients, isIdentityAssured } from "./clients.ts";
import { parseCookies } from "./cookies.ts";
import { createFacade, type FacadeRoute } from "./facade.ts";
import type { FacadeReply } from "./message.ts";

// A client and a browser at the façade's routes, as functions. Cognito has an outage: what is told
// apart here is told apart before it is asked.

/** Answers that Cognito owes, while it lets its callers wait. */
const owed: ServerResponse[] = [];
let letsWait = false;
const outage = createServer((_req, res) => {
  if (letsWait) owed.push(res);
  else res.writeHead(500).end();
});
await new Promise<void>((resolve) => outage.listen(0, "127.0.0.1", resolve));
afterAll(() => outage.close());

const issuer = "https://mcp.example.com";
const key = randomBytes(32);
const resources = [`${issuer}/mcp`, `${issuer}/sse`];
const settings = {
  issuer,
  domainUrl: `http://127.0.0.1:${(outage.address() as AddressInfo).port}`,
  publicClientId: "public",
  scopes: ["mcp-auth/notes:read"],
  requiredScopes: [],
  resources,
  bindsResource: false,
  fetchesDocuments: true,
};
const application = "com.example.app:/callback";
const documentId = "https://app.example.com/client.json";
const clients = createClients("public", key, async () => ({
  metadata: { name: "App", redirectUris: [application] },
}));
const routes = new Map(
  createFacade(settings, key, clients).map((route): [string, FacadeRoute] => [route.path, route]),
);
const verifier = "v".repeat(43);

let cookies: Map<string, string>;
beforeEach(() => {
  cookies = new Map();
});

/** Asks as a browser does: it keeps cookies, and gives them back in the order in which they came. */
async function ask(
  path: string,
  query: Record<string, string> = {},
  form: Record<string, string> = {},
  json?: unknown,
): Promise<FacadeReply> {
  const header = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const reply = await routes.get(path)?.answer({
    query: new URLSearchParams(query),
    form: new URLSearchParams(form),
    json,
    cookies: parseCookies(header),
    acceptLanguage: undefined,
  });
  if (reply === undefined) throw new Error(`There is no ${path}`);
  for (const set of reply.headers["Set-Cookie"] ?? []) {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
    if (set.includes("Max-Age=0")) cookies.delete(name);
    else cookies.set(name, value);
  }
  return reply;
}

async function register(redirectUri = "http://localhost:9000/callback"): Promise<string> {
  const { body } = await ask("/oauth/register", {}, {}, { redirect_uris: [redirectUri] });
  return (body as { client_id: string }).client_id;
}

function authorize(clientId: string, changes: Record<string, string> = {}) {
  return ask("/oauth/authorize", {
    response_type: "code",
    client_id: clientId,
    redirect_uri: "http://localhost:9000/callback",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
    ...changes,
  });
}

/** Agrees, and gives the state with which Cognito would send the browser back. */
async function agree(consent: FacadeReply): Promise<string> {
  const [, request = ""] = /name="request" value="([^"]+)"/.exec(String(consent.body)) ?? [];
  const { headers } = await ask("/oauth/consent", {}, { request, decision: "allow" });
  return new URL(String(headers.Location)).searchParams.get("state") ?? "";
}

async function codeFor(clientId: string, changes: Record<string, string> = {}): Promise<string> {
  const state = await agree(await authorize(clientId, { prompt: "consent", ...changes }));
  const { headers } = await ask("/oauth/callback", { code: "of-cognito", state });
  return new URL(String(headers.Location)).searchParams.get("code") ?? "";
}

const exchange = (clientId: string, code: string, changes: Record<string, string> = {}) =>
  ask(
    "/oauth/token",
    {},
    {
      grant_type: "authorization_code",
      client_id: clientId,
      code,
      code_verifier: verifier,
      ...changes,
    },
  );

describe("a code", () => {
  it("is good for the resource that the user agreed to, and for no other", async () => {
    const clientId = await register();
    const [resource = "", other = ""] = resources;
    const wrong = await exchange(clientId, await codeFor(clientId, { resource }), {
      resource: other,
    });
    expect(wrong).toMatchObject({ status: 400, body: { error: "invalid_target" } });
    const right = await exchange(clientId, await codeFor(clientId, { resource }), { resource });
    expect(right).toMatchObject({ status: 503, headers: { "Retry-After": "5" } });
  });

  it("is used by one of many who come with it at the same time", async () => {
    const clientId = await register();
    const code = await codeFor(clientId);
    letsWait = true;
    const statuses: number[] = [];
    const all = Array.from({ length: 20 }, async () => {
      statuses.push((await exchange(clientId, code)).status);
    });
    await vi.waitFor(() => expect(statuses).toHaveLength(19), { timeout: 10_000 });
    expect(new Set(statuses)).toEqual(new Set([400]));
    letsWait = false;
    for (const response of owed.splice(0)) response.writeHead(500).end();
    await Promise.all(all);
    expect(statuses.at(-1)).toBe(503);
  });

  it("may be tried again where Cognito gave no answer, as the client is told", async () => {
    const clientId = await register();
    const code = await codeFor(clientId);
    for (const _time of [1, 2]) {
      const answer = await exchange(clientId, code);
      expect(answer).toMatchObject({ status: 503, headers: { "Retry-After": "5" } });
    }
    const stolen = await exchange(clientId, code, { code_verifier: "w".repeat(43) });
    expect(stolen.status).toBe(400);
    expect((await exchange(clientId, code)).status).toBe(400);
  });
});

describe("a sign-in", () => {
  it("ends once, however many come back with it at the same time", async () => {
    const state = await agree(await authorize(await register()));
    const before = new Map(cookies);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => {
        cookies = new Map(before);
        return ask("/oauth/callback", { code: "of-cognito", state });
      }),
    );
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
  });

  it("leaves cookies that no other host, script, site or plain connection gets at", async () => {
    const { headers } = await authorize(await register());
    expect(headers["Set-Cookie"]).toEqual([
      expect.stringMatching(
        /^__Host-cleanauth-browser=[\w-]{22}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+; Secure$/,
      ),
    ]);
  });

  it("leaves five cookies in a browser at most, the newest, each short enough to be kept", async () => {
    const clientId = await register();
    const longest = { state: '"'.repeat(1_024), scope: "mcp-auth/x ".repeat(180).trim() };
    const states: string[] = [];
    for (let round = 0; round < 8; round += 1) {
      states.push(await agree(await authorize(clientId, { ...longest, prompt: "consent" })));
    }
    const kept = [...cookies].filter(([name]) => name.includes("sign-in-"));
    expect(kept.map(([name]) => name.slice(-22))).toEqual(states.slice(-5));
    for (const [name, value] of kept) expect(name.length + value.length).toBeLessThan(4_000);
    const { status } = await ask("/oauth/callback", { code: "x", state: states.at(-1) ?? "" });
    expect(status).toBe(303);
  });
});

describe("consent", () => {
  it("is asked for each time where another application can take the client's scheme", async () => {
    const asking = { redirect_uri: application };
    await agree(await authorize(documentId, asking));
    expect(await authorize(documentId, asking)).toMatchObject({ status: 200 });
  });

  it.each<[boolean, "settings" | "registration" | "document", string]>([
    [true, "registration", "http://localhost/cb"],
    [true, "document", "https://app.example.com/cb"],
    [false, "document", "http://localhost/cb"],
    [false, "document", application],
    [false, "document", "vscode://app/cb"],
    [false, "settings", "http://127.0.0.1/cb"],
  ])("may be remembered: %s, for one known by %s at %s", (isAssured, kind, redirectUri) => {
    const client = { id: "x", name: "App", redirectUris: [redirectUri], kind };
    expect(isIdentityAssured(client, redirectUri)).toBe(isAssured);
  });
});

describe("a façade that fetches no documents", () => {
  const quiet = createFacade({ ...settings, fetchesDocuments: false }, key);
  const answerOf = (path: string, query: Record<string, string>) =>
    quiet
      .find((route) => route.path === path)
      ?.answer({
        query: new URLSearchParams(query),
        form: new URLSearchParams(),
        json: undefined,
        cookies: new Map(),
        acceptLanguage: undefined,
      });

  it("says so in its metadata, and takes no URL for a client's id", async () => {
    const metadata = await answerOf("/.well-known/oauth-authorization-server", {});
    expect(metadata?.body).toMatchObject({ client_id_metadata_document_supported: false });
    const page = await answerOf("/oauth/authorize", { client_id: documentId });
    expect(page).toMatchObject({ status: 400, body: expect.stringContaining("its id is a URL") });
  });
});

describe("revocation", () => {
  it("tells a client that does not say who it is, and does not claim that it is done", async () => {
    const answer = await ask("/oauth/revoke", {}, { token: "x" });
    expect(answer).toMatchObject({ status: 401, body: { error: "invalid_client" } });
  });
});
