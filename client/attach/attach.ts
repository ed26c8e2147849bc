import { StringDecoder } from "node:string_decoder";
import type { ReadStream, WriteStream } from "node:tty";
import type { AppError } from "@cleanauth/common/app-error.ts";
import type { Language } from "../chat/language.ts";
import { columnsOf, truncate } from "../chat/width.ts";
import { errorLine, LocalizedError, wordingOf } from "../localized-error.ts";
import { saveNewFile } from "../store/private-files.ts";
import { withinBounds } from "../web/protocol.ts";
import { connect } from "./connection.ts";
import { attachTexts } from "./texts.ts";

/** Ctrl-], as telnet has it: nothing that is attached to uses it. */
const detachKey = "\x1d";
const interruptKey = "\x03";
const inputPieceLength = 8 * 1024;
const mostFiles = 50;

/**
 * What the far end may have switched on: mouse and paste reports, application keys, colours, the
 * alternate screen, the hidden cursor. It may be gone without having switched it off again.
 */
const restoreTerminal =
  "\x1b[?1006l\x1b[?1000l\x1b[?2031l\x1b[?2004l\x1b[?1l\x1b>\x1b[m\x1b[?1049l\x1b[?25h";

/**
 * Shows a web terminal's screen in a terminal until it ends, the user detaches, or the signal stops it.
 * When the connection breaks, it is made again, as the page in a browser does, and the screen is the same.
 * However it ends, the terminal is as it was before.
 *
 * @param options.url a ws or wss URL
 * @param options.input usually `process.stdin`
 * @param options.output usually `process.stdout`
 * @param options.signal detaches
 * @param options.language of what is said here, and asked of the far end
 * @returns which files were saved in the working directory, and how it ended, a line each
 * @throws AppError `server_…` when the connection was refused, never came about, or did not come back;
 *   `interrupted` when the user did not wait for it
 */
export async function attach(options: {
  url: URL;
  input: ReadStream;
  output: WriteStream;
  signal: AbortSignal;
  language: Language;
}): Promise<string> {
  const { url, input, output, signal, language } = options;
  const texts = attachTexts(language);
  const listen = await connect(options);

  return new Promise((resolve, reject) => {
    let isOver = false;
    /** What stands on the lowest row while nobody is there. */
    let notice: string | null = null;
    const decoder = new StringDecoder("utf8");
    const saved: string[] = [];

    input.setRawMode(true);
    const connection = listen({
      reopened() {
        // What was shown before is drawn anew, on a terminal that knows nothing of it.
        if (notice !== null) output.write(restoreTerminal);
        notice = null;
        sendSize();
      },
      received(message) {
        if (message.type === "output") output.write(message.data);
        if (message.type === "file") save(message);
      },
      lost(problem) {
        notice = problem === null ? texts.lost : texts.lostBecause(wordingOf(problem)[language][0]);
        output.write(noticeRow());
      },
      ended: (outcome) => void end(outcome),
    });
    input.on("data", onInput);
    for (const name of ["end", "error"] as const) input.on(name, detach);
    output.on("error", detach);
    output.on("resize", onResize);
    signal.addEventListener("abort", detach);
    sendSize();
    if (signal.aborted) detach();

    function sendSize(): void {
      const { columns, rows } = output;
      connection.send({ type: "resize", ...withinBounds({ columns, rows }) });
    }

    function onResize(): void {
      // Nobody is there to lay the screen out anew: what a terminal makes of it is better not shown.
      if (notice === null) sendSize();
      else output.write(`\x1b[m\x1b[2J${noticeRow()}`);
    }

    function noticeRow(): string {
      const { columns, rows } = output;
      const room = columns - columnsOf(texts.leave) - 4;
      const text = truncate(notice ?? "", room);
      const gap = " ".repeat(Math.max(2, room - columnsOf(text) + 2));
      return `\x1b[?25l\x1b[${rows};1H\x1b[0;7m ${text}${gap}${texts.leave} \x1b[m`;
    }

    function onInput(bytes: Buffer): void {
      const text = decoder.write(bytes);
      if (notice !== null && text.includes(interruptKey)) {
        return void end(
          new LocalizedError("interrupted", {
            en: [`Stopped while ${url.host} was out of reach`, "Attach again."],
            ko: [`${url.host}에 연결할 수 없는 동안 멈췄습니다`, "다시 연결하세요."],
          }),
        );
      }
      const at = text.indexOf(detachKey);
      const typed = at === -1 ? text : text.slice(0, at);
      for (let start = 0; start < typed.length; start += inputPieceLength) {
        connection.send({ type: "input", data: typed.slice(start, start + inputPieceLength) });
      }
      if (at !== -1) detach();
    }

    function save({ name, text }: { name: string; text: string }): void {
      // The screen is the far end's; where its files went is told once it is gone. A user exports a
      // few: whoever sends more wants to fill the disk.
      if (saved.length >= mostFiles) return;
      try {
        saved.push(texts.saved(saveNewFile(".", name, text)));
      } catch (error) {
        saved.push(errorLine(error, language));
      }
    }

    function detach(): void {
      void end(texts.detached);
    }

    async function end(outcome: string | AppError): Promise<void> {
      if (isOver) return;
      isOver = true;
      input.off("data", onInput);
      input.off("end", detach);
      output.off("resize", onResize);
      signal.removeEventListener("abort", detach);
      output.write(restoreTerminal);
      input.setRawMode(false);
      input.pause();
      await connection.close();
      if (typeof outcome === "string") resolve([...saved, outcome].join("\n"));
      else reject(outcome);
    }
  });
}
