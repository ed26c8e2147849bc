import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { addPrefix, removePrefix } from "./prefixed-names.ts";

interface Behind {
  readonly port: number;
  readonly token: string;
  /** Whether the names that the suite asks for are those of a server behind a gateway. */
  readonly isGateway: boolean;
}

/** Starts a proxy on loopback that adds a token to what the suite sends, which itself sends none. */
export async function startTokenProxy(
  behind: Behind,
): Promise<{ url: string; stop(): Promise<void> }> {
  const proxy = createServer((request, response) => void forward(request, response, behind));
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://localhost:${(proxy.address() as AddressInfo).port}/mcp`,
    async stop() {
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}

/** Host and Origin go through as they are, but for the proxy's own name, which becomes the server's. */
async function forward(
  request: IncomingMessage,
  response: ServerResponse,
  { port, token, isGateway }: Behind,
): Promise<void> {
  const proxyPort = (request.socket.address() as AddressInfo).port;
  const renamed = (value: string | undefined) => value?.replace(`:${proxyPort}`, `:${port}`);
  const { host, origin, "content-length": _length, ...others } = request.headers;
  const sent = await text(request);
  const body = isGateway && request.method === "POST" ? addPrefix(sent) : sent;
  const upstream = httpRequest(
    {
      host: "127.0.0.1",
      port,
      method: request.method,
      path: request.url,
      headers: {
        ...others,
        host: renamed(host),
        ...(origin === undefined ? {} : { origin: renamed(origin) }),
        ...(body !== "" && { "content-length": Buffer.byteLength(body) }),
        authorization: `Bearer ${token}`,
      },
    },
    (answer) => {
      const { "content-length": length, ...headers } = answer.headers;
      const isKept = !isGateway || length === "0";
      response.writeHead(answer.statusCode ?? 502, isKept ? answer.headers : headers);
      response.flushHeaders();
      if (isKept) answer.pipe(response);
      else pipeLines(answer, response);
    },
  );
  upstream.on("error", () => response.destroy());
  response.on("close", () => upstream.destroy());
  upstream.end(body);
}

/** A name is never on two lines, neither of JSON nor of a stream of events. */
function pipeLines(answer: IncomingMessage, response: ServerResponse): void {
  createInterface({ input: answer })
    .on("line", (line) => response.write(`${removePrefix(line)}\n`))
    .on("error", () => response.destroy())
    .on("close", () => response.end());
}
