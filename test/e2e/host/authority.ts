import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A certificate authority of the test's own, and a certificate of it for AWS's names. */
export interface Authority {
  readonly certificate: string;
  readonly server: { readonly cert: string; readonly key: string };
}

export function createAuthority(names: readonly string[]): Authority {
  const folder = mkdtempSync(join(tmpdir(), "cleanauth-authority-"));
  const openssl = (...openSslArguments: string[]) =>
    execFileSync("openssl", openSslArguments, { cwd: folder, stdio: "pipe" });
  const read = (name: string) => readFileSync(join(folder, name), "utf8");
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  try {
    openssl(
      "req",
      "-x509",
      ...newKey,
      "-keyout",
      "ca.key",
      "-out",
      "ca.pem",
      "-days",
      "2",
      "-subj",
      "/CN=Test authority",
    );
    openssl(
      "req",
      ...newKey,
      "-keyout",
      "server.key",
      "-out",
      "server.csr",
      "-subj",
      "/CN=stand-ins",
    );
    const alternative = names.map((name) => `DNS:${name}`).join(",");
    writeFileSync(join(folder, "names.cnf"), `subjectAltName=${alternative}\n`);
    openssl(
      "x509",
      "-req",
      "-in",
      "server.csr",
      "-CA",
      "ca.pem",
      "-CAkey",
      "ca.key",
      "-days",
      "2",
      "-out",
      "server.pem",
      "-extfile",
      "names.cnf",
    );
    return {
      certificate: read("ca.pem"),
      server: { cert: read("server.pem"), key: read("server.key") },
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
