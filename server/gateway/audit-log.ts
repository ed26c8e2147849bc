import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { AuditOutcome } from "@cleanauth/common/audit-outcomes.ts";
import type { Logger } from "@cleanauth/common/log.ts";

/** Who called which tool of which upstream, and what came of it. */
export interface AuditEntry {
  readonly requestId: string;
  readonly subject: string;
  readonly username: string;
  readonly clientId: string;
  readonly upstream: string;
  readonly tool: string;
  readonly outcome: AuditOutcome;
  readonly milliseconds: number;
  /** Only where the upstream's entry asks for it. */
  readonly arguments?: unknown;
}

export interface AuditLog {
  write(entry: AuditEntry): void;
  close(): void;
}

const longestFileBytes = 10 * 1024 * 1024;
/** Beside the file that is written. */
const filesKept = 9;
const longestArgumentsCharacters = 4_096;

/**
 * Keeps the audit log: JSON lines, written before the answer goes out, readable by this user alone. A
 * full file becomes `….1`, that one `….2` and so on; the last one is given up.
 *
 * @param path of the file; its folder is made
 * @param logger told when the log cannot be written; the calls go on
 */
export function openAuditLog(path: string, logger: Logger): AuditLog {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  let file = openSync(path, "a", 0o600);
  let bytes = fstatSync(file).size;
  const rotate = () => {
    for (let at = filesKept; at > 0; at -= 1) {
      try {
        renameSync(at === 1 ? path : `${path}.${at - 1}`, `${path}.${at}`);
      } catch {
        // There are not that many yet.
      }
    }
    const full = file;
    file = openSync(path, "a", 0o600);
    bytes = 0;
    closeSync(full);
  };
  return {
    write(entry) {
      try {
        if (bytes > longestFileBytes) rotate();
        bytes += writeSync(
          file,
          `${JSON.stringify({ time: new Date().toISOString(), ...cut(entry) })}\n`,
        );
      } catch (error) {
        logger.error({ err: error, requestId: entry.requestId }, "audit log cannot be written");
      }
    },
    close: () => closeSync(file),
  };
}

function cut(entry: AuditEntry): object {
  const text = JSON.stringify(entry.arguments);
  if (text === undefined || text.length <= longestArgumentsCharacters) return entry;
  return { ...entry, arguments: `${text.slice(0, longestArgumentsCharacters)}…` };
}
