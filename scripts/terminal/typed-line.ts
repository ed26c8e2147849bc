import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { AppError } from "@cleanauth/common/app-error.ts";

/**
 * Asks a question in a terminal.
 *
 * @param question what is shown in front of the answer
 * @param input the terminal
 * @param output where the question is shown: the error stream, so that stdout stays the result
 * @returns the line that was typed; empty on Ctrl-D
 * @throws AppError `interrupted` on Ctrl-C
 */
export async function askLine(
  question: string,
  input: Readable = process.stdin,
  output: Writable = process.stderr,
): Promise<string> {
  const reader = createInterface({ input, output, terminal: true, historySize: 0 });
  try {
    return await new Promise<string>((resolve, reject) => {
      reader.question(question, resolve);
      reader.on("SIGINT", () => reject(new AppError("interrupted", "Interrupted", "Run again.")));
      reader.on("close", () => resolve(""));
    });
  } finally {
    reader.close();
    output.write("\n");
  }
}
