import { parseArgs } from "node:util";
import { LocalizedError, type Wording } from "./localized-error.ts";

/** What the command line asked for. */
export interface Arguments {
  help: boolean;
  serverUrl?: string;
  username?: string;
  /** The question; `-` stands for standard input. */
  prompt?: string;
  json: boolean;
  yes: boolean;
  listTools: boolean;
  passwordStdin: boolean;
  browser: boolean;
  machine: boolean;
  logout: boolean;
  insecure: boolean;
}

const options = {
  help: { type: "boolean", short: "h" },
  prompt: { type: "string" },
  json: { type: "boolean" },
  yes: { type: "boolean" },
  "list-tools": { type: "boolean" },
  "password-stdin": { type: "boolean" },
  browser: { type: "boolean" },
  machine: { type: "boolean" },
  logout: { type: "boolean" },
  insecure: { type: "boolean" },
} as const;

/**
 * Parses the command line.
 *
 * @param words what follows the program's name
 * @throws AppError `usage_…` for anything that cannot be meant. No positional argument is repeated in
 *   it: a password that was typed where none belongs stays out of sight.
 */
export function parseArguments(words: readonly string[]): Arguments {
  const { values, positionals } = parseWords(words);
  const [serverUrl, username] = positionals;
  if (positionals.length > 2) {
    throw new LocalizedError("usage_too_many_arguments", {
      en: [
        `${positionals.length} arguments where two are the most`,
        "Give SERVER_URL and USER; put a question of several words into quotes after --prompt.",
      ],
      ko: [
        `인수는 두 개까지인데 ${positionals.length}개입니다`,
        "SERVER_URL과 USER만 주세요. 여러 단어로 된 질문은 --prompt 뒤에 따옴표로 묶으세요.",
      ],
    });
  }
  const parsed: Arguments = {
    help: values.help ?? false,
    json: values.json ?? false,
    yes: values.yes ?? false,
    listTools: values["list-tools"] ?? false,
    passwordStdin: values["password-stdin"] ?? false,
    browser: values.browser ?? false,
    machine: values.machine ?? false,
    logout: values.logout ?? false,
    insecure: values.insecure ?? false,
    ...(serverUrl === undefined ? {} : { serverUrl }),
    ...(username === undefined ? {} : { username }),
    ...(values.prompt === undefined ? {} : { prompt: values.prompt }),
  };
  if (!parsed.help) requireSensible(parsed);
  return parsed;
}

function parseWords(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true, strict: true });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    if (!code.startsWith("ERR_PARSE_ARGS_")) throw error;
    throw describeParseFailure(code, error as Error);
  }
}

/** Words Node's complaint in one line; of the words only an option's name is repeated. */
function describeParseFailure(code: string, error: Error): LocalizedError {
  const name = /'(?:-\w, )?(--?[\w-]+)/.exec(error.message)?.[1] ?? "an option";
  if (code === "ERR_PARSE_ARGS_UNKNOWN_OPTION") {
    const isPassword = /^--?pass/i.test(name);
    return new LocalizedError("usage_unknown_option", {
      en: [
        `There is no option ${name}`,
        isPassword
          ? "A password is never an argument: leave it out to be asked, or use --password-stdin."
          : seeHelp.en,
      ],
      ko: [
        `${name} 옵션은 없습니다`,
        isPassword
          ? "비밀번호는 인수로 받지 않습니다. 빼면 물어보고, --password-stdin으로도 줄 수 있습니다."
          : seeHelp.ko,
      ],
    });
  }
  if (name === "--prompt") {
    return new LocalizedError("usage_wrong_option_value", {
      en: [
        "--prompt needs a text",
        'Write --prompt "TEXT"; a text that begins with a dash is written --prompt="-TEXT".',
      ],
      ko: [
        "--prompt 뒤에 질문이 있어야 합니다",
        '--prompt "TEXT"처럼 쓰세요. -로 시작하면 --prompt="-TEXT"처럼 씁니다.',
      ],
    });
  }
  return new LocalizedError("usage_wrong_option_value", {
    en: [`${name} takes no value`, seeHelp.en],
    ko: [`${name} 옵션은 값을 받지 않습니다`, seeHelp.ko],
  });
}

const seeHelp = {
  en: "Run with --help to see all options.",
  ko: "모든 옵션은 --help로 볼 수 있습니다.",
};

function requireSensible(parsed: Arguments): void {
  const { prompt, json, listTools, passwordStdin, browser, machine, username } = parsed;
  const isOneShot = prompt !== undefined || listTools;
  if (prompt !== undefined && prompt.trim() === "") {
    throw usage({
      en: ["--prompt was given an empty text", "Write the question after it, in quotes."],
      ko: ["--prompt의 질문이 비어 있습니다", "뒤에 질문을 따옴표로 묶어 쓰세요."],
    });
  }
  if (prompt !== undefined && listTools) {
    throw usage({
      en: ["--prompt and --list-tools exclude each other", "Give one of them."],
      ko: ["--prompt와 --list-tools는 함께 쓸 수 없습니다", "둘 중 하나만 주세요."],
    });
  }
  const isWebTerminal = /^wss?:/i.test(parsed.serverUrl ?? "");
  const isMore = isOneShot || browser || machine || parsed.logout || username !== undefined;
  if (isWebTerminal && isMore) {
    throw usage({
      en: [
        "A ws or wss URL is that of a web terminal, and stands alone",
        "Give the MCP server's http or https URL with --prompt, --list-tools and the like.",
      ],
      ko: [
        "ws나 wss URL은 웹 터미널의 주소이며, 혼자 씁니다",
        "--prompt나 --list-tools 같은 것과는 MCP 서버의 http나 https URL을 주세요.",
      ],
    });
  }
  if (json && !isOneShot) {
    throw usage({
      en: ["--json goes with --prompt or --list-tools", "Add one of them, or leave it out."],
      ko: [
        "--json은 --prompt나 --list-tools와 함께 씁니다",
        "둘 중 하나를 더하거나, --json을 빼세요.",
      ],
    });
  }
  if (parsed.logout && (isOneShot || passwordStdin || machine || username !== undefined)) {
    throw usage({
      en: ["--logout stands alone, or with SERVER_URL and --browser", "Leave the rest out."],
      ko: ["--logout은 혼자, 또는 SERVER_URL과 --browser와만 씁니다", "나머지는 빼세요."],
    });
  }
  if (browser && (passwordStdin || username !== undefined)) {
    throw usage({
      en: [
        "--browser takes neither USER nor --password-stdin",
        "Say in the browser who you are, or leave --browser out.",
      ],
      ko: [
        "--browser는 USER나 --password-stdin과 함께 쓸 수 없습니다",
        "브라우저에서 사용자를 입력하거나, --browser를 빼세요.",
      ],
    });
  }
  if (machine && (browser || passwordStdin || username !== undefined)) {
    throw usage({
      en: [
        "--machine takes neither USER nor --password-stdin nor --browser",
        "A machine stands for itself: leave them out, or leave --machine out.",
      ],
      ko: [
        "--machine은 USER, --password-stdin, --browser와 함께 쓸 수 없습니다",
        "머신은 자기 자신으로 로그인합니다. 그것들을 빼거나, --machine을 빼세요.",
      ],
    });
  }
  if (machine && !isOneShot) {
    throw usage({
      en: [
        "--machine goes with --prompt or --list-tools",
        "Add one of them: at a terminal, sign in as yourself.",
      ],
      ko: [
        "--machine은 --prompt나 --list-tools와 함께 씁니다",
        "둘 중 하나를 더하세요. 터미널에서는 사용자로 로그인하세요.",
      ],
    });
  }
  if (passwordStdin && !isOneShot) {
    throw usage({
      en: [
        "--password-stdin goes with --prompt or --list-tools",
        "Leave it out: the terminal interface asks for the password.",
      ],
      ko: [
        "--password-stdin은 --prompt나 --list-tools와 함께 씁니다",
        "빼세요. 터미널 화면은 비밀번호를 직접 물어봅니다.",
      ],
    });
  }
  if (passwordStdin && prompt === "-") {
    throw usage({
      en: [
        "--password-stdin and --prompt - would both read standard input",
        "Write the question after --prompt, or give the password in CLEANAUTH_PASSWORD.",
      ],
      ko: [
        "--password-stdin과 --prompt -는 둘 다 표준 입력을 읽습니다",
        "질문을 --prompt 뒤에 쓰거나, 비밀번호를 CLEANAUTH_PASSWORD로 주세요.",
      ],
    });
  }
}

function usage(wording: Wording): LocalizedError {
  return new LocalizedError("usage_wrong_combination", wording);
}
