import type { Readable, Writable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { interrupted } from "./agent/interrupted.ts";
import { createTypedLineReader } from "./typed-line.ts";

/** Asks for one line at a time in a terminal. */
export interface TerminalPrompt {
  /**
   * @param question shown before the answer, as it is
   * @param options.isHidden whether nothing of the answer is shown: for passwords
   * @returns the line without its end; may be empty
   * @throws AppError `interrupted` on Ctrl-C, on Ctrl-D in an empty line, when the signal stops it
   *   and when the terminal goes away
   */
  ask(question: string, options?: { isHidden?: boolean }): Promise<string>;
  /** Shows one line. */
  tell(text: string): void;
}

/** The part of a terminal's stdin that is used. */
export type TerminalInput = Readable & { setRawMode(isRaw: boolean): unknown };

/**
 * Asks in the terminal. The terminal is in raw mode only while a question is open, and back in its
 * own mode whatever ends it. What is typed ahead answers the next question.
 *
 * @param input the terminal's stdin
 * @param output where questions are shown
 * @param signal stops a question that is open
 */
export function createTerminalPrompt(
  input: TerminalInput,
  output: Writable,
  signal: AbortSignal,
): TerminalPrompt {
  const decoder = new StringDecoder("utf8");
  const reader = createTypedLineReader();

  async function readLine(show: (text: string) => void): Promise<string> {
    const line = reader.read("");
    if (line.state === "complete") return line.text;
    if (line.state === "interrupted") throw interrupted();
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => {
        input.off("data", onData).off("end", onEnd).off("close", onEnd);
        signal.removeEventListener("abort", onEnd);
        input.pause();
        settle();
      };
      const onEnd = () => end(() => reject(interrupted()));
      const onData = (chunk: Buffer) => {
        const { text, state } = reader.read(decoder.write(chunk));
        if (state === "interrupted") return onEnd();
        show(text);
        if (state === "complete") end(() => resolve(text));
      };
      input.on("data", onData).on("end", onEnd).on("close", onEnd);
      signal.addEventListener("abort", onEnd, { once: true });
      input.resume();
    });
  }

  return {
    tell: (text) => void output.write(`${text}\n`),
    async ask(question, { isHidden = false } = {}) {
      if (signal.aborted) throw interrupted();
      // The line is written anew after each key: that also takes back what is two columns wide.
      const show = (text: string) => void output.write(`\r\x1b[K${question}${text}`);
      input.setRawMode(true);
      try {
        output.write(question);
        return await readLine(isHidden ? () => {} : show);
      } finally {
        input.setRawMode(false);
        output.write("\n");
      }
    },
  };
}
