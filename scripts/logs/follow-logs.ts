import { AppError } from "@cleanauth/common/app-error.ts";
import type { Shell } from "../engine/shell.ts";
import { createLineAssembler, type LineAssembler } from "./line-assembler.ts";
import {
  firstLookScript,
  type LogFile,
  type LogPiece,
  type LogPosition,
  mostLines,
  nextLookScript,
  parsePieces,
} from "./log-script.ts";

/** Lines of one log that came in at once. */
export interface LogLines {
  /** The log's name. */
  readonly name: string;
  readonly lines: readonly string[];
  /** Whether there were more lines before these than the first look returns. */
  readonly isCut: boolean;
}

export interface FollowOptions {
  readonly files: readonly LogFile[];
  /** From this instant on, or so many last lines. */
  readonly since: Date | number;
  /** Whether to go on after the first look. */
  readonly follows: boolean;
  /** How long the host waits for something new before it answers that there is nothing. */
  readonly waitSeconds?: number;
  readonly signal: AbortSignal;
}

// Every answer is a command in the account's history, and SSM's limits are shared by all operators.
const defaultWaitSeconds = 25;
const lookSeconds = 60;

/**
 * Reads logs on a host, and goes on as they grow, through rotation too.
 *
 * @throws AppError `host_logs_missing`; what the shell throws, `interrupted` when the signal stopped it
 */
export async function* followLogs(shell: Shell, options: FollowOptions): AsyncGenerator<LogLines> {
  const { files, since, follows, signal, waitSeconds = defaultWaitSeconds } = options;
  const readers = new Map(files.map((file) => [file.name, createReader()]));
  const run = async (script: ReturnType<typeof firstLookScript>, timeoutSeconds: number) => {
    const { stdout } = await shell.run(script, { timeoutSeconds, signal, comment: "make logs" });
    return parsePieces(stdout);
  };

  let pieces = await run(firstLookScript(files, since), lookSeconds);
  if (pieces.length === 0) throw noLogs(files);
  for (let isFirst = true; ; isFirst = false) {
    for (const piece of pieces) {
      const lines = readers.get(piece.name)?.read(piece) ?? [];
      if (lines.length > 0) {
        yield { name: piece.name, lines, isCut: isFirst && lines.length === mostLines };
      }
    }
    if (!follows) return;
    const positions = files.map((file) => ({
      ...file,
      position: readers.get(file.name)?.position() ?? null,
    }));
    pieces = await run(nextLookScript(positions, waitSeconds), waitSeconds + lookSeconds);
  }
}

/** Keeps how far a log was read, and the line that is not whole yet. */
function createReader() {
  const assembler: LineAssembler = createLineAssembler();
  let position: LogPosition = null;
  return {
    position: () => position,
    read({ position: next, bytes }: LogPiece): readonly string[] {
      const isAnotherFile = position !== null && position.inode !== next.inode;
      const unfinished = isAnotherFile ? assembler.end() : [];
      position = next;
      return [...unfinished, ...assembler.push(bytes)];
    },
  };
}

function noLogs(files: readonly LogFile[]): AppError {
  return new AppError(
    "host_logs_missing",
    `The host has no ${files.map(({ path }) => path).join(" and no ")}`,
    "Run make bootstrap, and make doctor if it did.",
  );
}
