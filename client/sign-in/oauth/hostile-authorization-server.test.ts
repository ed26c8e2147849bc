import type { IncomingMessage, ServerResponse } from "node:http";
import { formatError } from "@cleanauth/common/app-error.ts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createExchange } from "../../exchange.ts";
import { wordingOf } from "../../localized-error.ts";
import { recordingFetch } from "../../recording-fetch.ts";
import { type OAuthServers, startOAuthServers } from "../../testing/oauth-servers.ts";
import type { SignInStep, TokenSource } from "../sign-in.ts";
import { findAuthorizationServer } from "./authorization-server.ts";
import { createBrowserSignIn } from "./browser-sign-in.ts";
import { openBrowser as openRealBrowser } from "./open-browser.ts";

// An authorization server, or an MCP server that names one, which means ill.

const metadataPath = "/.well-known/oauth-authorization-server/as";

let servers: OAuthServers;
let opened: string[];
beforeEach(async () => {
  servers = await startOAuthServers();
  opened = [];
});
afterEach(() => servers.close());

async function openBrowser(url: string): Promise<boolean> {
  opened.push(url);
  const response = await fetch(url, { redirect: "manual" });
  const location = response.headers.get("location");
  if (location?.startsWith("http://localhost:")) await fetch(location).catch(() => {});
  return true;
}

async function signIn(): Promise<TokenSource> {
  const { serverUrl } = servers;
  const attempt = createBrowserSignIn({ serverUrl, preRegistered: new Map(), openBrowser });
  let step: SignInStep = await attempt.answer({});
  while (step.kind === "question") step = await attempt.answer({});
  return step.tokens;
}

/** Tells that an error is worded for people in both languages, in one line that does nothing to a terminal. */
function expectWorded(error: unknown): void {
  for (const words of Object.values(wordingOf(error)).flat()) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
    expect(words).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202e]|\[object|defect/);
  }
}

const answer =
  (status: number, headers: Record<string, string>, body = "") =>
  (_request: IncomingMessage, response: ServerResponse) =>
    void response.writeHead(status, headers).end(body);

/** The same servers by another name are another origin. */
const elsewhere = (status: number) => (request: IncomingMessage, response: ServerResponse) => {
  const { host = "" } = request.headers;
  const location = `http://${host.replace("localhost", "127.0.0.1")}/elsewhere`;
  response.writeHead(status, { location }).end();
};

const json = { "content-type": "application/json" };

describe("metadata of a hostile server", () => {
  const endpoints = [
    "authorization_endpoint",
    "token_endpoint",
    "registration_endpoint",
    "revocation_endpoint",
  ];
  const places = [
    "javascript:alert(1)",
    "file:///etc/passwd",
    "data:text/html,<script>",
    "vbscript:x",
    "ftp://evil.example/x",
    "http://evil.example/x",
    "http://169.254.169.254/latest/meta-data/",
    "//evil.example/x",
    "\x1b[2Jhttps://evil.example",
    "",
  ];
  it.each(endpoints.flatMap((name) => places.map((place) => [name, place] as const)))(
    "whose %s is %j is refused before anything is opened or sent there",
    async (name, place) => {
      Object.assign(servers.metadata, { [name]: place });
      const error = await signIn().catch((caught: unknown) => caught);
      expect(error).toMatchObject({ code: "server_authorization_unusable" });
      expectWorded(error);
      expect([opened, servers.forms]).toEqual([[], []]);
    },
  );

  it.each([
    "javascript:alert(1)",
    "file:///etc/passwd",
    "http://evil.example",
    "not a url",
    "https://user:password@evil.example\x1b[2J",
  ])("with the issuer %j is refused", async (issuer) => {
    Object.assign(servers.resourceMetadata, { authorization_servers: [issuer] });
    const find = findAuthorizationServer(servers.serverUrl, async (url, init) => {
      if (new URL(url).origin !== servers.origin) return new Response(null, { status: 404 });
      return fetch(url, init);
    });
    const error = await find.catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "server_authorization_unusable" });
    expectWorded(error);
  });

  it.each([
    ["a megabyte", answer(200, json, JSON.stringify({ x: "x".repeat(1_000_000) }))],
    ["nested a hundred thousand times", answer(200, json, "[".repeat(60_000))],
    ["no JSON", answer(200, json, "<html>")],
    ["a redirect to a file", answer(302, { location: "file:///etc/passwd" })],
    ["a redirect to another origin", elsewhere(302)],
  ])("that is %s leads nowhere", async (_what, respond) => {
    servers.overrides.set(metadataPath, respond);
    const error = await signIn().catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      code: expect.stringMatching(/^(server_authorization_unusable|sign_in_unexpected_answer)$/),
    });
    expectWorded(error);
    expect(servers.requests).not.toContain("GET /elsewhere");
    expect(opened).toEqual([]);
  });

  it.each([
    ["never comes", () => {}],
    [
      "comes a byte at a time, without end",
      (_request: IncomingMessage, response: ServerResponse) => {
        response.writeHead(200, json);
        const drip = setInterval(() => response.write(" "), 20);
        response.once("close", () => clearInterval(drip));
      },
    ],
  ])("that %s is waited for so long and no longer", async (_what, respond) => {
    servers.overrides.set(metadataPath, respond);
    const impatient = recordingFetch(createExchange(), {
      partyOf: () => "authorization server",
      milliseconds: 300,
    });
    await expect(findAuthorizationServer(servers.serverUrl, impatient)).rejects.toMatchObject({
      name: "TimeoutError",
    });
  });
});

describe("the tokens of a hostile server", () => {
  it.each([
    ["a line break", "a\r\nX-Injected: 1"],
    ["no letter of ASCII", "토큰"],
    ["blanks", "a b"],
    ["nothing", ""],
  ])("are refused where they hold %s, and are in no error", async (_what, token) => {
    Object.assign(servers.token, { access_token: token });
    const error = await signIn().catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "sign_in_unexpected_answer" });
    expectWorded(error);
    expect(formatError(error)).not.toContain("Injected");
  });

  it.each([
    ["no time at all", 0],
    ["less than none", -1],
    ["a second", 1],
  ])(
    "that hold for %s are refreshed once for each use, not without end",
    async (_what, seconds) => {
      Object.assign(servers.token, { expires_in: seconds });
      const tokens = await signIn();
      const before = servers.forms.length;
      await Promise.all([tokens.accessToken(), tokens.accessToken(), tokens.accessToken()]);
      expect(servers.forms.length - before).toBeLessThanOrEqual(1);
    },
  );

  it("that claim to hold for ever are held to it by nobody: a refused one is replaced", async () => {
    Object.assign(servers.token, { expires_in: Number.MAX_SAFE_INTEGER });
    const tokens = await signIn();
    Object.assign(servers.token, { access_token: "opaque-2" });
    expect(await tokens.accessToken({ refuse: "opaque-1" })).toBe("opaque-2");
  });

  it("come by no redirect to another origin, so that code and verifier go nowhere else", async () => {
    servers.overrides.set("/as/token", elsewhere(307));
    const error = await signIn().catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: expect.stringMatching(/^sign_in_/) });
    expectWorded(error);
    expect(servers.requests).not.toContain("POST /elsewhere");
  });

  it.each([
    ["a page in place of a refusal", answer(400, { "content-type": "text/html" }, "<html>\x1b[2J")],
    ["a refusal full of control characters", answer(400, json, '{"error":"x\\u001b[2J\\u202e"}')],
    ["a megabyte", answer(200, json, JSON.stringify({ access_token: "x".repeat(1_000_000) }))],
  ])("that are %s are told in one line", async (_what, respond) => {
    servers.overrides.set("/as/token", respond);
    const error = await signIn().catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: expect.stringMatching(/^sign_in_/) });
    expectWorded(error);
  });
});

describe("the registration of a hostile server", () => {
  it.each([
    ["no client id", answer(201, json, "{}")],
    ["a page", answer(201, json, "<html>")],
    ["a refusal", answer(400, json, '{"error":"invalid_client_metadata"}')],
    ["a redirect to another origin", elsewhere(307)],
  ])("that answers with %s ends the sign-in in words", async (_what, respond) => {
    servers.overrides.set("/as/register", respond);
    const error = await signIn().catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: expect.stringMatching(/^sign_in_/) });
    expectWorded(error);
    expect(servers.requests).not.toContain("POST /elsewhere");
  });
});

it.each(["javascript:alert(1)", "file:///etc/passwd", "--version", "/etc/passwd", "", "data:,x"])(
  "opens no browser at %j, whoever names it",
  async (url) => {
    expect(await openRealBrowser(url)).toBe(false);
  },
);
