import { parseArgs } from "node:util";
import { LocalizedError } from "../localized-error.ts";
import { mayCarrySecrets } from "../loopback.ts";

/** Where to attach to. */
export interface AttachArguments {
  readonly help: boolean;
  readonly url: URL;
}

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
    throw new LocalizedError("usage_too_many_arguments", {
      en: [
        `${positionals.length} arguments where one is the most`,
        "Give the URL of a web terminal, or nothing.",
      ],
      ko: [
        `인수는 하나까지인데 ${positionals.length}개입니다`,
        "웹 터미널의 URL을 주거나, 아무것도 주지 마세요.",
      ],
    });
  }
  const url = webSocketUrl(positionals[0] ?? `ws://127.0.0.1:${defaultPort}/terminal`);
  const equivalent = new URL(url.href.replace(/^ws/, "http"));
  if (!values.insecure && !mayCarrySecrets(equivalent)) {
    throw new LocalizedError("usage_insecure_url", {
      en: [
        `${url.host} would be reached over plain HTTP: the password would be readable on the way`,
        "Use a wss URL or a tunnel to localhost (make tunnel); --insecure does it all the same.",
      ],
      ko: [
        `${url.host}에 평문 HTTP로 연결하면 비밀번호가 도중에 노출됩니다`,
        "wss URL이나 localhost로 가는 터널(make tunnel)을 쓰세요. --insecure를 주면 그대로 연결합니다.",
      ],
    });
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
    const said = message.replace(/\.$/, "");
    throw new LocalizedError("usage_unknown_option", {
      en: [said, "See --help."],
      ko: [`옵션을 읽을 수 없습니다: ${said}`, "--help를 보세요."],
    });
  }
}

function webSocketUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text.replace(/^http/i, "ws")) : null;
  const isPlain = url !== null && `${url.username}${url.password}${url.search}${url.hash}` === "";
  if (!isPlain || !["ws:", "wss:"].includes(url.protocol)) {
    throw new LocalizedError("usage_url", {
      en: [
        "The URL is no ws, wss, http or https URL without user name, query and fragment",
        "Write it like ws://127.0.0.1:8501/terminal.",
      ],
      ko: [
        "사용자 이름, 쿼리, 프래그먼트가 없는 ws, wss, http, https URL이 아닙니다",
        "ws://127.0.0.1:8501/terminal처럼 쓰세요.",
      ],
    });
  }
  if (url.pathname === "/") url.pathname = "/terminal";
  return url;
}
