import { execFile } from "node:child_process";
import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/**
 * A file or folder that is slow to make and is kept between runs, outside of the repository. Of several
 * tests that need it at once, one makes it and the others wait.
 *
 * @param name what it is called there
 * @param script for `sh`: makes `$1`, with the folder of an attempt of its own as working directory
 * @returns its path; nobody changes it
 */
export async function madeOnce(name: string, script: string): Promise<string> {
  const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "cleanauth-e2e");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  const makeUnlessThere = `set -eu
if [ -e "$2" ]; then exit; fi
attempt=$(mktemp -d "$2.XXXXXX")
trap 'rm -rf "$attempt"' EXIT
cd "$attempt"
set -- made "$2"
${script}
mv made "$2"`;
  await promisify(execFile)("flock", [`${path}.lock`, "sh", "-c", makeUnlessThere, "-", "", path]);
  return path;
}
