import { type Agent, type IncomingHttpHeaders, maxHeaderSize, request } from "node:http";

export interface HostileAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** The longest that any answer may take on a machine that is busy with other things. */
const patienceMilliseconds = 15_000;

/** Sends a request and reads its answer; of a stream that stays open, only the head. */
export function exchange(
  agent: Agent,
  base: string,
  { method, path, body }: { method: string; path: string; body: string },
  headers: Record<string, string>,
): Promise<HostileAnswer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(base);
    const outgoing = request({ hostname, port, agent, method, path, headers }, (response) => {
      const { statusCode: status = 0, headers } = response;
      const chunks: Buffer[] = [];
      const done = () => {
        clearTimeout(timer);
        resolve({ status, headers, text: Buffer.concat(chunks).toString("utf8") });
      };
      if (method === "GET" && headers["content-type"]?.startsWith("text/event-stream")) {
        done();
        outgoing.destroy();
        return;
      }
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", done);
      response.on("error", reject);
    });
    const timer = setTimeout(() => {
      outgoing.destroy();
      reject(new Error(`No answer to ${method} ${path} in ${patienceMilliseconds} ms`));
    }, patienceMilliseconds);
    outgoing.on("error", (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      // Node answers a head that is too long before it is there, and the rest meets a closed connection.
      const isTooLong = headLength(path, headers) > maxHeaderSize;
      if (isTooLong && ["ECONNRESET", "EPIPE"].includes(error.code ?? "")) {
        resolve({ status: 431, headers: {}, text: "" });
      } else reject(error);
    });
    outgoing.end(body, "latin1");
  });
}

/** At the most: what Node adds by itself is less than this allows for. */
function headLength(path: string, headers: Readonly<Record<string, string>>): number {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return path.length + lines.join("").length + 500;
}
