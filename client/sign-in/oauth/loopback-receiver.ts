import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { AppError } from "@cleanauth/common/app-error.ts";
import { interrupted } from "../../agent/interrupted.ts";
import { LocalizedError } from "../../localized-error.ts";
import { answerPage } from "./answer-page.ts";
import { oauthErrorTexts as texts } from "./oauth-error-texts.ts";

/** Waits on this machine for the browser to come back with the answer. */
export interface LoopbackReceiver {
  /** `http://localhost:PORT/callback`. */
  readonly redirectUri: string;
  /**
   * The parameters of the answer that carries this state; what carries another one is refused and
   * waited on.
   *
   * @throws AppError `sign_in_browser_timeout`, `interrupted`
   */
  receive(state: string, signal: AbortSignal): Promise<URLSearchParams>;
  close(): void;
}

/**
 * Cognito compares a redirect URI whole, the port included: these are the ones that the stack registers
 * (cdktf/redirect-uris.ts). An authorization server that follows RFC 8252 takes any.
 */
const knownPorts = [8765, 8766, 8767];
const path = "/callback";

/** How long somebody may take in the browser. */
const waitMilliseconds = 5 * 60_000;

/**
 * Listens on loopback for the redirect: on IPv4 and on IPv6, where there is one, for a browser may take
 * either for `localhost`, and what the other one listens to would be somebody else's.
 * https://www.rfc-editor.org/rfc/rfc8252#section-7.3
 *
 * @throws AppError `configuration_port_taken`
 */
export async function openLoopbackReceiver(): Promise<LoopbackReceiver> {
  let waiting: { state: string; resolve: (answer: URLSearchParams) => void } | undefined;
  const servers: Server[] = [];

  function createHandler(): Server {
    return createServer({ headersTimeout: 10_000, requestTimeout: 10_000 }, (request, response) => {
      const url = new URL(request.url ?? "/", "http://localhost");
      const isAnswer =
        request.method === "GET" &&
        url.pathname === path &&
        waiting !== undefined &&
        url.searchParams.getAll("state").length === 1 &&
        url.searchParams.get("state") === waiting.state;
      const outcome = !isAnswer ? "foreign" : url.searchParams.has("error") ? "refused" : "done";
      response.writeHead(isAnswer ? 200 : 404, {
        "content-type": "text/html; charset=utf-8",
        "cache-control": "no-store",
        "content-security-policy":
          "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        connection: "close",
      });
      response.end(answerPage(outcome));
      if (isAnswer) waiting?.resolve(url.searchParams);
    });
  }

  async function listen(port: number): Promise<number> {
    const ipv4 = await listenAt(createHandler(), "127.0.0.1", port);
    servers.push(ipv4);
    const taken = (ipv4.address() as AddressInfo).port;
    try {
      servers.push(await listenAt(createHandler(), "::1", taken));
    } catch (error) {
      const { code = "" } = error as NodeJS.ErrnoException;
      // No IPv6 here. Any other failure means that somebody else listens there.
      if (!["EADDRNOTAVAIL", "EAFNOSUPPORT"].includes(code)) throw error;
    }
    return taken;
  }

  function close(): void {
    for (const server of servers.splice(0)) {
      server.close();
      server.closeAllConnections();
    }
  }

  for (const port of [...knownPorts, 0]) {
    try {
      const redirectUri = `http://localhost:${await listen(port)}${path}`;
      return {
        redirectUri,
        close,
        receive(state, signal) {
          return new Promise((resolve, reject) => {
            const timer = setTimeout(() => end(() => reject(tooLate())), waitMilliseconds).unref();
            const stop = () => end(() => reject(interrupted()));
            const end = (settle: () => void) => {
              clearTimeout(timer);
              signal.removeEventListener("abort", stop);
              waiting = undefined;
              settle();
            };
            waiting = { state, resolve: (answer) => end(() => resolve(answer)) };
            if (signal.aborted) return stop();
            signal.addEventListener("abort", stop, { once: true });
          });
        },
      };
    } catch {
      close();
    }
  }
  throw new LocalizedError("configuration_port_taken", texts.noPort());
}

function listenAt(server: Server, host: string, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve(server);
    });
  });
}

function tooLate(): AppError {
  return new LocalizedError("sign_in_browser_timeout", texts.noAnswer(waitMilliseconds / 60_000));
}
