import { createInterface } from "node:readline";
import { type Readable, Writable } from "node:stream";
import { AppError } from "@cleanauth/common/app-error.ts";

export interface HiddenInputStreams {
  /** A terminal. */
  readonly input: Readable;
  /** Where questions are shown: the terminal's error stream, so that stdout stays the result. */
  readonly output: Writable;
}

/** Asks for secrets in a terminal, which shows nothing of what is typed. */
export interface HiddenInput {
  /** @throws AppError `interrupted` on Ctrl-C, `usage_nothing_typed` on Ctrl-D */
  ask(question: string): Promise<string>;
  /** Gives the terminal back as it was. */
  close(): void;
}

/** Takes a terminal into hidden mode until it is closed. */
export function createHiddenInput({ input, output }: HiddenInputStreams): HiddenInput {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input, output: nowhere, terminal: true, historySize: 0 });
  // Two lines that were pasted at once answer two questions.
  const typed: string[] = [];
  let pending: { resolve(line: string): void; reject(error: AppError): void } | undefined;
  let ended: AppError | undefined;

  const end = (error: AppError) => {
    ended ??= error;
    pending?.reject(ended);
    pending = undefined;
    reader.close();
  };
  reader.on("line", (line) => {
    if (pending === undefined) typed.push(line);
    else pending.resolve(line);
    pending = undefined;
  });
  reader.on("SIGINT", () => end(new AppError("interrupted", "Interrupted", "Run again.")));
  reader.on("close", () =>
    end(new AppError("usage_nothing_typed", "Nothing was typed", "Run again and type it.")),
  );

  return {
    async ask(question) {
      output.write(question);
      try {
        const waiting = typed.shift();
        if (waiting !== undefined) return waiting;
        if (ended !== undefined) throw ended;
        return await new Promise<string>((resolve, reject) => {
          pending = { resolve, reject };
        });
      } finally {
        output.write("\n");
      }
    },
    close: () => reader.close(),
  };
}

const longestLine = 1_024;

/**
 * Reads a secret from a pipe: its first line, without the line break.
 *
 * @throws AppError `usage_nothing_typed` when there is no such line
 */
export async function readFirstLine(input: Readable): Promise<string> {
  let text = "";
  for await (const chunk of input.setEncoding("utf8")) {
    text += chunk as string;
    if (text.includes("\n") || text.length > longestLine) break;
  }
  const line = text.split("\n")[0]?.replace(/\r$/, "") ?? "";
  if (line !== "" && line.length <= longestLine) return line;
  throw new AppError(
    "usage_nothing_typed",
    line === "" ? "There is no password on stdin" : "The password on stdin is too long",
    "Give it as the first line, or run in a terminal and type it.",
  );
}
