import { AppError, formatError } from "@cleanauth/common/app-error.ts";
import { integerSetting, parseSettings } from "@cleanauth/common/environment.ts";
import { exitCode, exitCodeOf } from "@cleanauth/common/exit-code.ts";
import { z } from "zod";
import { languageOf } from "../chat/language.ts";
import { readClientEnvironment } from "../config.ts";
import { attachUsage, parseAttachArguments } from "./arguments.ts";
import { attach } from "./attach.ts";
import { attachTexts } from "./texts.ts";

// `make attach`: this terminal, attached to the web terminal's screen.

const settings = z.object({ WEB_PORT: integerSetting(1, 65_535).default(8501) });

try {
  process.exitCode = await run();
} catch (error) {
  console.error(formatError(error));
  process.exitCode = exitCodeOf(error);
}
process.exit();

async function run(): Promise<number> {
  const { WEB_PORT: port } = parseSettings(settings, readClientEnvironment(process.env));
  const { help, url } = parseAttachArguments(process.argv.slice(2), port);
  if (help) {
    console.log(attachUsage.trimEnd());
    return exitCode.done;
  }
  const { stdin: input, stdout: output } = process;
  if (!input.isTTY || !output.isTTY) {
    throw new AppError(
      "usage_no_terminal",
      "There is no terminal to attach",
      "Start it in a terminal, or open the page in a browser.",
    );
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
  const { LC_ALL, LC_MESSAGES, LANG } = process.env;
  const language = languageOf(LC_ALL || LC_MESSAGES || LANG);
  console.log(attachTexts(language).attaching(url.host));
  console.log(await attach({ url, input, output, signal: stop.signal, language }));
  return code;
}
