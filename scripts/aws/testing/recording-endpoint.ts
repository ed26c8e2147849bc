import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as it came over the wire. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  /** What the service calls it: `X-Amz-Target`'s last part, EC2's `Action`, else method and path. */
  readonly action: string;
  readonly body: string;
}

export interface Answer {
  readonly status?: number;
  readonly body: string;
}

/** An AWS endpoint on loopback that answers as a test tells it, and keeps what it was asked. */
export interface RecordingEndpoint {
  readonly requests: readonly RecordedRequest[];
  /** What an SDK client takes to talk to it, and to nothing else. */
  readonly client: {
    readonly endpoint: string;
    readonly region: string;
    readonly maxAttempts: number;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  stop(): Promise<void>;
}

/** Starts one on a free port. */
export async function startRecordingEndpoint(
  answer: (request: RecordedRequest) => Answer | Promise<Answer>,
): Promise<RecordingEndpoint> {
  const requests: RecordedRequest[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString("utf8");
    const { method = "", url: path = "" } = request;
    const target = request.headers["x-amz-target"];
    const action =
      String(target ?? "").split(".")[1] ??
      new URLSearchParams(body).get("Action") ??
      `${method} ${path}`;
    const recorded = { method, path, action, body };
    requests.push(recorded);
    const { status = 200, body: answered } = await answer(recorded);
    response.writeHead(status).end(answered);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    requests,
    client: {
      endpoint: `http://127.0.0.1:${port}`,
      region: "us-east-1",
      maxAttempts: 1,
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
