import { join } from "node:path";
import { isKept } from "./kept-files.ts";
import { packageFiles, packageVersion } from "./package-closure.ts";
import type { TarballFile } from "./tarball.ts";

/**
 * pm2 with everything that it depends on. It is no part of a release: its daemon runs from the folder
 * that it was started in, and must outlive the releases.
 *
 * @param root the repository
 */
export function processManagerFiles(root: string): readonly TarballFile[] {
  return packageFiles(["pm2"], join(root, "scripts"), root, isKept);
}

export function processManagerVersion(root: string): string {
  return packageVersion("pm2", join(root, "scripts"));
}
