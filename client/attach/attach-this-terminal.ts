import { exitCode } from "@cleanauth/common/exit-code.ts";
import type { Language } from "../chat/language.ts";
import { LocalizedError } from "../localized-error.ts";
import { attach } from "./attach.ts";
import { attachTexts } from "./texts.ts";

/**
 * Attaches the terminal that the program was started in, until the screen ends, the user detaches or a
 * signal comes.
 *
 * @param options.url a ws or wss URL
 * @param options.language of what is said here, and asked of the far end
 * @param options.tell prints a line
 * @returns the exit code
 * @throws AppError `usage_no_terminal` where there is none, and what {@link attach} throws
 */
export async function attachThisTerminal(options: {
  url: URL;
  language: Language;
  tell: (line: string) => void;
}): Promise<number> {
  const { url, language, tell } = options;
  const { stdin: input, stdout: output } = process;
  if (!input.isTTY || !output.isTTY) {
    throw new LocalizedError("usage_no_terminal", {
      en: [
        "There is no terminal to attach",
        "Start it in a terminal, or open the page in a browser.",
      ],
      ko: ["연결할 터미널이 없습니다", "터미널에서 시작하거나, 브라우저로 페이지를 여세요."],
    });
  }
  const stop = new AbortController();
  let code: number = exitCode.done;
  for (const [signal, signalCode] of [
    ["SIGINT", exitCode.interrupted],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const) {
    process.on(signal, () => {
      code = signalCode;
      stop.abort();
    });
  }
  tell(attachTexts(language).attaching(url.host));
  tell(await attach({ url, input, output, signal: stop.signal, language }));
  return code;
}
