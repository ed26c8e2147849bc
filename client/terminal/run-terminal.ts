import { setTimeout as delay } from "node:timers/promises";
import { exitCode } from "@cleanauth/common/exit-code.ts";
import type { Language } from "../chat/language.ts";
import { LocalizedError } from "../localized-error.ts";
import type { Services } from "../services.ts";
import type { Background } from "./background.ts";
import { runScreen } from "./run-screen.ts";
import { openTtyPort } from "./tty-port.ts";

/** Longer than terminals take to answer, over a slow connection as well. */
const answerMilliseconds = 300;

/** The exit code of a program that a signal ended: 128 and the signal's number, as shells have it. */
const signalCodes = { SIGINT: exitCode.interrupted, SIGTERM: 143, SIGHUP: 129, SIGQUIT: 131 };

/**
 * Runs the chat in the terminal that the program was started in, until the user leaves, a signal
 * comes or the terminal goes away. Whatever ends it, the terminal is as it was before.
 *
 * @param options.services the world
 * @param options.language of the interface, until the user has chosen one
 * @param options.background what is behind the text, until the terminal has said it
 * @param options.username prefilled in the sign-in form
 * @param options.password prefilled in the sign-in form
 * @returns the exit code
 * @throws AppError `usage_no_terminal` when stdin or stdout is none; whatever went uncaught while the
 *   screen was shown, once the terminal is back
 */
export async function runTerminal(options: {
  services: Services;
  language?: Language;
  background?: Background;
  username?: string;
  password?: string;
}): Promise<number> {
  const { stdin, stdout } = process;
  if (!stdin.isTTY || !stdout.isTTY) {
    throw new LocalizedError("usage_no_terminal", {
      en: [
        "The terminal interface needs a terminal, and there is none",
        "Start it in one, or ask one question with --prompt.",
      ],
      ko: [
        "터미널 화면을 열 터미널이 없습니다",
        "터미널에서 시작하거나, --prompt로 질문 하나를 하세요.",
      ],
    });
  }
  const port = openTtyPort(stdin, stdout);
  const openedAt = Date.now();
  const screen = runScreen({ ...options, port });
  let code: number = exitCode.done;
  let defect: { error: unknown } | undefined;

  const onSignal = (signal: NodeJS.Signals) => {
    code = signalCodes[signal as keyof typeof signalCodes];
    void screen.close();
  };
  const onDefect = (error: unknown) => {
    defect ??= { error };
    void screen.close();
  };
  const signals = Object.keys(signalCodes) as NodeJS.Signals[];
  for (const signal of signals) process.on(signal, onSignal);
  process.on("uncaughtException", onDefect);
  // Should something end the process outright: what gives the terminal back is done at once.
  const onExit = () => {
    void screen.close();
    port.release();
  };
  process.on("exit", onExit);

  try {
    await screen.ended;
    // What the terminal has been asked and not answered yet would be typed into the shell.
    await delay(Math.max(0, openedAt + answerMilliseconds - Date.now()));
  } finally {
    port.release();
    for (const signal of signals) process.off(signal, onSignal);
    process.off("uncaughtException", onDefect);
    process.off("exit", onExit);
  }
  if (defect !== undefined) throw defect.error;
  return code;
}
