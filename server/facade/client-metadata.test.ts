import { expect, it } from "vitest";
import { parseClientMetadata } from "./client-metadata.ts";

const redirect_uris = ["http://localhost:3000/callback"];

it("keeps name and redirect URIs, and nothing else of what a client says", () => {
  const parsed = parseClientMetadata({
    redirect_uris,
    client_name: "도구 모음",
    scope: "admin",
    jwks_uri: "http://169.254.169.254/",
    token_endpoint_auth_method: "client_secret_basic",
  });
  expect(parsed).toEqual({ metadata: { name: "도구 모음", redirectUris: redirect_uris } });
});

it.each([
  ["a reversed text", "Cla\u202eedu", "Claedu"],
  ["invisible characters", "Cla\u200bude\u0000\u001b[31m", "Claude[31m"],
  ["line breaks", "Claude\n\n\nVerified", "ClaudeVerified"],
  ["many spaces", "Claude        Desktop", "Claude Desktop"],
  ["a long name", "x".repeat(500), "x".repeat(64)],
  ["half a character at the cut", "😀".repeat(100), "😀".repeat(64)],
])("takes out of a name %s", (_case, client_name, name) => {
  expect(parseClientMetadata({ redirect_uris, client_name })).toMatchObject({ metadata: { name } });
});

it.each([
  ["no object", "text", "invalid_client_metadata"],
  ["nothing", undefined, "invalid_client_metadata"],
  ["no redirect URIs", {}, "invalid_redirect_uri"],
  ["an empty list", { redirect_uris: [] }, "invalid_redirect_uri"],
  ["too many", { redirect_uris: Array(9).fill(redirect_uris[0]) }, "invalid_redirect_uri"],
  [
    "too much",
    {
      redirect_uris: Array.from(
        { length: 8 },
        (_, at) => `https://a.example/${at}${"x".repeat(300)}`,
      ),
    },
    "invalid_redirect_uri",
  ],
  ["a script", { redirect_uris: ["javascript:alert(1)"] }, "invalid_redirect_uri"],
  ["a number", { redirect_uris: [1] }, "invalid_redirect_uri"],
  ["a name that is none", { redirect_uris, client_name: {} }, "invalid_client_metadata"],
])("refuses %s", (_case, json, problem) => {
  expect(parseClientMetadata(json)).toMatchObject({ problem });
});
