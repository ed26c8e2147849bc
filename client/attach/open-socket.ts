import type { IncomingMessage } from "node:http";
import { WebSocket } from "ws";
import type { Language } from "../chat/language.ts";
import { LocalizedError, type Wording } from "../localized-error.ts";
import { describeNetworkFailure } from "../network-failure.ts";
import { stripToLine } from "../terminal-text.ts";

const connectMilliseconds = 10_000;
/** The server pings twice a minute; without a word for longer than this, nobody is there. */
const silenceMilliseconds = 75_000;
/** More than this of a refusal's text is not read, and it is not waited for longer. */
const longestReason = 300;
const reasonMilliseconds = 1_000;

/** What the server refuses with while it may take the next attempt. */
const passingStatuses = [429, 502, 503, 504];

/** How the web terminal knows this program again, as it knows a browser. */
export interface Memory {
  /** The cookie, chosen here: the server keeps a digest of it with the screen. */
  readonly cookie: string;
  /** The screen's id, once the server has told it. */
  readonly screen: string | undefined;
  readonly language: Language;
}

/**
 * Opens a WebSocket to a web terminal.
 *
 * @param url a ws or wss URL
 * @param memory what finds a screen of before
 * @param signal gives up
 * @returns once it is open; one on which nothing is heard any more is ended
 * @throws AppError `server_unreachable`, `server_busy` when it may be tried again, `server_refused` when
 *   there is no use in it, `interrupted`
 */
export function openSocket(url: URL, memory: Memory, signal: AbortSignal): Promise<WebSocket> {
  const address = new URL(url);
  if (memory.screen !== undefined) address.searchParams.set("screen", memory.screen);
  const socket = new WebSocket(address, {
    handshakeTimeout: connectMilliseconds,
    headers: { cookie: `cleanauth_browser=${memory.cookie}`, "accept-language": memory.language },
  });
  return new Promise((resolve, reject) => {
    const giveUp = () => {
      reject(
        new LocalizedError("interrupted", {
          en: ["Stopped before it was attached", "Start it again."],
          ko: ["연결되기 전에 멈췄습니다", "다시 시작하세요."],
        }),
      );
      socket.terminate();
    };
    if (signal.aborted) giveUp();
    signal.addEventListener("abort", giveUp);
    socket.once("close", () => signal.removeEventListener("abort", giveUp));
    socket.once("open", () => {
      signal.removeEventListener("abort", giveUp);
      endWhenSilent(socket);
      // What breaks later ends in `close`, where it is told.
      socket.on("error", () => {});
      resolve(socket);
    });
    socket.once("unexpected-response", async (_request, response) => {
      reject(refusal(url, response.statusCode ?? 0, await reasonOf(response)));
      socket.terminate();
    });
    socket.once("error", (error) => {
      const words = describeNetworkFailure(error);
      const wording: Wording = {
        en: [
          `No web terminal at ${url.host}: ${words?.en ?? error.message}`,
          "Start one with make start, or give the URL of another.",
        ],
        ko: [
          `${url.host}에 웹 터미널이 없습니다: ${words?.ko ?? error.message}`,
          "make start로 시작하거나, 다른 웹 터미널의 URL을 주세요.",
        ],
      };
      reject(new LocalizedError("server_unreachable", wording, { cause: error }));
    });
  });
}

function endWhenSilent(socket: WebSocket): void {
  const timer = setTimeout(() => socket.terminate(), silenceMilliseconds);
  for (const name of ["ping", "message"] as const) socket.on(name, () => timer.refresh());
  socket.once("close", () => clearTimeout(timer));
}

/** The server's own words; empty where it has none, or none that are meant to be read. */
async function reasonOf(response: IncomingMessage): Promise<string> {
  const isText = response.headers["content-type"]?.startsWith("text/plain") ?? false;
  const timer = setTimeout(() => response.destroy(), reasonMilliseconds);
  let text = "";
  try {
    for await (const piece of response.setEncoding("utf8")) {
      text += piece;
      if (text.length > longestReason) break;
    }
  } catch {
    // What came is all there is.
  }
  clearTimeout(timer);
  return isText ? stripToLine(text) : "";
}

function refusal(url: URL, status: number, reason: string): LocalizedError {
  const because = reason === "" ? "" : ` (${reason})`;
  const en = `${url.host} answered ${status}${because} in place of opening a terminal`;
  const ko = `${url.host} 서버가 터미널을 여는 대신 ${status}${because}(으)로 답했습니다`;
  if (passingStatuses.includes(status)) {
    return new LocalizedError("server_busy", {
      en: [en, "Try again in a minute."],
      ko: [ko, "1분쯤 뒤에 다시 시도하세요."],
    });
  }
  return new LocalizedError("server_refused", {
    en: [en, "Check the URL: it is the address of a web terminal, by a name that it is called by."],
    ko: [ko, "URL을 확인하세요. 웹 터미널이 스스로 아는 이름으로 된 주소여야 합니다."],
  });
}
