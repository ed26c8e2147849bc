import { createHash, randomBytes } from "node:crypto";
import { request as httpRequest } from "node:http";
import { decodeJwt } from "jose";
import { generateSync } from "otplib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CognitoUnderTest, password, startCognitoUnderTest } from "../cognito-under-test.ts";
import { createBrowser, type Page } from "./browser-under-test.ts";

const redirectUri = "http://localhost:8765/callback";
const boundResource = "http://localhost:8080/mcp";
const verifier = randomBytes(32).toString("base64url");
const challenge = createHash("sha256").update(verifier).digest("base64url");

let cognito: CognitoUnderTest;
beforeAll(async () => {
  cognito = await startCognitoUnderTest();
});
afterAll(() => cognito.close());

const browser = () => createBrowser([cognito.domainUrl]);

/** Parameters given as undefined are left out. */
function authorizeUrl(parameters: Readonly<Record<string, string | undefined>> = {}): URL {
  const url = new URL("/oauth2/authorize", cognito.domainUrl);
  const all = {
    response_type: "code",
    client_id: cognito.pool.publicClient.id,
    redirect_uri: redirectUri,
    scope: "openid email mcp-auth/notes:write",
    state: "s t&a=te",
    code_challenge: challenge,
    code_challenge_method: "S256",
    ...parameters,
  };
  for (const [name, value] of Object.entries(all)) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return url;
}

async function signIn(
  parameters: Readonly<Record<string, string | undefined>> = {},
  username = "demo",
): Promise<Page> {
  const { open, submit } = browser();
  return submit(await open(authorizeUrl(parameters)), { username, password });
}

const codeOf = (page: Page) => page.url.searchParams.get("code") ?? "";

async function post(path: string, form: Record<string, string>, headers: HeadersInit = {}) {
  const body = new URLSearchParams(form);
  const response = await fetch(`${cognito.domainUrl}${path}`, { method: "POST", body, headers });
  const text = await response.text();
  const json = text === "" ? null : (JSON.parse(text) as Record<string, string>);
  return { status: response.status, headers: response.headers, body: json };
}

const exchange = (code: string, more: Record<string, string> = {}) =>
  post("/oauth2/token", {
    grant_type: "authorization_code",
    client_id: cognito.pool.publicClient.id,
    redirect_uri: redirectUri,
    code,
    code_verifier: verifier,
    ...more,
  });

const claimsOf = (token: string | undefined) => decodeJwt(token ?? "");

describe("a sign-in in the browser", () => {
  test("sends the browser back with a code and the state, and the code gives tokens", async () => {
    const back = await signIn({ nonce: "n-1" });
    expect(back.url.href.split("?")[0]).toBe(redirectUri);
    expect(back.url.searchParams.get("state")).toBe("s t&a=te");
    const { status, headers, body } = await exchange(codeOf(back));
    expect(status).toBe(200);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(body).toEqual({
      id_token: expect.any(String),
      access_token: expect.any(String),
      refresh_token: expect.any(String),
      expires_in: 900,
      token_type: "Bearer",
    });
    const access = claimsOf(body?.access_token);
    expect(access).toMatchObject({
      scope: "openid email mcp-auth/notes:write",
      client_id: cognito.pool.publicClient.id,
      username: "demo",
      version: 2,
      token_use: "access",
      auth_time: expect.any(Number),
      "cognito:groups": ["user"],
    });
    expect(access.aud).toBeUndefined();
    expect(claimsOf(body?.id_token)).toMatchObject({
      aud: cognito.pool.publicClient.id,
      nonce: "n-1",
      email: "demo@example.com",
      email_verified: true,
      at_hash: createHash("sha256")
        .update(body?.access_token ?? "")
        .digest()
        .subarray(0, 16)
        .toString("base64url"),
    });
  });

  test("grants every scope of the client where none is asked for", async () => {
    const { body } = await exchange(codeOf(await signIn({ scope: undefined })));
    expect(claimsOf(body?.access_token).scope).toBe(
      "openid profile email aws.cognito.signin.user.admin mcp-auth/weather:read mcp-auth/notes:read mcp-auth/notes:write mcp-auth/groups:use",
    );
  });

  test("gives no ID token without the scope openid", async () => {
    const { body } = await exchange(codeOf(await signIn({ scope: "mcp-auth/notes:read" })));
    expect(Object.keys(body ?? {})).not.toContain("id_token");
  });

  test("is not asked for twice within an hour, unless prompt=login or after /logout", async () => {
    const { open, submit } = browser();
    const first = await submit(await open(authorizeUrl()), { username: "demo", password });
    expect(codeOf(first)).not.toBe("");
    const second = await open(authorizeUrl({ prompt: "none" }));
    expect(codeOf(second)).not.toBe("");
    expect((await open(authorizeUrl({ prompt: "login" }))).html).toContain('name="password"');
    await open(`${cognito.domainUrl}/logout?client_id=${cognito.pool.publicClient.id}`);
    const third = await open(authorizeUrl({ prompt: "none" }));
    expect(third.url.searchParams.get("error")).toBe("login_required");
  });

  test("says on the page what is wrong, keeps the name and lets one try again", async () => {
    const { open, submit } = browser();
    const wrong = await submit(await open(authorizeUrl()), { username: "demo", password: "x" });
    expect(wrong.status).toBe(400);
    expect(wrong.html).toContain("Incorrect username or password.");
    expect(wrong.html).toContain('value="demo"');
    expect(codeOf(await submit(wrong, { password }))).not.toBe("");
  });

  test.each([
    ["disabled", "User is disabled."],
    ["unconfirmed", "User is not confirmed."],
    ["nobody", "Incorrect username or password."],
  ])("of %s ends with the reason", async (username, reason) => {
    expect((await signIn({}, username)).html).toContain(reason);
  });

  test("asks for a code of the authenticator app, and once more after a wrong one", async () => {
    const { open, submit } = browser();
    const asked = await submit(await open(authorizeUrl()), { username: "mfa", password });
    expect(asked.html).toContain("authenticator app");
    const wrong = await submit(asked, { "answer.SOFTWARE_TOKEN_MFA_CODE": "000000" });
    expect(wrong.html).toContain("Invalid code received for user");
    const back = await submit(wrong, { "answer.SOFTWARE_TOKEN_MFA_CODE": cognito.totpCode() });
    expect(codeOf(back)).not.toBe("");
  });

  test("speaks Korean to a browser that does, or where lang=ko says so", async () => {
    const { open, submit } = browser();
    const page = await open(authorizeUrl({ lang: "ko" }));
    expect(page.html).toContain("사용자 이름");
    const wrong = await submit(page, { username: "demo", password: "x" });
    expect(wrong.html).toContain("사용자 이름 또는 암호가 올바르지 않습니다.");
    const login = authorizeUrl();
    login.pathname = "/login";
    const response = await fetch(login, { headers: { "accept-language": "ko-KR,ko;q=0.9" } });
    expect(await response.text()).toContain("로그인");
  });
});

describe("a second factor", () => {
  const lastCode = () => cognito.pool.messages.all().at(-1)?.code ?? "";

  test.each([
    ["sms", "SMS_MFA", "+*******0100"],
    ["email-otp", "EMAIL_OTP", "e***@e***"],
  ])("of %s is a code that was sent, and the page tells where to", async (username, name, to) => {
    const { open, submit } = browser();
    const asked = await submit(await open(authorizeUrl()), { username, password });
    expect(asked.html).toContain(to);
    const back = await submit(asked, { [`answer.${name}_CODE`]: lastCode() });
    expect(codeOf(back)).not.toBe("");
  });

  test("is chosen on the page where there are several", async () => {
    const { open, submit } = browser();
    const asked = await submit(await open(authorizeUrl()), { username: "mfa-choice", password });
    expect(asked.html).toContain('value="SMS_MFA">Text message</button>');
    const chosen = await submit(asked, { "answer.ANSWER": "SMS_MFA" });
    const back = await submit(chosen, { "answer.SMS_MFA_CODE": lastCode() });
    expect(codeOf(back)).not.toBe("");
  });

  test("is set up on the page, whose key stays the same after a wrong code", async () => {
    const { open, submit } = browser();
    const asked = await submit(await open(authorizeUrl()), { username: "mfa-setup", password });
    const keyOf = (page: Page) => /<code>([A-Z2-7]{32})<\/code>/.exec(page.html)?.[1] ?? "";
    const wrong = await submit(asked, { "answer.USER_CODE": "000000" });
    expect(wrong.status).toBe(400);
    expect(keyOf(wrong)).toBe(keyOf(asked));
    const epoch = Math.floor(cognito.now() / 1000);
    const code = generateSync({ secret: keyOf(asked), epoch });
    expect(codeOf(await submit(wrong, { "answer.USER_CODE": code }))).not.toBe("");
  });
});

describe("a temporary password", () => {
  test("is replaced on the page, which compares the two new ones and tells the policy", async () => {
    const own = await startCognitoUnderTest();
    const { open, submit } = createBrowser([own.domainUrl]);
    const start = authorizeUrl({ client_id: own.pool.publicClient.id });
    start.host = new URL(own.domainUrl).host;
    const asked = await submit(await open(start), { username: "newbie", password });
    expect(asked.html).toContain("New password");
    const typed = (one: string, other: string) => ({
      "answer.NEW_PASSWORD": one,
      new_password_again: other,
    });
    const differing = await submit(asked, typed("Another-Pass-1", "Another-Pass-2"));
    expect(differing.html).toContain("The two passwords differ.");
    const weak = await submit(differing, typed("short", "short"));
    expect(weak.html).toContain("Password did not conform with policy");
    const back = await submit(weak, typed("Another-Pass-1", "Another-Pass-1"));
    expect(codeOf(back)).not.toBe("");
    await own.close();
  });
});

describe("an authorization request", () => {
  test.each([
    ["without a client", { client_id: undefined }, "Required parameters missing"],
    ["without a redirect URI", { redirect_uri: undefined }, "Required parameters missing"],
    ["of an unknown client", { client_id: "x" }, "Client does not exist."],
    ["with a foreign redirect URI", { redirect_uri: "https://evil.example" }, "redirect_mismatch"],
    ["with a longer path", { redirect_uri: `${redirectUri}/` }, "redirect_mismatch"],
    [
      "with another port",
      { redirect_uri: redirectUri.replace("8765", "8768") },
      "redirect_mismatch",
    ],
    [
      "with an address for localhost",
      { redirect_uri: redirectUri.replace("localhost", "127.0.0.1") },
      "redirect_mismatch",
    ],
    ["with a query added", { redirect_uri: `${redirectUri}?a=b` }, "redirect_mismatch"],
  ])("%s shows an error page and sends nobody anywhere", async (_what, parameters, error) => {
    const page = await browser().open(authorizeUrl(parameters));
    expect(page.url.pathname).toBe("/error");
    expect(page.url.searchParams.get("error")).toBe(error);
    expect(page.status).toBe(400);
  });

  test.each([
    ["without a response type", { response_type: undefined }, "invalid_request"],
    ["for the implicit grant", { response_type: "token" }, "unauthorized_client"],
    ["with PKCE's plain", { code_challenge_method: "plain" }, "invalid_request"],
    ["with a challenge without a method", { code_challenge_method: undefined }, "invalid_request"],
    ["with a challenge that is none", { code_challenge: "short" }, "invalid_request"],
    ["for an unknown scope", { scope: "openid mcp-auth/root" }, "invalid_scope"],
    ["for email without openid", { scope: "email" }, "invalid_scope"],
    ["for a resource that is no URL", { resource: "mcp" }, "invalid_request"],
    ["for a resource at 127.0.0.1", { resource: "http://127.0.0.1:1/mcp" }, "invalid_request"],
  ])("%s is refused at the redirect URI", async (_what, parameters, error) => {
    const { url } = await browser().open(authorizeUrl(parameters));
    expect(url.href.split("?")[0]).toBe(redirectUri);
    expect(Object.fromEntries(url.searchParams)).toEqual({ error, state: "s t&a=te" });
  });

  test("that names a parameter twice is refused", async () => {
    const url = authorizeUrl();
    url.searchParams.append("scope", "openid");
    const back = await browser().open(url);
    expect(back.url.searchParams.get("error")).toBe("invalid_request");
  });
});

describe("a resource", () => {
  test("that is a resource server becomes the access token's aud, after a refresh too", async () => {
    const code = codeOf(await signIn({ resource: boundResource }));
    const { body } = await exchange(code, { resource: boundResource });
    expect(claimsOf(body?.access_token).aud).toBe(boundResource);
    const refreshed = await post("/oauth2/token", {
      grant_type: "refresh_token",
      client_id: cognito.pool.publicClient.id,
      refresh_token: body?.refresh_token ?? "",
    });
    expect(claimsOf(refreshed.body?.access_token).aud).toBe(boundResource);
  });

  test("that nobody registered makes a code that is worth nothing", async () => {
    const code = codeOf(await signIn({ resource: "https://other.example/mcp" }));
    expect(code).not.toBe("");
    const { status, body } = await exchange(code);
    expect([status, body]).toEqual([400, { error: "invalid_grant" }]);
  });

  test("cannot be changed when the code is exchanged", async () => {
    const code = codeOf(await signIn());
    expect((await exchange(code, { resource: boundResource })).body?.error).toBe("invalid_grant");
  });
});

describe("a code", () => {
  test.each([
    ["without its verifier", { code_verifier: "" }],
    ["with another verifier", { code_verifier: randomBytes(32).toString("base64url") }],
    ["with another redirect URI", { redirect_uri: "http://localhost:8766/callback" }],
  ])("is not taken %s, and is spent", async (_what, change) => {
    const code = codeOf(await signIn());
    const { status, body } = await exchange(code, change);
    expect([status, body]).toEqual([400, { error: "invalid_grant" }]);
    expect((await exchange(code)).body).toEqual({ error: "invalid_grant" });
  });

  test("is taken once", async () => {
    const code = codeOf(await signIn());
    expect((await exchange(code)).status).toBe(200);
    expect((await exchange(code)).body).toEqual({ error: "invalid_grant" });
  });

  test("is taken within five minutes", async () => {
    const code = codeOf(await signIn());
    cognito.advance(301);
    expect((await exchange(code)).body).toEqual({ error: "invalid_grant" });
  });
});

describe("the token endpoint", () => {
  test("rotates refresh tokens", async () => {
    const first = await exchange(codeOf(await signIn()));
    const refresh = (token: string | undefined) =>
      post("/oauth2/token", {
        grant_type: "refresh_token",
        client_id: cognito.pool.publicClient.id,
        refresh_token: token ?? "",
      });
    const second = await refresh(first.body?.refresh_token);
    expect(second.body?.refresh_token).not.toBe(first.body?.refresh_token);
    expect(claimsOf(second.body?.access_token).auth_time).toBe(
      claimsOf(first.body?.access_token).auth_time,
    );
    expect((await refresh(first.body?.refresh_token)).body).toEqual({ error: "invalid_grant" });
    expect((await refresh(second.body?.refresh_token)).status).toBe(200);
  });

  const basic = (id: string, secret: string) => ({
    authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`,
  });

  test("gives a machine a token without a user, by header or by form", async () => {
    const { id, secret } = cognito.pool.machineClient;
    const form = { grant_type: "client_credentials", scope: "mcp-auth/weather:read" };
    const answers = await Promise.all([
      post("/oauth2/token", form, basic(id, secret)),
      post("/oauth2/token", { ...form, client_id: id, client_secret: secret }),
    ]);
    for (const { status, body } of answers) {
      expect(status).toBe(200);
      expect(Object.keys(body ?? {})).toEqual(["access_token", "expires_in", "token_type"]);
      const claims = claimsOf(body?.access_token);
      expect(claims).toMatchObject({ sub: id, client_id: id, scope: "mcp-auth/weather:read" });
      expect(claims.username).toBeUndefined();
    }
  });

  test.each([
    ["an unknown grant", { grant_type: "password" }, "unsupported_grant_type"],
    ["no grant", { grant_type: "" }, "invalid_request"],
    ["an unknown client", { client_id: "x" }, "invalid_client"],
    ["a public client with a secret", { client_secret: "x" }, "invalid_client"],
    ["a user's client as a machine", { grant_type: "client_credentials" }, "unauthorized_client"],
    ["no code", { code: "" }, "invalid_request"],
    ["an unknown code", { code: "x" }, "invalid_grant"],
  ])("refuses %s", async (_what, change, error) => {
    const { status, body } = await exchange("x", change);
    expect([status, body]).toEqual([400, { error }]);
  });

  test("refuses a machine with another secret, or for a scope that it may not have", async () => {
    const { id, secret } = cognito.pool.machineClient;
    const form = { grant_type: "client_credentials" };
    expect((await post("/oauth2/token", form, basic(id, "x"))).body).toEqual({
      error: "invalid_client",
      error_description: "invalid_client_secret",
    });
    for (const scope of ["aws.cognito.signin.user.admin", "openid", "mcp-auth/notes:write"]) {
      const asked = await post("/oauth2/token", { ...form, scope }, basic(id, secret));
      expect(asked.body).toEqual({ error: "invalid_scope" });
    }
  });

  test("gives a machine all scopes that it may have where it asks for none, and binds it to no resource", async () => {
    const { id, secret } = cognito.pool.machineClient;
    const form = { grant_type: "client_credentials" };
    const { body } = await post("/oauth2/token", form, basic(id, secret));
    expect(claimsOf(body?.access_token).scope).toBe("mcp-auth/weather:read");
    const bound = { ...form, resource: "http://localhost:8080/mcp" };
    expect((await post("/oauth2/token", bound, basic(id, secret))).body).toEqual({
      error: "invalid_request",
    });
  });

  test("takes nothing but a POST of a form that names each field once", async () => {
    const url = `${cognito.domainUrl}/oauth2/token`;
    expect((await fetch(url)).status).toBe(405);
    const json = await fetch(url, { method: "POST", body: '{"grant_type":"x"}' });
    expect([json.status, await json.json()]).toEqual([400, { error: "invalid_request" }]);
    const twice = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: "grant_type=refresh_token&grant_type=authorization_code&client_id=x",
    });
    expect(await twice.json()).toEqual({ error: "invalid_request" });
  });
});

describe("after the sign-in", () => {
  test("userInfo tells the attributes, until the sign-in is revoked", async () => {
    const { body } = await exchange(codeOf(await signIn()));
    const userInfo = () =>
      fetch(`${cognito.domainUrl}/oauth2/userInfo`, {
        headers: { authorization: `Bearer ${body?.access_token}` },
      });
    expect(await (await userInfo()).json()).toEqual({
      sub: "e5f5ee8f-23ad-4c3c-a649-1b40e56d8c24",
      email: "demo@example.com",
      email_verified: "true",
      username: "demo",
    });
    const client = { client_id: cognito.pool.publicClient.id };
    const access = await post("/oauth2/revoke", { token: body?.access_token ?? "", ...client });
    expect([access.status, access.body]).toEqual([400, { error: "unsupported_token_type" }]);
    const revoked = await post("/oauth2/revoke", { token: body?.refresh_token ?? "", ...client });
    expect([revoked.status, revoked.body]).toEqual([200, null]);
    const refused = await userInfo();
    expect(refused.status).toBe(401);
    expect(refused.headers.get("www-authenticate")).toContain("invalid_token");
  });

  test("userInfo refuses a token without the scope openid", async () => {
    const { body } = await exchange(codeOf(await signIn({ scope: "mcp-auth/notes:read" })));
    const response = await fetch(`${cognito.domainUrl}/oauth2/userInfo`, {
      headers: { authorization: `Bearer ${body?.access_token}` },
    });
    expect(response.status).toBe(401);
  });
});

describe("hostile requests", () => {
  test("a form without the page's token signs nobody in", async () => {
    const { open, submit } = browser();
    const page = await open(authorizeUrl());
    const forged = await submit(page, { username: "demo", password, _csrf: "x" });
    expect(forged.url.pathname).toBe("/login");
    const without = await fetch(page.url, {
      method: "POST",
      body: new URLSearchParams({ username: "demo", password, _csrf: "x" }),
      redirect: "manual",
    });
    expect(without.status).toBe(200);
    expect(without.headers.getSetCookie().join()).not.toContain("cognito=");
  });

  test("what is typed or sent in a URL is shown as text", async () => {
    const evil = '"><script>alert(1)</script>';
    const { open, submit } = browser();
    const page = await submit(await open(authorizeUrl({ login_hint: evil, state: evil })), {
      username: evil,
      password: "x",
    });
    const error = await open(`${cognito.domainUrl}/error?error=${encodeURIComponent(evil)}`);
    for (const { html, headers } of [page, error]) {
      expect(html).not.toContain("<script>");
      expect(headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(headers.get("x-frame-options")).toBe("DENY");
    }
  });

  test("parameters of a challenge that are no JSON break nothing", async () => {
    const { open, submit } = browser();
    const asked = await submit(await open(authorizeUrl()), { username: "newbie", password });
    for (const parameters of [
      "",
      "null",
      "[1]",
      '{"requiredAttributes":"{"}',
      '{"requiredAttributes":5}',
    ]) {
      const page = await submit(asked, {
        parameters,
        "answer.NEW_PASSWORD": "x",
        new_password_again: "x",
      });
      expect(page.status).toBe(400);
      expect(page.html).toContain("New password");
    }
  });

  test("a name that was made to mean this machine is not served", async () => {
    const { port } = new URL(cognito.domainUrl);
    const statusOf = (host: string) =>
      new Promise((resolve, reject) => {
        const sent = httpRequest({ port, host: "127.0.0.1", path: "/error", headers: { host } });
        sent.on("response", (response) => resolve(response.resume().statusCode));
        sent.on("error", reject).end();
      });
    expect(await statusOf("evil.example")).toBe(403);
    expect(await statusOf(`evil.example:${port}`)).toBe(403);
    expect(await statusOf(`LOCALHOST:${port}`)).toBe(400);
  });

  test.each(["/", "/oauth2", "/__proto__", "/constructor", "/login/", "//login"])(
    "there is nothing at %s",
    async (path) => {
      expect((await fetch(`${cognito.domainUrl}${path}`)).status).toBe(404);
    },
  );
});
