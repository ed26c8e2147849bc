import { expect, it } from "vitest";
import { resourceParameter, whyFacadeIsOff } from "./facade-settings.ts";

const good = {
  isWanted: true,
  domainUrl: "https://login.example.com",
  publicClientId: "public",
  publicUrl: "https://mcp.example.com",
};

it.each([
  ["https", "https://mcp.example.com"],
  ["http on localhost", "http://localhost:8080"],
])("is on over %s", (_case, publicUrl) => {
  expect(whyFacadeIsOff({ ...good, publicUrl })).toBeNull();
});

it.each([
  ["its setting", { isWanted: false }, /OAUTH_FACADE/],
  ["a missing domain", { domainUrl: null }, /COGNITO_DOMAIN/],
  ["a missing public client", { publicClientId: null }, /COGNITO_PUBLIC_CLIENT_ID/],
  ["plain http", { publicUrl: "http://mcp.example.com" }, /https and http:\/\/localhost/],
  ["an address of loopback", { publicUrl: "http://127.0.0.1:8080" }, /https and/],
  ["a name that begins like localhost", { publicUrl: "http://localhost.evil.example" }, /https/],
])("is off by %s, and tells why", (_case, change, why) => {
  expect(whyFacadeIsOff({ ...good, ...change })).toMatch(why);
});

it("keeps resource back from a pool that does not bind, and passes it on to one that does", () => {
  const settings = {
    issuer: "https://a.example",
    domainUrl: "",
    publicClientId: "",
    scopes: [],
    requiredScopes: [],
    resources: ["https://a.example", "https://a.example/mcp"],
    bindsResource: false,
    fetchesDocuments: true,
  };
  expect(resourceParameter(settings, "https://a.example/mcp")).toEqual({});
  const binding = { ...settings, bindsResource: true };
  expect(resourceParameter(binding, "https://a.example/mcp")).toEqual({
    resource: "https://a.example/mcp",
  });
  expect(resourceParameter(binding, undefined)).toEqual({ resource: "https://a.example" });
});
