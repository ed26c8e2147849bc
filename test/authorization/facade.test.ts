import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger } from "@cleanauth/common/log.ts";
import { auth } from "@modelcontextprotocol/sdk/client/auth.js";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { OAuthClientInformationMixed } from "@modelcontextprotocol/sdk/shared/auth.js";
import { decodeJwt } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createBrowser } from "../../local/cognito/managed-login/browser-under-test.ts";
import { type Cognito, startCognito } from "../../local/cognito/start-cognito.ts";
import { parseServerConfig } from "../../server/config.ts";
import { type RunningServer, startServer } from "../../server/start-server.ts";
import { environmentFor } from "../../server/testing/test-server.ts";
import { Keeper, redirectUrl } from "../support/keeper.ts";

// The whole way of a standard MCP client through the façade: the SDK's own client auth, the stand-in
// for Cognito with its managed login, and a browser that keeps cookies and sends forms.

const password = "Korrekt-Pferd-9";
const folder = mkdtempSync(join(tmpdir(), "cleanauth-facade-"));
const lines: string[] = [];
let cognito: Cognito;
let server: RunningServer;

async function start(settings: Record<string, string> = {}): Promise<RunningServer> {
  const config = parseServerConfig({
    ...environmentFor(cognito, folder),
    COGNITO_PUBLIC_CLIENT_ID: cognito.publicClientId,
    COGNITO_DOMAIN: cognito.domainUrl,
    ...settings,
  });
  const running = await startServer(config, {
    logger: createLogger("server", { write: (line) => void lines.push(line) }),
  });
  cognito.registerCallbackUrl(`${running.url}/oauth/callback`);
  return running;
}

beforeAll(async () => {
  cognito = await startCognito({
    demoPassword: password,
    totpSecret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
  });
  server = await start();
});
afterAll(async () => {
  await server.stop();
  await cognito.close();
  rmSync(folder, { recursive: true, force: true });
});

const newBrowser = () => createBrowser([server.url, cognito.domainUrl]);

/** Goes through consent and Cognito's sign-in, and gives the URL that the client is sent back to. */
async function signIn(
  url: URL,
  browser = newBrowser(),
  decision = "allow",
  username = "demo",
): Promise<URL> {
  let page = await browser.open(url);
  if (page.html.includes("/oauth/consent")) page = await browser.submit(page, { decision });
  if (page.html.includes('name="password"')) {
    page = await browser.submit(page, { username, password });
  }
  return page.url;
}

async function authorized(
  scope?: string,
  browser = newBrowser(),
  keeper = new Keeper(),
): Promise<Keeper> {
  const options = { serverUrl: `${server.url}/mcp`, ...(scope !== undefined && { scope }) };
  expect(await auth(keeper, options)).toBe("REDIRECT");
  const back = await signIn(keeper.authorizationUrl ?? new URL(""), browser);
  const authorizationCode = back.searchParams.get("code") ?? "";
  expect(await auth(keeper, { ...options, authorizationCode })).toBe("AUTHORIZED");
  return keeper;
}

async function clientWith({ savedTokens }: Keeper): Promise<Client> {
  const client = new Client({ name: "test", version: "1" });
  const headers = { Authorization: `Bearer ${savedTokens?.access_token}` };
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`), { requestInit: { headers } }),
  );
  return client;
}

describe("a standard client", () => {
  it("finds the façade, registers, has the user agree and sign in, and calls a tool", async () => {
    const keeper = await authorized();
    const client = await clientWith(keeper);
    const who = await client.callTool({ name: "whoami" });
    expect(who.structuredContent).toMatchObject({
      username: "demo",
      scopes: [
        "mcp-auth/weather:read",
        "mcp-auth/notes:read",
        "mcp-auth/notes:write",
        "mcp-auth/groups:use",
      ],
    });
    expect((await client.callTool({ name: "list_notes" })).isError).toBeFalsy();
    await client.close();
  });

  it("gets the answer with its own state and with the issuer", async () => {
    const keeper = new Keeper();
    await auth(keeper, { serverUrl: `${server.url}/mcp` });
    const back = await signIn(keeper.authorizationUrl ?? new URL(""));
    expect(back.href.split("?")[0]).toBe(redirectUrl);
    expect(back.searchParams.get("state")).toBe("state-of-the-client");
    expect(back.searchParams.get("iss")).toBe(server.url);
  });

  it("is held to what the user agreed to, and gets more after a step up", async () => {
    const keeper = await authorized("mcp-auth/notes:read");
    const client = await clientWith(keeper);
    const names = (await client.listTools()).tools.map(({ name }) => name);
    expect(names).toEqual(["whoami", "list_notes", "search_notes"]);
    const call = client.callTool({ name: "add_note", arguments: { text: "x" } });
    await expect(call).rejects.toThrow(/insufficient_scope|403|-32003|does not allow add_note/);
    await client.close();
    keeper.savedTokens = undefined;
    const after = await authorized("mcp-auth/notes:read mcp-auth/notes:write", undefined, keeper);
    const writer = await clientWith(after);
    const noted = await writer.callTool({ name: "add_note", arguments: { text: "x" } });
    expect(noted.isError).toBeFalsy();
    await writer.close();
  });

  it("refreshes, and a rotated refresh token is another one", async () => {
    const keeper = await authorized();
    const before = keeper.savedTokens;
    expect(await auth(keeper, { serverUrl: `${server.url}/mcp` })).toBe("AUTHORIZED");
    expect(keeper.savedTokens?.access_token).not.toBe(before?.access_token);
    expect(keeper.savedTokens?.refresh_token).not.toBe(before?.refresh_token);
  });

  it("goes on after a restart of the server, registered and signed in as before", async () => {
    const keeper = await authorized();
    const { port } = server;
    await server.stop();
    server = await start({ PORT: String(port) });
    expect(await auth(keeper, { serverUrl: `${server.url}/mcp` })).toBe("AUTHORIZED");
    expect(statSync(join(folder, "facade.key")).mode & 0o777).toBe(0o600);
  });

  it("is told so when the user does not agree", async () => {
    const keeper = new Keeper();
    await auth(keeper, { serverUrl: `${server.url}/mcp` });
    const back = await signIn(keeper.authorizationUrl ?? new URL(""), newBrowser(), "deny");
    expect(back.searchParams.get("error")).toBe("access_denied");
    expect(back.searchParams.get("iss")).toBe(server.url);
  });

  it("cannot refresh any more after it has revoked its refresh token", async () => {
    const keeper = await authorized();
    const client = (await keeper.clientInformation()) as OAuthClientInformationMixed;
    const revoke = async (client_id: string) => {
      const token = keeper.savedTokens?.refresh_token ?? "";
      const body = new URLSearchParams({ token, client_id });
      return (await fetch(`${server.url}/oauth/revoke`, { method: "POST", body })).status;
    };
    expect(await revoke("another client")).toBe(400);
    expect(await auth(keeper, { serverUrl: `${server.url}/mcp` })).toBe("AUTHORIZED");
    expect(await revoke(client.client_id)).toBe(200);
    expect(await auth(keeper, { serverUrl: `${server.url}/mcp` })).toBe("REDIRECT");
  });
});

describe("consent", () => {
  it("is remembered by the browser, for this client and these scopes", async () => {
    const browser = newBrowser();
    const keeper = await authorized(undefined, browser);
    keeper.savedTokens = undefined;
    await auth(keeper, { serverUrl: `${server.url}/mcp` });
    const again = await browser.open(keeper.authorizationUrl ?? new URL(""));
    expect(again.url.href.split("?")[0]).toBe(redirectUrl);
    const other = await newBrowser().open(keeper.authorizationUrl ?? new URL(""));
    expect(other.html).toContain("/oauth/consent");
    const more = new URL(keeper.authorizationUrl ?? "");
    more.searchParams.set("scope", "mcp-auth/notes:write");
    expect((await browser.open(more)).html).toContain("/oauth/consent");
  });

  it("is asked for anew by another client, though it calls itself the same", async () => {
    const browser = newBrowser();
    await authorized(undefined, browser);
    const impostor = new Keeper();
    await auth(impostor, { serverUrl: `${server.url}/mcp` });
    const page = await browser.open(impostor.authorizationUrl ?? new URL(""));
    expect(page.html).toContain("/oauth/consent");
  });
});

describe("resource binding", () => {
  it("passes resource on to a pool that binds, and the token is for this server", async () => {
    const { port } = server;
    await server.stop();
    await cognito.close();
    cognito = await startCognito({
      demoPassword: password,
      totpSecret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
      boundResources: [`http://localhost:${port}/mcp`],
    });
    server = await start({ PORT: String(port), COGNITO_RESOURCE_BINDING: "1" });
    const keeper = await authorized();
    const claims = decodeJwt(keeper.savedTokens?.access_token ?? "");
    expect(claims.aud).toBe(`${server.url}/mcp`);
    const client = await clientWith(keeper);
    await client.close();
  });
});

describe("the façade is off, and says so", () => {
  it.each<[string, Record<string, string>, RegExp]>([
    ["by its setting", { OAUTH_FACADE: "0" }, /OAUTH_FACADE/],
    ["without a domain", { COGNITO_DOMAIN: "" }, /COGNITO_DOMAIN/],
    ["without a public client", { COGNITO_PUBLIC_CLIENT_ID: "" }, /COGNITO_PUBLIC_CLIENT_ID/],
    ["on 127.0.0.1", { PUBLIC_URL: "http://127.0.0.1:8080" }, /takes https and http:..localhost/],
  ])("%s", async (_case, settings, because) => {
    const given = Object.fromEntries(
      Object.entries({
        COGNITO_PUBLIC_CLIENT_ID: cognito.publicClientId,
        COGNITO_DOMAIN: cognito.domainUrl,
        ...settings,
      }).filter(([, value]) => value !== ""),
    );
    const path = mkdtempSync(join(tmpdir(), "cleanauth-facade-off-"));
    const config = parseServerConfig({
      ...environmentFor(cognito, path),
      ...given,
    });
    const said: string[] = [];
    const off = await startServer(config, {
      logger: createLogger("server", { write: (line) => void said.push(line) }),
    });
    const base = `http://127.0.0.1:${off.port}`;
    expect(said.find((line) => line.includes("façade is off"))).toMatch(because);
    expect((await fetch(`${base}/.well-known/oauth-authorization-server`)).status).toBe(404);
    expect((await fetch(`${base}/oauth/authorize`)).status).toBe(404);
    const metadata = await fetch(`${base}/.well-known/oauth-protected-resource/mcp`);
    expect(await metadata.json()).toMatchObject({
      authorization_servers: [expect.stringContaining(cognito.poolId)],
    });
    await off.stop();
    rmSync(path, { recursive: true, force: true });
  });
});

it("logs neither codes, nor tokens, nor cookies, nor queries", () => {
  const log = lines.join("");
  expect(log).toContain("/oauth/token");
  expect(log).not.toMatch(/code=|state-of-the-client|eyJ|cleanauth-|code_challenge/);
});
