import type { AppError } from "@cleanauth/common/app-error.ts";
import { exitCode, exitCodeOf } from "@cleanauth/common/exit-code.ts";
import { describe, expect, it } from "vitest";
import { parseServerConfig } from "./config.ts";

const required = { COGNITO_POOL_ID: "us-east-1_AbC", COGNITO_CLIENT_ID: "client1" };

function problemOf(environment: Record<string, string>): string {
  try {
    parseServerConfig(environment);
  } catch (error) {
    expect(exitCodeOf(error)).toBe(exitCode.usage);
    return (error as AppError).message;
  }
  throw new Error("The configuration was taken");
}

describe("parseServerConfig", () => {
  it("fills in defaults that are safe on any machine", () => {
    expect(parseServerConfig(required)).toEqual({
      host: "127.0.0.1",
      port: 8080,
      tls: null,
      publicUrl: null,
      metricsPort: 9464,
      cognito: {
        poolId: "us-east-1_AbC",
        clientIds: ["client1"],
        machineClientId: null,
        standInUrl: null,
      },
      revocationCheckSeconds: null,
      facade: {
        isWanted: true,
        domainUrl: null,
        publicClientId: null,
        bindsResource: false,
        fetchesDocuments: true,
      },
      weatherApiUrl: "https://api.weather.gov",
      trustProxy: false,
      rateLimitPerMinute: 600,
      maxSessions: 1000,
      sessionIdleSeconds: 1800,
      dataDir: ".cleanauth/data",
      serversFile: null,
    });
  });

  it("accepts the tokens of both app clients", () => {
    const config = parseServerConfig({ ...required, COGNITO_PUBLIC_CLIENT_ID: "client2" });
    expect(config.cognito.clientIds).toEqual(["client1", "client2"]);
  });

  it.each(["client1", "client2"])("takes no app client of users (%s) for a machine's", (id) => {
    const clients = { COGNITO_PUBLIC_CLIENT_ID: "client2", COGNITO_MACHINE_CLIENT_ID: id };
    expect(() => parseServerConfig({ ...required, ...clients })).toThrow(
      /COGNITO_MACHINE_CLIENT_ID must be another/,
    );
  });

  it("never takes keys from the endpoint variable outside local mode", () => {
    const config = parseServerConfig({
      ...required,
      AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: "http://127.0.0.1:9999",
    });
    expect(config.cognito.standInUrl).toBeNull();
  });

  it("takes keys from a loopback endpoint in local mode", () => {
    const config = parseServerConfig({
      ...required,
      CLEANAUTH_LOCAL: "1",
      AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: "http://localhost:9999/",
    });
    expect(config.cognito.standInUrl).toBe("http://localhost:9999");
  });

  it("names every wrong variable at once, rules between variables included", () => {
    const problem = problemOf({
      COGNITO_POOL_ID: "eu-west-1_x",
      COGNITO_REGION: "us-east-1",
      PORT: "65536",
      METRICS_PORT: "-1",
      HOST: "not a host",
      TLS_CERT_FILE: "cert.pem",
      PUBLIC_URL: "https://mcp.example.com/path",
      TRUST_PROXY: "true",
      CLEANAUTH_LOCAL: "1",
    });
    for (const name of [
      "COGNITO_CLIENT_ID is not set",
      "COGNITO_REGION is not the region",
      "PORT must be",
      "METRICS_PORT must be",
      "HOST must be",
      "TLS_CERT_FILE needs TLS_KEY_FILE",
      "PUBLIC_URL must have no path",
      "TRUST_PROXY must be",
      "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER is not set",
    ]) {
      expect(problem).toContain(name);
    }
  });

  it.each([
    ["a wildcard address", { HOST: "0.0.0.0" }, "HOST"],
    ["a public name", { HOST: "mcp.example.com" }, "HOST"],
    ["a public URL", { PUBLIC_URL: "https://mcp.example.com" }, "PUBLIC_URL"],
    [
      "an endpoint on another machine",
      { AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: "http://10.0.0.7:9999" },
      "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER",
    ],
    [
      "an endpoint that only begins like loopback",
      { AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: "http://127.0.0.1.example.com" },
      "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER",
    ],
  ])("refuses local mode with %s", (_case, settings, name) => {
    const local = {
      ...required,
      CLEANAUTH_LOCAL: "1",
      AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: "http://127.0.0.1:9999",
    };
    expect(problemOf({ ...local, ...settings })).toContain(`${name} must be a`);
  });

  it("takes TRUST_PROXY, and refuses one that trusts everyone", () => {
    expect(parseServerConfig({ ...required, TRUST_PROXY: "loopback" }).trustProxy).toEqual([
      "loopback",
    ]);
    expect(problemOf({ ...required, TRUST_PROXY: "0.0.0.0/0" })).toContain("TRUST_PROXY");
  });
});
