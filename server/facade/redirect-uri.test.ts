import { describe, expect, it } from "vitest";
import { answerUri, findRedirectUri, isRedirectUri } from "./redirect-uri.ts";

describe("isRedirectUri", () => {
  it.each([
    "https://app.example.com/callback",
    "https://app.example.com/callback?tenant=1",
    "http://localhost:33418/callback",
    "http://127.0.0.1/",
    "http://[::1]:9000/cb",
    "cursor://anysphere.cursor-mcp/oauth/callback",
    "vscode://vscode.github-authentication/did-authenticate",
    "com.example.app:/oauth",
  ])("takes %s", (uri) => {
    expect(isRedirectUri(uri)).toBe(true);
  });

  it.each([
    "",
    "callback",
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    "vbscript:x",
    "blob:https://x.example/1",
    "about:blank",
    "ws://localhost/",
    "http://app.example.com/callback",
    "http://localhost.evil.example/callback",
    "http://127.0.0.1.evil.example/callback",
    "http://2130706433@evil.example/",
    "https://good.example@evil.example/",
    "https://app.example.com/callback#fragment",
    "https://app.example.com/\nLocation: x",
    "https://app.example.com/ x",
    'https://app.example.com/"><script>',
    "https:\\\\evil.example",
    "https:evil.example/cb",
    "https:///evil.example/cb",
    "http:localhost/cb",
    "https://app.example.com;sandbox/cb",
    "https://app.example.com,evil.example/cb",
    "https://app.example%2ecom/cb",
    "https://app.example.com:/cb",
    "com.example.app://user@host/cb",
    "https://ex\u202eample.com/",
    `https://app.example.com/${"x".repeat(600)}`,
  ])("refuses %j", (uri) => {
    expect(isRedirectUri(uri)).toBe(false);
  });
});

describe("findRedirectUri", () => {
  const registered = ["https://app.example.com/callback", "http://localhost:3000/callback"];

  it.each([
    ["the same", "https://app.example.com/callback", registered[0]],
    ["another port of loopback", "http://localhost:51234/callback", registered[1]],
    ["loopback without a port", "http://localhost/callback", registered[1]],
  ])("finds %s", (_case, asked, found) => {
    expect(findRedirectUri(registered, asked)).toBe(found);
  });

  it.each([
    ["another port of another host", "https://app.example.com:8443/callback"],
    ["a longer path", "https://app.example.com/callback/evil"],
    ["a path that leads back", "https://app.example.com/callback/../evil"],
    ["a query", "https://app.example.com/callback?x=1"],
    ["a fragment", "https://app.example.com/callback#x"],
    ["another case", "https://app.example.com/Callback"],
    ["another case of the host", "https://APP.example.com/callback"],
    ["a trailing slash", "https://app.example.com/callback/"],
    ["a host below it", "https://evil.app.example.com/callback"],
    ["a user name before the host", "https://app.example.com@evil.example/callback"],
    ["another name for loopback", "http://127.0.0.1:3000/callback"],
    ["another path on loopback", "http://localhost:3000/other"],
    ["a user name before loopback", "http://localhost:3000@evil.example/callback"],
    ["a host that begins like loopback", "http://localhost:3000.evil.example/callback"],
    ["https on loopback", "https://localhost:3000/callback"],
    ["nothing", ""],
  ])("does not take %s for it", (_case, asked) => {
    expect(findRedirectUri(registered, asked)).toBeUndefined();
  });
});

// As their sources, their documentation and their issues have it; docs/clients.md tells which were run.
describe("what well-known clients register", () => {
  const loopback = ["http://localhost/callback", "http://127.0.0.1/callback"];
  const visualStudioCode = [
    "https://insiders.vscode.dev/redirect",
    "https://vscode.dev/redirect",
    "http://127.0.0.1/",
    "http://127.0.0.1:33418/",
  ];
  const cursor = [
    "http://localhost:8787/callback",
    "https://www.cursor.com/agents/mcp/oauth/callback",
    "cursor://anysphere.cursor-mcp/oauth/callback",
  ];

  it.each([
    ["Claude Code", loopback, "http://localhost:64896/callback"],
    ["Visual Studio Code", visualStudioCode, "https://vscode.dev/redirect"],
    ["Visual Studio Code on its port", visualStudioCode, "http://127.0.0.1:33418/"],
    ["Visual Studio Code on another", visualStudioCode, "http://127.0.0.1:59656/"],
    ["Cursor", cursor, "cursor://anysphere.cursor-mcp/oauth/callback"],
    ["Cursor on a port", cursor, "http://localhost:8787/callback"],
  ])("is where they may come back to: %s", (_client, registered, asked) => {
    expect(registered.every(isRedirectUri)).toBe(true);
    expect(findRedirectUri(registered, asked)).toBeDefined();
  });
});

it("adds the answer to whatever query the redirect URI has, and leaves out what there is not", () => {
  const answer = { code: "a b&c", state: undefined, iss: "https://as.example" };
  expect(answerUri("https://app.example.com/cb?tenant=1", answer)).toBe(
    "https://app.example.com/cb?tenant=1&code=a+b%26c&iss=https%3A%2F%2Fas.example",
  );
  expect(answerUri("cursor://x/cb", { code: "1" })).toBe("cursor://x/cb?code=1");
});
