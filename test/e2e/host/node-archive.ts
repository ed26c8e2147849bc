import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "./base-image.ts";

/** The version that stands in for the pinned one: the newest that npm carries as a binary. */
export const testNodeVersion = "24.21.0";

export interface NodeArchive {
  readonly file: string;
  readonly sha256: string;
}

/**
 * An archive as nodejs.org has it, made from the binary that npm carries: the official one may not be
 * in reach of a test machine. It goes to the host from a mirror, with its own checksum.
 */
export function nodeArchive(): NodeArchive {
  const architecture = process.arch === "arm64" ? "arm64" : "x64";
  const name = `node-v${testNodeVersion}-linux-${architecture}`;
  const file = join(cacheFolder(), `${name}.tar.gz`);
  if (!existsSync(file)) make(architecture, name, file);
  return { file, sha256: createHash("sha256").update(readFileSync(file)).digest("hex") };
}

function make(architecture: string, name: string, file: string): void {
  const work = mkdtempSync(join(cacheFolder(), "node-"));
  const run = (program: string, ...programArguments: string[]) =>
    execFileSync(program, programArguments, { cwd: work, stdio: ["ignore", "pipe", "pipe"] });
  try {
    run("npm", "pack", "--silent", `node-linux-${architecture}@${testNodeVersion}`);
    run("tar", "-xzf", `node-linux-${architecture}-${testNodeVersion}.tgz`);
    mkdirSync(join(work, name));
    renameSync(join(work, "package", "bin"), join(work, name, "bin"));
    run("sh", "-c", `tar -cf - ${name} | gzip -1 > archive.tar.gz`);
    renameSync(join(work, "archive.tar.gz"), file);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
