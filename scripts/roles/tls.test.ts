import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { HostSettings } from "./host-settings.ts";
import {
  certificateFact,
  decideCertificate,
  fingerprintOf,
  privateKeyFact,
  publicKeySha256,
  requireMatchingPair,
} from "./tls.ts";

let folder: string;
const pairs: Record<string, { cert: string; key: string }> = {};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "cleanauth-tls-"));
  for (const [name, days] of [
    ["long", 100],
    ["short", 5],
    ["other", 100],
  ] as const) {
    execFileSync(
      "openssl",
      [
        ..."req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=x".split(" "),
        ...["-keyout", `${name}.key`, "-out", `${name}.pem`, "-days", String(days)],
        ...["-addext", "subjectAltName=DNS:host.example.com,IP:203.0.113.10"],
      ],
      { cwd: folder, stdio: "pipe" },
    );
    const read = (suffix: string) => readFileSync(join(folder, name + suffix), "utf8");
    pairs[name] = { cert: read(".pem"), key: read(".key") };
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

const pair = (name: string) => pairs[name] ?? { cert: "", key: "" };
const names = ["203.0.113.10", "host.example.com"];
const settings = (tls: HostSettings["tls"]) =>
  ({
    tls,
    region: "us-east-1",
    artifactBucket: "b",
    givenAuthorities: null,
  }) as unknown as HostSettings;
const selfSigned = settings({ kind: "self-signed", names });
const factsOf = (cert: string, key: string) => ({
  certificate: certificateFact().parse(cert),
  key: privateKeyFact().parse(key === "" ? "" : `600 cleanauth\n${publicKeySha256(key)}  -\n`),
});

describe("the certificate on the host", () => {
  it.each([
    ["stays while it holds", () => factsOf(pair("long").cert, pair("long").key), "ok"],
    ["is made anew before its end", () => factsOf(pair("short").cert, pair("short").key), "change"],
    ["is made where there is none", () => factsOf("", ""), "change"],
    ["is made where there is rubbish", () => factsOf("rubbish", pair("long").key), "change"],
    ["is made anew without its key", () => factsOf(pair("long").cert, ""), "change"],
    [
      "is made anew beside another key",
      () => factsOf(pair("long").cert, pair("other").key),
      "change",
    ],
  ])("%s", (_, facts, kind) => {
    const { certificate, key } = facts();
    expect(decideCertificate(selfSigned, certificate, key).kind).toBe(kind);
  });

  it("is made anew when the host is called otherwise", () => {
    const { certificate, key } = factsOf(pair("long").cert, pair("long").key);
    const renamed = settings({ kind: "self-signed", names: [...names, "new.example.com"] });
    expect(decideCertificate(renamed, certificate, key)).toMatchObject({
      kind: "change",
      because: "it has other names",
    });
  });

  it("of the operator replaces another, by a command without its key", () => {
    const { certificate, key } = factsOf(pair("long").cert, pair("long").key);
    const given = settings({
      kind: "given",
      name: "host.example.com",
      certificate: pair("other").cert,
      key: { sha256: "0".repeat(64) },
    });
    const decision = decideCertificate(given, certificate, key);
    expect(decision.kind).toBe("change");
    expect(JSON.stringify(decision)).not.toContain("PRIVATE KEY");
  });

  it("has the fingerprint that openssl prints", () => {
    const printed = execFileSync(
      "openssl",
      ["x509", "-in", "long.pem", "-noout", "-fingerprint", "-sha256"],
      { cwd: folder, encoding: "utf8" },
    );
    expect(printed.trim()).toMatch(new RegExp(`=${fingerprintOf(pair("long").cert)}$`));
  });
});

describe("the operator's own pair", () => {
  it("is taken when certificate and key belong together", () => {
    expect(() =>
      requireMatchingPair(pair("long").cert, pair("long").key, "host.example.com"),
    ).not.toThrow();
  });

  it.each([
    ["a key of another certificate", () => [pair("long").cert, pair("other").key]],
    ["a certificate for another name", () => [pair("long").cert, pair("long").key, "x.example"]],
    ["no certificate", () => ["rubbish", pair("long").key]],
    ["no key", () => [pair("long").cert, "rubbish"]],
  ])("is refused with %s", (_, files) => {
    const [cert = "", key = "", name = "host.example.com"] = files();
    expect(() => requireMatchingPair(cert, key, name)).toThrowError(
      expect.objectContaining({ code: "configuration_tls" }),
    );
  });
});
