import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { rootCertificates } from "node:tls";

/** What a server answered, or why it did not. */
export type ServerAnswer =
  | { readonly status: number; readonly body: string }
  | { readonly failure: string };

const timeoutSeconds = 5;
const longestBody = 64 * 1024;

/**
 * Asks a server with GET; no token goes with it.
 *
 * @param authority a certificate in PEM that is trusted beside the usual ones; `null` for none
 */
export function askServer(url: URL, authority: string | null): Promise<ServerAnswer> {
  const ca = authority === null ? {} : { ca: [...rootCertificates, authority] };
  const send = url.protocol === "https:" ? httpsRequest : httpRequest;
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(timeoutSeconds * 1000);
    const asked = send(url, { ...ca, signal, agent: false }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (piece: string) => {
        body += piece;
        if (body.length > longestBody) response.destroy();
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
      response.on("error", (error) => resolve({ failure: error.message }));
      response.on("close", () => resolve({ failure: "it answered too much" }));
    });
    asked.on("error", (error: NodeJS.ErrnoException) =>
      resolve({ failure: signal.aborted ? `no answer in ${timeoutSeconds} s` : codeOf(error) }),
    );
    asked.end();
  });
}

function codeOf(error: NodeJS.ErrnoException): string {
  return error.code ?? error.message;
}
