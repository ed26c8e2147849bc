import { randomBytes } from "node:crypto";
import { AppError } from "@cleanauth/common/app-error.ts";
import { WebSocket } from "ws";
import type { Language } from "../chat/language.ts";
import { LocalizedError } from "../localized-error.ts";
import { stripToLine } from "../terminal-text.ts";
import { type ClientMessage, parseServerMessage, type ServerMessage } from "../web/protocol.ts";
import { openSocket } from "./open-socket.ts";

/** For as long as the server keeps a screen, and a little more, as the page has it. */
const patienceMilliseconds = 200_000;
const longestPauseMilliseconds = 8_000;
const farewellMilliseconds = 500;
/** RFC 6455, 7.4.1: what the server ends for good. */
const offences = [1008, 1009];

/** A connection to a screen on a web terminal, which is made again when it breaks. */
export interface Connection {
  /** Sends what is typed, or the size; nothing where nobody is there. */
  send(message: ClientMessage): void;
  /** Tells the server that nobody comes back, and is over soon, whatever it answers. */
  close(): Promise<void>;
}

export interface ConnectionListener {
  /** The server is there again, and wants to be told the size before it shows anything. */
  reopened(): void;
  received(message: ServerMessage): void;
  /** @param problem why the last attempt to get it back failed; null at first */
  lost(problem: AppError | null): void;
  /** No other attempt is made. @param outcome the server's last word, or why there is no screen any more */
  ended(outcome: string | AppError): void;
}

/**
 * Connects to a screen. The server finds it again by a cookie, which is chosen here, and by the id that it
 * tells.
 *
 * @param options.url a ws or wss URL
 * @param options.language the one that the screen is to speak
 * @param options.signal gives up the first attempt
 * @returns a function that says who is told what happens, to be called at once
 * @throws AppError what {@link openSocket} throws, at the first attempt
 */
export async function connect(options: {
  url: URL;
  language: Language;
  signal: AbortSignal;
}): Promise<(listener: ConnectionListener) => Connection> {
  const { url, language } = options;
  const cookie = randomBytes(32).toString("base64url");
  let screen: string | undefined;
  const open = (signal: AbortSignal) => openSocket(url, { cookie, screen, language }, signal);
  const first = await open(options.signal);

  return (listener) => {
    let socket = first;
    let lostAt = 0;
    let pause = 0;
    let timer: NodeJS.Timeout | undefined;
    const closing = new AbortController();

    function use(opened: WebSocket): void {
      socket = opened;
      let farewell: string | undefined;
      opened.on("message", (data) => {
        const message = parseServerMessage(String(data));
        if (message === null || closing.signal.aborted) return;
        if (message.type === "exit") farewell = stripToLine(message.message);
        if (message.type === "screen") {
          screen = message.id;
          // A connection that lasts is not one of those that fail at once.
          [lostAt, pause] = [0, 0];
        }
        listener.received(message);
      });
      opened.once("close", (code, reason) => {
        if (closing.signal.aborted) return;
        if (farewell !== undefined) listener.ended(farewell);
        else if (offences.includes(code)) listener.ended(offended(code, String(reason)));
        else lose(null);
      });
    }

    function lose(problem: AppError | null): void {
      if (lostAt === 0) lostAt = Date.now();
      if (Date.now() - lostAt > patienceMilliseconds) {
        listener.ended(notComeBack(problem));
        return;
      }
      listener.lost(problem);
      timer = setTimeout(() => void tryAgain(), pause);
      pause = Math.min(longestPauseMilliseconds, pause * 2 || 500);
    }

    async function tryAgain(): Promise<void> {
      try {
        const opened = await open(closing.signal);
        if (closing.signal.aborted) return opened.terminate();
        use(opened);
        listener.reopened();
      } catch (error) {
        if (closing.signal.aborted || !(error instanceof AppError)) return;
        if (error.code === "server_refused") listener.ended(error);
        else lose(error);
      }
    }

    const offended = (code: number, reason: string) =>
      new LocalizedError("server_refused", {
        en: [`${url.host} ended it: ${stripToLine(reason) || `code ${code}`}`, "Attach again."],
        ko: [
          `${url.host} 쪽에서 끝냈습니다: ${stripToLine(reason) || `코드 ${code}`}`,
          "다시 연결하세요.",
        ],
      });
    const notComeBack = (cause: AppError | null) =>
      new LocalizedError(
        "server_connection_lost",
        {
          en: [
            `The connection to ${url.host} broke, and did not come back`,
            "Attach again; the screen begins anew, with a sign-in.",
          ],
          ko: [
            `${url.host}와의 연결이 끊겨 돌아오지 않았습니다`,
            "다시 연결하세요. 화면은 로그인부터 새로 시작합니다.",
          ],
        },
        { cause },
      );

    use(first);
    return {
      send(message) {
        if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
      },
      close() {
        clearTimeout(timer);
        closing.abort();
        if (socket.readyState === WebSocket.CLOSED) return Promise.resolve();
        return new Promise((resolve) => {
          setTimeout(resolve, farewellMilliseconds);
          socket.once("close", () => resolve());
          socket.close(1000);
        });
      },
    };
  };
}
