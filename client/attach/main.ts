import { integerSetting, parseSettings } from "@cleanauth/common/environment.ts";
import { exitCode, exitCodeOf } from "@cleanauth/common/exit-code.ts";
import { z } from "zod";
import { languageOf } from "../chat/language.ts";
import { readClientEnvironment } from "../config.ts";
import { errorLine } from "../localized-error.ts";
import { parseAttachArguments } from "./arguments.ts";
import { attachThisTerminal } from "./attach-this-terminal.ts";
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
  return attachThisTerminal({ url, language, tell: (line) => console.log(line) });
}
