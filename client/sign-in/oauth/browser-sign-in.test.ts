import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ExchangeEvent } from "../../exchange.ts";
import { type OAuthServers, startOAuthServers } from "../../testing/oauth-servers.ts";
import type { SignInStep, TokenSource } from "../sign-in.ts";
import { openTokenFile } from "../token-file.ts";
import { type BrowserSettings, createBrowserSignIn } from "./browser-sign-in.ts";

let servers: OAuthServers;
let opened: string[];
let events: ExchangeEvent[];
beforeEach(async () => {
  servers = await startOAuthServers();
  opened = [];
  events = [];
});
afterEach(() => servers.close());

/** A browser whose user agrees to everything, and which is back before its launcher is. */
async function openBrowser(url: string): Promise<boolean> {
  opened.push(url);
  const response = await fetch(url, { redirect: "manual" });
  const location = response.headers.get("location");
  if (location !== null) await fetch(location).catch(() => {});
  return true;
}

function begin(more: Partial<BrowserSettings> = {}) {
  const settings = { serverUrl: servers.serverUrl, preRegistered: new Map(), openBrowser, ...more };
  return createBrowserSignIn(settings, (event) => void events.push(event));
}

async function signIn(more: Partial<BrowserSettings> = {}): Promise<TokenSource> {
  const attempt = begin(more);
  let step: SignInStep = await attempt.answer({});
  while (step.kind === "question") step = await attempt.answer({});
  return step.tokens;
}

describe("a sign-in in the browser", () => {
  it("registers, asks with PKCE, state and resource, and brings tokens", async () => {
    const tokens = await signIn();
    expect(await tokens.accessToken()).toBe("opaque-1");
    const [query] = servers.authorizations;
    expect(Object.fromEntries(query ?? [])).toEqual({
      response_type: "code",
      client_id: "registered",
      redirect_uri: expect.stringMatching(/^http:\/\/localhost:\d+\/callback$/),
      state: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: "S256",
      resource: servers.serverUrl,
      scope: "notes:read notes:write",
    });
    expect(servers.forms[0]?.get("resource")).toBe(servers.serverUrl);
    expect(servers.forms[0]?.get("redirect_uri")).toBe(query?.get("redirect_uri"));
  });

  it("asks with the address in hand, so that it can be opened by hand", async () => {
    const attempt = begin({ openBrowser: async () => false });
    const step = await attempt.answer({});
    const question = step.kind === "question" ? step.question : null;
    expect(question?.name).toBe("BROWSER");
    const answered = attempt.answer({});
    await openBrowser(question?.url ?? "");
    expect(await answered).toMatchObject({ kind: "signed_in" });
  });

  it("goes by a registered client first, then by its own document, then it registers", async () => {
    const preRegistered = new Map([[servers.issuer, { client_id: "known" }]]);
    const clientMetadataUrl = "https://client.example/metadata.json";
    Object.assign(servers.metadata, { client_id_metadata_document_supported: true });
    await signIn({ preRegistered, clientMetadataUrl });
    await signIn({ clientMetadataUrl });
    Object.assign(servers.metadata, { client_id_metadata_document_supported: false });
    await signIn({ clientMetadataUrl });
    const ids = servers.authorizations.map((query) => query.get("client_id"));
    expect(ids).toEqual(["known", clientMetadataUrl, "registered"]);
  });

  it("presents no registered client to another issuer", async () => {
    await signIn({ preRegistered: new Map([["https://other.example", { client_id: "known" }]]) });
    expect(servers.authorizations[0]?.get("client_id")).toBe("registered");
  });

  it("asks for a client id where nothing is registered and nothing can be", async () => {
    delete servers.metadata.registration_endpoint;
    const attempt = begin();
    expect(await attempt.answer({})).toMatchObject({ question: { name: "CLIENT_ID" } });
    await attempt.answer({ client_id: "typed", client_secret: "" });
    expect(await attempt.answer({})).toMatchObject({ kind: "signed_in" });
    expect(servers.authorizations[0]?.get("client_id")).toBe("typed");
  });

  const answers: [what: string, answer: Record<string, string | null>, code: string][] = [
    ["comes from another issuer", { iss: "https://evil.example" }, "sign_in_browser_answer"],
    ["has no code", { code: null }, "sign_in_browser_answer"],
    ["is a refusal", { error: "access_denied", code: null }, "sign_in_refused"],
    [
      "is an error with control characters",
      { error: "server_error", error_description: "x\x1b[2J" },
      "sign_in_refused",
    ],
  ];
  it.each(answers)("takes no answer that %s", async (_what, answer, code) => {
    Object.assign(servers.answer, answer);
    const error = await signIn().catch((caught) => caught);
    expect(error).toMatchObject({ code });
    expect(error.message).not.toContain("\x1b");
    expect(servers.forms).toEqual([]);
  });

  it("demands the issuer in the answer where the server says that it is there", async () => {
    Object.assign(servers.metadata, { authorization_response_iss_parameter_supported: true });
    Object.assign(servers.answer, { iss: null });
    await expect(signIn()).rejects.toMatchObject({ code: "sign_in_browser_answer" });
  });

  it("does not end with an answer of another state, and goes on waiting for its own", async () => {
    const attempt = begin({ openBrowser: async () => true });
    const step = await attempt.answer({});
    const url = step.kind === "question" ? (step.question.url ?? "") : "";
    const answered = attempt.answer({});
    const redirectUri = new URL(url).searchParams.get("redirect_uri") ?? "";
    const foreign = await fetch(`${redirectUri}?code=evil&state=guessed`);
    expect(foreign.status).toBe(404);
    expect(await foreign.text()).not.toContain("evil");
    await openBrowser(url);
    expect(await answered).toMatchObject({ kind: "signed_in" });
  });

  it("shows a page that holds nothing of the answer and may do nothing", async () => {
    const pages: Response[] = [];
    await signIn({
      async openBrowser(url) {
        const { headers } = await fetch(url, { redirect: "manual" });
        setTimeout(async () => pages.push(await fetch(headers.get("location") ?? "")), 10);
        return true;
      },
    });
    await expect.poll(() => pages.length).toBe(1);
    const [page] = pages;
    expect(page?.headers.get("content-security-policy")).toMatch(/default-src 'none'/);
    expect(page?.headers.get("cache-control")).toBe("no-store");
    expect(await page?.text()).toMatch(/터미널/);
  });

  it("is given up at once, and frees its port", async () => {
    const attempt = begin({ openBrowser: async () => true });
    const step = await attempt.answer({});
    const url = step.kind === "question" ? (step.question.url ?? "") : "";
    const redirectUri = new URL(url).searchParams.get("redirect_uri") ?? "";
    const answered = attempt.answer({});
    attempt.cancel();
    await expect(answered).rejects.toMatchObject({ code: "interrupted" });
    await expect(fetch(redirectUri)).rejects.toThrow();
  });

  it("refreshes for the same resource, and revokes at the end", async () => {
    Object.assign(servers.token, { expires_in: 10 });
    const tokens = await signIn();
    Object.assign(servers.token, { access_token: "opaque-2", refresh_token: "r2" });
    expect(await tokens.accessToken()).toBe("opaque-2");
    await tokens.signOut();
    expect(servers.forms.slice(1).map((form) => Object.fromEntries(form))).toEqual([
      {
        grant_type: "refresh_token",
        refresh_token: "r1",
        client_id: "registered",
        resource: servers.serverUrl,
      },
      { token: "r2", token_type_hint: "refresh_token", client_id: "registered" },
    ]);
  });

  it("says that the sign-in has expired when the refresh token is no longer good", async () => {
    Object.assign(servers.token, { expires_in: 10 });
    const tokens = await signIn();
    servers.overrides.set("/as/token", (_request, response) => {
      const body = JSON.stringify({ error: "invalid_grant" });
      response.writeHead(400, { "content-type": "application/json" }).end(body);
    });
    await expect(tokens.accessToken()).rejects.toMatchObject({ code: "sign_in_expired" });
  });

  it("asks for the union when more scope is needed, never twice for the same, and twice at most", async () => {
    const tokens = await signIn();
    expect(await tokens.accessTokenFor("notes:read")).toBeNull();
    const both = await Promise.all([
      tokens.accessTokenFor("admin"),
      tokens.accessTokenFor("admin"),
    ]);
    expect(both).toEqual(["opaque-1", "opaque-1"]);
    expect(await tokens.accessTokenFor("admin")).toBeNull();
    expect(await tokens.accessTokenFor("more")).toBe("opaque-1");
    expect(await tokens.accessTokenFor("even-more")).toBeNull();
    expect(servers.authorizations.map((query) => query.get("scope"))).toEqual([
      "notes:read notes:write",
      "notes:read notes:write admin",
      "notes:read notes:write admin more",
    ]);
  });

  it("remembers the scope that it was widened to, so that it is not asked for again after a restart", async () => {
    const folder = mkdtempSync(join(tmpdir(), "cleanauth-widened-"));
    try {
      const tokenFile = openTokenFile(folder, ["browser", servers.serverUrl]);
      const tokens = await signIn({ tokenFile });
      Object.assign(servers.token, { refresh_token: "r2" });
      await tokens.accessTokenFor("admin");
      const stored = tokenFile.read();
      expect(stored).toMatchObject({ refreshToken: "r2" });
      if (stored === null) return;
      const resumed = await begin({ tokenFile }).resume(stored);
      expect(await resumed.accessTokenFor("admin")).toBeNull();
      expect(servers.authorizations).toHaveLength(2);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("has no more scope to offer where no browser can be opened, and frees its port", async () => {
    let isAtScreen = true;
    const tokens = await signIn({
      openBrowser: async (url) => (isAtScreen ? openBrowser(url) : false),
    });
    isAtScreen = false;
    expect(await tokens.accessTokenFor("admin", () => false)).toBeNull();
    expect(await tokens.accessToken()).toBe("opaque-1");
    const redirectUri = servers.authorizations[0]?.get("redirect_uri") ?? "";
    await expect(fetch(redirectUri)).rejects.toThrow();
  });

  it("says where to go on for more scope, and waits, where no browser can be opened and somebody reads it", async () => {
    let isAtScreen = true;
    const told: string[] = [];
    const tokens = await signIn({
      openBrowser: async (url) => (isAtScreen ? openBrowser(url) : false),
    });
    isAtScreen = false;
    Object.assign(servers.token, { access_token: "wider" });
    const widened = tokens.accessTokenFor("admin", (url) => told.push(url) > 0);
    await expect.poll(() => told).toHaveLength(1);
    expect(new URL(told[0] ?? "").searchParams.get("scope")).toBe("notes:read notes:write admin");
    await openBrowser(told[0] ?? "");
    expect(await widened).toBe("wider");
  });

  it("asks again once somebody can be told, however often nobody could", async () => {
    let isAtScreen = true;
    const tokens = await signIn({
      openBrowser: async (url) => (isAtScreen ? openBrowser(url) : false),
    });
    isAtScreen = false;
    for (let time = 0; time < 3; time += 1) {
      expect(await tokens.accessTokenFor("admin", () => false)).toBeNull();
    }
    const told: string[] = [];
    const widened = tokens.accessTokenFor("admin", (url) => told.push(url) > 0);
    await expect.poll(() => told).toHaveLength(1);
    await openBrowser(told[0] ?? "");
    expect(await widened).toBe("opaque-1");
  });

  it("waits for no browser any more once the user has signed out, and keeps nothing", async () => {
    const folder = mkdtempSync(join(tmpdir(), "cleanauth-left-"));
    try {
      const tokenFile = openTokenFile(folder, ["browser", servers.serverUrl]);
      let isAtScreen = true;
      const tokens = await signIn({
        tokenFile,
        openBrowser: async (url) => (isAtScreen ? openBrowser(url) : false),
      });
      isAtScreen = false;
      const told: string[] = [];
      const widened = tokens.accessTokenFor("admin", (url) => told.push(url) > 0);
      const refused = expect(widened).rejects.toMatchObject({ code: "interrupted" });
      await expect.poll(() => told).toHaveLength(1);
      await tokens.signOut();
      await refused;
      const redirectUri = new URL(told[0] ?? "").searchParams.get("redirect_uri") ?? "";
      await expect(fetch(redirectUri)).rejects.toThrow();
      expect(tokenFile.read()).toBeNull();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("records every step, and no secret of any", async () => {
    const tokens = await signIn();
    await tokens.signOut();
    const asked = events.filter(({ type }) => type === "asked").map(({ what }) => what);
    expect(asked.map((what) => what.replace(servers.origin, ""))).toEqual([
      "POST /mcp",
      "GET /.well-known/oauth-protected-resource/mcp",
      "GET /.well-known/oauth-authorization-server/as",
      "POST /as/register",
      "browser /as/authorize",
      "POST /as/token",
      "POST /as/revoke",
    ]);
    const [query] = servers.authorizations;
    const [form] = servers.forms;
    const secrets = [
      query?.get("state"),
      form?.get("code"),
      form?.get("code_verifier"),
      "opaque-1",
    ];
    for (const secret of secrets) expect(JSON.stringify(events)).not.toContain(secret);
  });
});
