import type { Readable } from "node:stream";
import { AppError } from "@cleanauth/common/app-error.ts";

/**
 * Reads a whole input, such as a question that is piped in.
 *
 * @param input usually stdin
 * @param mostBytes how much is taken at the most
 * @returns its text as it is, which is more than blanks
 * @throws AppError `usage_input_too_long` or `usage_input_empty`
 */
export async function readInput(input: Readable, mostBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of input) {
    chunks.push(chunk as Buffer);
    bytes += (chunk as Buffer).length;
    if (bytes > mostBytes) {
      throw new AppError(
        "usage_input_too_long",
        `Standard input holds more than ${mostBytes} bytes`,
        "Give less at a time.",
      );
    }
  }
  const text = Buffer.concat(chunks).toString("utf8");
  if (text.trim() !== "") return text;
  throw new AppError(
    "usage_input_empty",
    "Nothing came on standard input",
    "Pipe into it what is to be read, for instance with echo.",
  );
}

/**
 * Reads a password that is piped in: the first line, of which nothing but its end is left out.
 *
 * @param input usually stdin
 * @throws AppError as {@link readInput}
 */
export async function readPasswordLine(input: Readable): Promise<string> {
  const [line = ""] = (await readInput(input, 4096)).split(/\r?\n/, 1);
  return line;
}
