import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { madeOnce } from "./made-once.ts";

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
export async function nodeArchive(): Promise<NodeArchive> {
  const architecture = process.arch === "arm64" ? "arm64" : "x64";
  const name = `node-v${testNodeVersion}-linux-${architecture}`;
  const file = await madeOnce(
    `${name}.tar.gz`,
    `npm pack --silent node-linux-${architecture}@${testNodeVersion}
tar -xzf node-linux-${architecture}-${testNodeVersion}.tgz
mkdir ${name}
mv package/bin ${name}/bin
tar -cf - ${name} | gzip -1 > made`,
  );
  return {
    file,
    sha256: createHash("sha256")
      .update(await readFile(file))
      .digest("hex"),
  };
}
