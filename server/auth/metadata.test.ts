import { expect, it } from "vitest";
import {
  acceptedAudiences,
  protectedResourceMetadata,
  protectedResourceMetadataUrl,
} from "./metadata.ts";

const url = "https://mcp.example.com";

it("names the resource that was asked for, and the pool as its authorization server", () => {
  expect(protectedResourceMetadata(url, "/mcp", ["https://issuer.example"], ["a/b"])).toEqual({
    resource: "https://mcp.example.com/mcp",
    authorization_servers: ["https://issuer.example"],
    scopes_supported: ["a/b"],
    bearer_methods_supported: ["header"],
    resource_name: "CLEANAUTH MCP server",
  });
});

it("puts the well-known path between host and resource path", () => {
  expect(protectedResourceMetadataUrl(url, "/sse")).toBe(
    "https://mcp.example.com/.well-known/oauth-protected-resource/sse",
  );
  expect(protectedResourceMetadataUrl(url, "")).toBe(
    "https://mcp.example.com/.well-known/oauth-protected-resource",
  );
});

it("accepts this server and its endpoints as audience, and nothing that only begins so", () => {
  expect(acceptedAudiences(url)).toContain("https://mcp.example.com/mcp");
  expect(acceptedAudiences(url)).toContain("https://mcp.example.com");
  expect(acceptedAudiences(url)).not.toContain("https://mcp.example.com.evil.example");
});
