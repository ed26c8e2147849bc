import { expect, test } from "vitest";
import { redirectUris } from "./redirect-uris.ts";

const always = redirectUris(null, "host.example");

test.each([
  ["https", "https://mcp.example.com", ["https://mcp.example.com/oauth/callback"]],
  ["http on localhost", "http://localhost:9000", ["http://localhost:9000/oauth/callback"]],
  ["http on an address, which Cognito refuses", "http://203.0.113.7:8080", []],
  ["what is there already", "http://localhost:8080", []],
  ["the host's own name", "https://host.example:8080", []],
])("a façade reached by %s gets the redirects that Cognito takes", (_, publicUrl, added) => {
  expect(redirectUris(publicUrl, "host.example")).toEqual([...always, ...added]);
});
