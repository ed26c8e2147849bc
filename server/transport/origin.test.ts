import { describe, expect, it } from "vitest";
import { callableAs } from "./origin.ts";

describe("callableAs", () => {
  it("takes the public URL alone on an address that loopback does not reach", () => {
    const callable = callableAs("https://mcp.example.com", {
      host: "10.0.0.7",
      port: 8080,
      scheme: "http",
    });
    expect([...callable.hosts]).toEqual(["mcp.example.com", "mcp.example.com:443"]);
    expect([...callable.origins]).toEqual(["https://mcp.example.com"]);
  });

  it.each(["127.0.0.1", "::1", "localhost", "0.0.0.0", "::"])(
    "takes loopback names with its own port when it listens on %s",
    (host) => {
      const { hosts, origins } = callableAs("http://localhost:8080", {
        host,
        port: 8080,
        scheme: "http",
      });
      expect(hosts).toEqual(new Set(["localhost:8080", "127.0.0.1:8080", "[::1]:8080"]));
      expect(origins).toContain("http://127.0.0.1:8080");
      expect(origins).not.toContain("http://localhost:3000");
    },
  );

  it("takes loopback names without a port on the scheme's own port", () => {
    const { hosts } = callableAs("https://localhost", {
      host: "127.0.0.1",
      port: 443,
      scheme: "https",
    });
    expect(hosts).toContain("localhost");
    expect(hosts).toContain("localhost:443");
  });
});
