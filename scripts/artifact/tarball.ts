import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import tar from "tar-stream";

/** A file of a tarball; its path has no leading slash. */
export interface TarballFile {
  readonly path: string;
  readonly content: Uint8Array;
  readonly executable?: boolean;
}

/** One point in time for every entry: what an archive holds says nothing about when it was made. */
const entryTime = new Date("2001-01-01T00:00:00Z");

/**
 * Writes files as a `.tar.gz` whose bytes depend on nothing but the files: entries sorted, owned by
 * root, all with the same time.
 *
 * @param file where to write it
 * @returns its SHA-256, in hex, and its size
 */
export async function writeTarball(
  file: string,
  files: readonly TarballFile[],
): Promise<{ sha256: string; bytes: number }> {
  const pack = tar.pack();
  // By code unit, not by locale: the order must not depend on whose machine it is.
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  for (const { path, content, executable } of sorted) {
    const header = { name: path, mode: executable === true ? 0o755 : 0o644, mtime: entryTime };
    pack.entry({ ...header, uid: 0, gid: 0, uname: "root", gname: "root" }, Buffer.from(content));
  }
  pack.finalize();
  const hash = createHash("sha256");
  let bytes = 0;
  await pipeline(
    pack,
    createGzip({ level: 9 }),
    async function* observe(chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        bytes += chunk.length;
        yield chunk;
      }
    },
    createWriteStream(file, { mode: 0o600 }),
  );
  return { sha256: hash.digest("hex"), bytes };
}
