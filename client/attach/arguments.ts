import { parseArgs } from "node:util";
import { AppError } from "@cleanauth/common/app-error.ts";
import { mayCarrySecrets } from "../loopback.ts";

/** Where to attach to. */
export interface AttachArguments {
  readonly help: boolean;
  readonly url: URL;
}

export const attachUsage = `Usage: attach [URL] [--insecure]

Shows in this terminal the screen that a web terminal serves, as its page does in a browser.
Ctrl-] detaches. When the connection breaks, it is made again, and the screen is the same.

  URL         where the web terminal is (default: ws://127.0.0.1:8501/terminal);
              http and https are understood too
  --insecure  also over plain HTTP to another machine, where everything typed can be read on the way
  -h, --help  this text

Exit codes: 0 detached or ended, 2 wrong usage, 4 refused or out of reach, 130 interrupted.
`;

/**
 * Parses the command line.
 *
 * @param words what follows the program's name
 * @param defaultPort the port where the default URL points to
 * @throws AppError `usage_…`
 */
export function parseAttachArguments(
  words: readonly string[],
  defaultPort: number,
): AttachArguments {
  const { values, positionals } = parseWords(words);
  if (positionals.length > 1) {
    throw new AppError(
      "usage_too_many_arguments",
      `${positionals.length} arguments where one is the most`,
      "Give the URL of a web terminal, or nothing.",
    );
  }
  const url = webSocketUrl(positionals[0] ?? `ws://127.0.0.1:${defaultPort}/terminal`);
  const equivalent = new URL(url.href.replace(/^ws/, "http"));
  if (!values.insecure && !mayCarrySecrets(equivalent)) {
    throw new AppError(
      "usage_insecure_url",
      `${url.host} would be reached over plain HTTP: the password would be readable on the way`,
      "Use a wss URL or a tunnel to localhost (make tunnel); --insecure does it all the same.",
    );
  }
  return { help: values.help ?? false, url };
}

function parseWords(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: { help: { type: "boolean", short: "h" }, insecure: { type: "boolean" } },
    });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new AppError("usage_unknown_option", message.replace(/\.$/, ""), "See --help.");
  }
}

function webSocketUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text.replace(/^http/i, "ws")) : null;
  const isPlain = url !== null && `${url.username}${url.password}${url.search}${url.hash}` === "";
  if (!isPlain || !["ws:", "wss:"].includes(url.protocol)) {
    throw new AppError(
      "usage_url",
      "The URL is no ws, wss, http or https URL without user name, query and fragment",
      "Write it like ws://127.0.0.1:8501/terminal.",
    );
  }
  if (url.pathname === "/") url.pathname = "/terminal";
  return url;
}
