import { parseArgs } from "node:util";
import { AppError } from "@cleanauth/common/app-error.ts";

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
  logout: { type: "boolean" },
  insecure: { type: "boolean" },
} as const;

export const usageText = `Usage: chat [SERVER_URL] [USER] [options]

Signs in to Amazon Cognito, connects to an MCP server with the access token, and lets a model on
Amazon Bedrock answer with the server's tools. Without --prompt it opens the terminal interface.

  SERVER_URL         the server's MCP endpoint (default: MCP_SERVER_URL, else
                     http://localhost:8080/mcp); one that ends in /sse uses HTTP+SSE
  USER               who signs in (default: CLEANAUTH_USER, else asked)

      --prompt TEXT  ask one question, write the answer to stdout and end; - reads it from stdin
      --json         with --prompt or --list-tools: one JSON object a line
      --yes          run every tool without asking; without it, --prompt declines tools that are
                     not read-only
      --list-tools   sign in, write the tools to stdout and end
      --password-stdin
                     read the password from stdin; otherwise it is CLEANAUTH_PASSWORD, or asked
      --browser      sign in with OAuth (code and PKCE) in the browser, in place of user name and
                     password
      --logout       revoke and forget the sign-in that is kept on this machine, and end
      --insecure     send password and token over plain HTTP to another machine, too
  -h, --help         this text

Settings come from the environment, else from .env; .env.example explains each one.
Exit codes: 0 done, 2 wrong usage or configuration, 3 sign-in refused, 4 server refused or out of
reach, 5 model refused or failed, 130 interrupted.
`;

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
    throw new AppError(
      "usage_too_many_arguments",
      `${positionals.length} arguments where two are the most`,
      "Give SERVER_URL and USER; put a question of several words into quotes after --prompt.",
    );
  }
  const parsed: Arguments = {
    help: values.help ?? false,
    json: values.json ?? false,
    yes: values.yes ?? false,
    listTools: values["list-tools"] ?? false,
    passwordStdin: values["password-stdin"] ?? false,
    browser: values.browser ?? false,
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
function describeParseFailure(code: string, error: Error): AppError {
  const name = /'(?:-\w, )?(--?[\w-]+)/.exec(error.message)?.[1] ?? "an option";
  if (code === "ERR_PARSE_ARGS_UNKNOWN_OPTION") {
    return new AppError(
      "usage_unknown_option",
      `There is no option ${name}`,
      /^--?pass/i.test(name)
        ? "A password is never an argument: leave it out to be asked, or use --password-stdin."
        : "Run with --help to see all options.",
    );
  }
  if (name === "--prompt") {
    return new AppError(
      "usage_wrong_option_value",
      "--prompt needs a text",
      'Write --prompt "TEXT"; a text that begins with a dash is written --prompt="-TEXT".',
    );
  }
  return new AppError(
    "usage_wrong_option_value",
    `${name} takes no value`,
    "Run with --help to see all options.",
  );
}

function requireSensible(parsed: Arguments): void {
  const { prompt, json, listTools, passwordStdin, browser, username } = parsed;
  const isOneShot = prompt !== undefined || listTools;
  if (prompt !== undefined && prompt.trim() === "") {
    throw usage("--prompt was given an empty text", "Write the question after it, in quotes.");
  }
  if (prompt !== undefined && listTools) {
    throw usage("--prompt and --list-tools exclude each other", "Give one of them.");
  }
  if (json && !isOneShot) {
    throw usage("--json goes with --prompt or --list-tools", "Add one of them, or leave it out.");
  }
  if (parsed.logout && (isOneShot || passwordStdin || username !== undefined)) {
    throw usage("--logout stands alone, or with SERVER_URL and --browser", "Leave the rest out.");
  }
  if (browser && (passwordStdin || username !== undefined)) {
    throw usage(
      "--browser takes neither USER nor --password-stdin",
      "Say in the browser who you are, or leave --browser out.",
    );
  }
  if (passwordStdin && !isOneShot) {
    throw usage(
      "--password-stdin goes with --prompt or --list-tools",
      "Leave it out: the terminal interface asks for the password.",
    );
  }
  if (passwordStdin && prompt === "-") {
    throw usage(
      "--password-stdin and --prompt - would both read standard input",
      "Write the question after --prompt, or give the password in CLEANAUTH_PASSWORD.",
    );
  }
}

function usage(message: string, hint: string): AppError {
  return new AppError("usage_wrong_combination", message, hint);
}
