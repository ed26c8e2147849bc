import type { Readable } from "node:stream";
import { LocalizedError } from "./localized-error.ts";

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
      throw new LocalizedError("usage_input_too_long", {
        en: [`Standard input holds more than ${mostBytes} bytes`, "Give less at a time."],
        ko: [`표준 입력이 ${mostBytes}바이트를 넘습니다`, "한 번에 더 적게 주세요."],
      });
    }
  }
  const text = Buffer.concat(chunks).toString("utf8");
  if (text.trim() !== "") return text;
  throw new LocalizedError("usage_input_empty", {
    en: [
      "Nothing came on standard input",
      "Pipe into it what is to be read, for instance with echo.",
    ],
    ko: ["표준 입력으로 들어온 것이 없습니다", "읽을 내용을 파이프로 넣으세요. 예: echo"],
  });
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
