import { integerSetting, parseSettings } from "@cleanauth/common/environment.ts";
import { exitCode, exitCodeOf } from "@cleanauth/common/exit-code.ts";
import { z } from "zod";
import { languageOf } from "../chat/language.ts";
import { readClientEnvironment } from "../config.ts";
import { errorLine, LocalizedError } from "../localized-error.ts";
import { parseAttachArguments } from "./arguments.ts";
import { attach } from "./attach.ts";
import { attachTexts } from "./texts.ts";

// `make attach`: this terminal, attached to the web terminal's screen.

const settings = z.object({ WEB_PORT: integerSetting(1, 65_535).default(8501) });

const { LC_ALL, LC_MESSAGES, LANG } = process.env;
const language = languageOf(LC_ALL || LC_MESSAGES || LANG);
const texts = attachTexts(language);

try {
  process.exitCode = await run();
} catch (error) {
  console.error(errorLine(error, language));
  process.exitCode = exitCodeOf(error);
}
process.exit();

async function run(): Promise<number> {
  const { WEB_PORT: port } = parseSettings(settings, readClientEnvironment(process.env));
  const { help, url } = parseAttachArguments(process.argv.slice(2), port);
  if (help) {
    console.log(texts.usage.trimEnd());
    return exitCode.done;
  }
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
  console.log(texts.attaching(url.host));
  console.log(await attach({ url, input, output, signal: stop.signal, language }));
  return code;
}
