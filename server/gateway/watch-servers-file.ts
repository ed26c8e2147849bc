import { existsSync, readFileSync, unwatchFile, watchFile } from "node:fs";
import { AppError } from "@cleanauth/common/app-error.ts";
import type { Logger } from "@cleanauth/common/log.ts";
import { parseServersFile, type UpstreamDefinition } from "./servers-file.ts";

/** How soon a change is seen. Polled: an editor replaces a file, which other ways of watching miss. */
const pollMilliseconds = 1_000;

/** Looked for in the working directory where no setting names a file. */
const usualServersFile = "mcp-servers.json";

/**
 * Finds the servers file: the one that the setting names, or the usual one where that exists.
 *
 * @param named the value of `MCP_SERVERS_FILE`; null where it is not set
 */
export function findServersFile(named: string | null): string | null {
  return named ?? (existsSync(usualServersFile) ? usualServersFile : null);
}

/**
 * Reads the servers file, as it has to be before the server starts.
 *
 * @throws AppError `configuration_servers_file` that tells every mistake with its place
 */
export function readServersFile(path: string): readonly UpstreamDefinition[] {
  const file = parseServersFile(readText(path));
  if ("servers" in file) return file.servers;
  throw new AppError(
    "configuration_servers_file",
    `${path} cannot be used: ${file.mistakes.join("; ")}`,
    "Correct it; docs/your-own-server.md says what an entry may hold.",
  );
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new AppError(
      "configuration_servers_file",
      `Cannot read the servers file ${path}: ${(error as NodeJS.ErrnoException).code}`,
      "MCP_SERVERS_FILE names a file that this user may read; without it there need be none.",
      { cause: error },
    );
  }
}

/**
 * Reads the servers file again whenever it changes. One with mistakes is logged, and what was before
 * goes on.
 *
 * @param onChange told what it says now
 * @returns ends the watching
 */
export function watchServersFile(
  path: string,
  logger: Logger,
  onChange: (servers: readonly UpstreamDefinition[]) => void,
): () => void {
  const read = () => {
    try {
      const servers = readServersFile(path);
      onChange(servers);
      logger.info({ servers: servers.map(({ name }) => name) }, "servers file read again");
    } catch (error) {
      logger.error({ err: error }, "servers file cannot be used; the servers of before go on");
    }
  };
  watchFile(path, { interval: pollMilliseconds, persistent: false }, read);
  return () => unwatchFile(path, read);
}
