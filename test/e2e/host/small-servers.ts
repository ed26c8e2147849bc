import { createReadStream } from "node:fs";
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { type NodeArchive, testNodeVersion } from "./node-archive.ts";

export interface SmallServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Plays the instance metadata service: version 2 alone, as the stack demands it. */
export function startMetadata(): Promise<SmallServer> {
  const token = "metadata-token";
  const credentials = {
    Code: "Success",
    Type: "AWS-HMAC",
    AccessKeyId: "ASIAHOSTROLE00000000",
    SecretAccessKey: "host-role-secret-key",
    Token: "host-role-session-token",
    Expiration: new Date(Date.now() + 6 * 3_600_000).toISOString(),
    LastUpdated: new Date().toISOString(),
  };
  return serve((request, response) => {
    if (request.method === "PUT" && request.url === "/latest/api/token") {
      response.setHeader("x-aws-ec2-metadata-token-ttl-seconds", "21600");
      response.end(token);
      return;
    }
    if (request.headers["x-aws-ec2-metadata-token"] !== token) {
      response.writeHead(401).end();
      return;
    }
    const path = String(request.url).replace(/\/$/, "");
    if (path === "/latest/meta-data/iam/security-credentials") response.end("host-role");
    else if (path === "/latest/meta-data/iam/security-credentials/host-role") {
      response.end(JSON.stringify(credentials));
    } else response.writeHead(404).end();
  });
}

/** Plays nodejs.org's folder of releases. */
export function startMirror(archive: NodeArchive): Promise<SmallServer> {
  return serve((request, response) => {
    if (request.url?.startsWith(`/dist/v${testNodeVersion}/node-v${testNodeVersion}-linux-`)) {
      createReadStream(archive.file).pipe(response);
    } else response.writeHead(404).end();
  });
}

/** Hands every request on to a stand-in, which answers to its own name on loopback alone. */
export function startFrontDoor(url: string): Promise<SmallServer> {
  return serve((request, response) => handOn(url, request, response));
}

/** Hands one request on, with what is left of its body unless that was read already. */
export function handOn(
  url: string,
  request: IncomingMessage,
  response: ServerResponse,
  body?: Buffer,
): void {
  const { host, hostname, port } = new URL(url);
  const { method, url: path, headers } = request;
  const onward = httpRequest(
    { hostname, port, method, path, headers: { ...headers, host } },
    (answered) => {
      response.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.pipe(response);
    },
  );
  onward.on("error", () => response.destroy());
  if (body === undefined) request.pipe(onward);
  else onward.end(body);
}

/** A small server on loopback. */
export async function serve(listener: RequestListener): Promise<SmallServer> {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
