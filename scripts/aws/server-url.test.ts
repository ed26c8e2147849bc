import { describe, expect, it } from "vitest";
import { plainHttpWarning, serverUrl } from "./server-url.ts";

const outputs = { ClientConnectionCommand: "npm run -s chat -- http://ec2-1.example.com:8080/mcp" };

describe("where the server is", () => {
  it.each([
    [undefined, "http://ec2-1.example.com:8080"],
    ["https://mcp.example.com", "https://mcp.example.com"],
  ])("with PUBLIC_URL %s is %s", (publicUrl, origin) => {
    expect(serverUrl(outputs, publicUrl).origin).toBe(origin);
  });

  it("is not guessed when the outputs do not say", () => {
    expect(() => serverUrl({ ClientConnectionCommand: "npm run chat" }, undefined)).toThrow(
      "name no URL of the server",
    );
  });
});

describe("the warning about plain HTTP", () => {
  it("names the server and both ways out", () => {
    const warning = plainHttpWarning(serverUrl(outputs, undefined));
    expect(warning).toMatch(/ec2-1\.example\.com:8080 is plain HTTP.*TLS=self-signed.*make tunnel/);
  });

  it("is not given for a server with TLS", () => {
    expect(plainHttpWarning(new URL("https://mcp.example.com"))).toBeNull();
  });
});
