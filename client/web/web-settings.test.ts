import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { listenError, readWebSettings } from "./web-settings.ts";

describe("readWebSettings", () => {
  it("listens on loopback, port 8501, where nothing else is said", () => {
    expect(readWebSettings({})).toEqual({
      host: "127.0.0.1",
      port: 8501,
      publicUrl: undefined,
      trustProxy: false,
      tokensPerDay: 1_000_000,
      tls: undefined,
    });
  });

  it("has no budget of tokens where it is 0", () => {
    expect(readWebSettings({ MODEL_TOKENS_PER_DAY: "0" }).tokensPerDay).toBeNull();
  });

  it("believes the proxies that it is told of, as the MCP server does", () => {
    expect(readWebSettings({ TRUST_PROXY: "1" }).trustProxy).toBe(1);
    expect(readWebSettings({ TRUST_PROXY: "10.0.0.0/8, loopback" }).trustProxy).toEqual([
      "10.0.0.0/8",
      "loopback",
    ]);
    expect(() => readWebSettings({ TRUST_PROXY: "0.0.0.0/0" })).toThrow(/TRUST_PROXY/);
  });

  it("names every wrong variable at once", () => {
    const wrong = { WEB_PORT: "99999", PUBLIC_URL: "nonsense", TLS_CERT_FILE: "/cert.pem" };
    expect(() => readWebSettings(wrong)).toThrow(
      /WEB_PORT must be a whole number from 0 to 65535.*PUBLIC_URL must be an http or https URL/,
    );
    expect(() => readWebSettings({ TLS_CERT_FILE: "/cert.pem" })).toThrow(/TLS_KEY_FILE/);
    expect(() => readWebSettings({ TLS_KEY_FILE: "/key.pem" })).toThrow(/TLS_CERT_FILE/);
  });

  it("reads the certificate, and says which file it cannot read", () => {
    const folder = mkdtempSync(join(tmpdir(), "web-settings-"));
    try {
      const cert = join(folder, "cert.pem");
      writeFileSync(cert, "certificate");
      const files = { TLS_CERT_FILE: cert, TLS_KEY_FILE: cert };
      expect(readWebSettings(files).tls).toEqual({ cert: "certificate", key: "certificate" });
      const missing = { ...files, TLS_KEY_FILE: join(folder, "missing.pem") };
      expect(() => readWebSettings(missing)).toThrow(
        /missing\.pem, which TLS_KEY_FILE names: ENOENT/,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("listenError", () => {
  it.each([
    ["EADDRINUSE", "configuration_port_taken"],
    ["EACCES", "configuration_port_forbidden"],
    ["EADDRNOTAVAIL", "configuration_host_invalid"],
    ["ENOTFOUND", "configuration_host_invalid"],
    ["ERR_OSSL_PEM_NO_START_LINE", "configuration_listen_failed"],
  ])("words %s as %s", (code, expected) => {
    const error = Object.assign(new Error("system"), { code });
    expect(listenError(error, readWebSettings({})).code).toBe(expected);
  });
});
