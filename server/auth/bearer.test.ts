import { describe, expect, it } from "vitest";
import { authenticate, findToken } from "./bearer.ts";
import type { Caller } from "./caller.ts";
import type { Verification } from "./cognito-verifier.ts";

const caller: Caller = {
  subject: "s",
  username: "demo",
  groups: [],
  scopes: [],
  clientId: "c",
  expiresAt: 1,
};
const metadataUrl = "https://mcp.example.com/.well-known/oauth-protected-resource/mcp";
const resource = { metadataUrl, scopes: ["a/read", "a/write"] };

function header(...authorization: string[]) {
  return { authorization, hasTokenInQuery: false };
}

describe("findToken", () => {
  it.each([
    ["a plain header", "Bearer abc.def.ghi"],
    ["a scheme in lower case", "bearer abc.def.ghi"],
    ["several spaces", "Bearer    abc.def.ghi"],
  ])("finds the token in %s", (_case, value) => {
    expect(findToken(header(value))).toEqual({ kind: "token", token: "abc.def.ghi" });
  });

  it.each([
    ["no header", []],
    ["another scheme", ["Basic dXNlcjpwYXNz"]],
    ["a scheme that only begins like Bearer", ["Bearerabc"]],
    ["an empty header", [""]],
  ])("finds no credentials in %s", (_case, values) => {
    expect(findToken(header(...values))).toEqual({ kind: "none" });
  });

  it.each([
    ["no token behind the scheme", ["Bearer"]],
    ["only a space behind the scheme", ["Bearer "]],
    ["two tokens", ["Bearer abc def"]],
    ["two tokens with a comma", ["Bearer abc, Bearer def"]],
    ["two headers", ["Bearer abc", "Bearer def"]],
    ["a quote in the token", ['Bearer "abc"']],
    ["a tab before the token", ["Bearer\tabc"]],
    ["a header of 9 KB", [`Bearer ${"a".repeat(9_000)}`]],
  ])("refuses %s", (_case, values) => {
    expect(findToken(header(...values)).kind).toBe("invalid");
  });

  it("refuses a token in the query even beside a good header", () => {
    expect(findToken({ authorization: ["Bearer abc"], hasTokenInQuery: true }).kind).toBe(
      "invalid",
    );
  });
});

describe("authenticate", () => {
  const verifierThat = (verification: Verification) => ({
    issuer: "",
    checks: [],
    verify: async () => verification,
  });
  const accepting = verifierThat({ outcome: "accepted", caller });

  it("gives the caller that the verifier accepted", async () => {
    expect(await authenticate(header("Bearer abc"), accepting, resource)).toEqual({ caller });
  });

  it("challenges without an error code when no credentials were sent", async () => {
    const outcome = await authenticate(header(), accepting, resource);
    expect(outcome).toMatchObject({ refusal: { status: 401, reason: "none" } });
    expect("refusal" in outcome && outcome.refusal.headers).toEqual({
      "WWW-Authenticate": `Bearer scope="a/read a/write", resource_metadata="${metadataUrl}"`,
    });
  });

  it("answers a malformed request with 400 invalid_request", async () => {
    const outcome = await authenticate(header("Bearer"), accepting, resource);
    expect(outcome).toMatchObject({
      refusal: { status: 400, body: { error: "invalid_request" } },
    });
  });

  it("answers a bad token with 401 invalid_token, the reason and the metadata", async () => {
    const verifier = verifierThat({
      outcome: "refused",
      reason: "expired",
      description: "The token has expired",
    });
    const outcome = await authenticate(header("Bearer abc"), verifier, resource);
    expect("refusal" in outcome && outcome.refusal).toEqual({
      status: 401,
      reason: "expired",
      headers: {
        "WWW-Authenticate":
          'Bearer error="invalid_token", error_description="The token has expired", ' +
          `scope="a/read a/write", resource_metadata="${metadataUrl}"`,
      },
      body: { error: "invalid_token", error_description: "The token has expired" },
    });
  });

  it("answers 503 with Retry-After and no challenge when nobody can tell", async () => {
    const verifier = verifierThat({ outcome: "unavailable", retryAfterSeconds: 5 });
    const outcome = await authenticate(header("Bearer abc"), verifier, resource);
    expect("refusal" in outcome && outcome.refusal).toMatchObject({
      status: 503,
      headers: { "Retry-After": "5" },
    });
  });
});
