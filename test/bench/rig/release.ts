import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { releaseFiles } from "@cleanauth/scripts/artifact/release.ts";
import { resultsFolder, root } from "./places.ts";

let unpacked: Promise<string> | undefined;

/** A release of these sources, as it lies on a host; made once. */
export function unpackedRelease(): Promise<string> {
  unpacked ??= unpack(join(resultsFolder, "release"));
  return unpacked;
}

async function unpack(folder: string): Promise<string> {
  rmSync(folder, { recursive: true, force: true });
  for (const { path, content } of await releaseFiles(root)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  return folder;
}
