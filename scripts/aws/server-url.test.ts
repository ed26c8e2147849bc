import { describe, expect, it } from "vitest";
import { plainHttpWarning, serverUrl } from "./server-url.ts";

const outputs = { ClientConnectionCommand: "npm run -s chat -- http://ec2-1.example.com:8080/mcp" };

describe("where the server is", () => {
  it.each([
    [{}, "http://ec2-1.example.com:8080"],
    [{ PUBLIC_URL: "https://mcp.example.com" }, "https://mcp.example.com"],
    [{ TLS: "self-signed" }, "https://ec2-1.example.com:8080"],
    [{ TLS_CERT_FILE: "cert.pem" }, "https://ec2-1.example.com:8080"],
    [{ TLS: "self-signed", PUBLIC_URL: "http://mcp.example.com" }, "http://mcp.example.com"],
  ])("with %j is %s", (environment, origin) => {
    expect(serverUrl(outputs, environment).origin).toBe(origin);
  });

  it("is not guessed when the outputs do not say", () => {
    expect(() => serverUrl({ ClientConnectionCommand: "npm run chat" }, {})).toThrow(
      "name no URL of the server",
    );
  });
});

describe("the warning about plain HTTP", () => {
  it("names the server and both ways out", () => {
    const warning = plainHttpWarning(serverUrl(outputs, {}));
    expect(warning).toMatch(/ec2-1\.example\.com:8080 is plain HTTP.*TLS=self-signed.*make tunnel/);
  });

  it("is not given for a server with TLS", () => {
    expect(plainHttpWarning(new URL("https://mcp.example.com"))).toBeNull();
  });
});
