import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { AppError } from "@cleanauth/common/app-error.ts";

/**
 * Reads the audit log of a server on this machine, with the files that it has been moved to.
 *
 * @param path of the file that is written
 * @returns its lines, the oldest first
 * @throws AppError `audit_missing`
 */
export function readLocalAuditLog(path: string): readonly string[] {
  const age = (name: string) => Number(name.slice(basename(path).length + 1) || 0);
  try {
    return readdirSync(dirname(path))
      .filter(
        (name) => name === basename(path) || /^\.\d+$/.test(name.slice(basename(path).length)),
      )
      .sort((one, other) => age(other) - age(one))
      .flatMap((name) => readFileSync(join(dirname(path), name), "utf8").split("\n"));
  } catch (error) {
    throw new AppError(
      "audit_missing",
      `There is no audit log here: ${path} (${(error as NodeJS.ErrnoException).code})`,
      "It is written when servers of your own stand behind make start: docs/your-own-server.md.",
      { cause: error },
    );
  }
}
