import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { crc32 } from "node:zlib";

/** What the server answers one ConverseStream request with. */
export type Reply =
  | { error: string; message: string; status?: number }
  | {
      events: readonly StreamEvent[];
      /** Ends the connection after the events in place of the stream. */
      cut?: boolean;
      /** Leaves the stream open after the events. */
      open?: boolean;
    };

/** An event's name and its payload; an exception's name begins with `!`. */
export type StreamEvent = readonly [name: string, payload: Record<string, unknown>];

/** A plain HTTP/1.1 server that speaks as much of Bedrock's protocol as a test needs. */
export interface BedrockServer {
  readonly url: string;
  readonly requests: { path: string; body: ConverseBody }[];
  /** Taken one after the other; a request that finds none is answered 500. */
  readonly replies: Reply[];
  close(): Promise<void>;
}

export interface ConverseBody {
  messages: { role: string; content: Record<string, unknown>[] }[];
  toolConfig?: { tools: { toolSpec: Record<string, unknown> }[] };
  system?: { text: string }[];
  inferenceConfig?: Record<string, unknown>;
}

export async function startBedrockServer(): Promise<BedrockServer> {
  const requests: BedrockServer["requests"] = [];
  const replies: Reply[] = [];
  const http = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    requests.push({
      path: decodeURIComponent(request.url ?? ""),
      body: JSON.parse(Buffer.concat(chunks).toString()),
    });
    const reply = replies.shift() ?? { error: "InternalServerException", message: "no reply left" };
    if ("error" in reply) {
      response.writeHead(reply.status ?? 400, {
        "content-type": "application/json",
        "x-amzn-errortype": reply.error,
      });
      response.end(JSON.stringify({ message: reply.message }));
      return;
    }
    response.writeHead(200, { "content-type": "application/vnd.amazon.eventstream" });
    response.flushHeaders();
    for (const event of reply.events) {
      response.write(encodeEvent(event));
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (reply.cut) response.destroy();
    else if (!reply.open) response.end();
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    requests,
    replies,
    async close() {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

/** The events of a turn that says something; in pieces, as a model does. */
export function say(text: string, stopReason = "end_turn"): StreamEvent[] {
  const pieces = text.match(/.{1,5}/gsu) ?? [];
  return [
    ["messageStart", { role: "assistant" }],
    ...pieces.map(
      (piece) => ["contentBlockDelta", { contentBlockIndex: 0, delta: { text: piece } }] as const,
    ),
    ["contentBlockStop", { contentBlockIndex: 0 }],
    ...stop(stopReason),
  ];
}

/** The events of a turn that wants tools run; the input is cut into pieces. */
export function wantTools(...uses: { id: string; name: string; input: unknown }[]): StreamEvent[] {
  const blocks = uses.flatMap(({ id, name, input }, index): StreamEvent[] => {
    const json = typeof input === "string" ? input : JSON.stringify(input);
    const pieces = json.match(/.{1,7}/gsu) ?? [];
    return [
      [
        "contentBlockStart",
        { contentBlockIndex: index, start: { toolUse: { toolUseId: id, name } } },
      ],
      ...pieces.map(
        (piece): StreamEvent => [
          "contentBlockDelta",
          { contentBlockIndex: index, delta: { toolUse: { input: piece } } },
        ],
      ),
      ["contentBlockStop", { contentBlockIndex: index }],
    ];
  });
  return [["messageStart", { role: "assistant" }], ...blocks, ...stop("tool_use")];
}

export function stop(stopReason: string): StreamEvent[] {
  return [
    ["messageStop", { stopReason }],
    [
      "metadata",
      { usage: { inputTokens: 10, outputTokens: 3, totalTokens: 13 }, metrics: { latencyMs: 1 } },
    ],
  ];
}

/** https://smithy.io/2.0/aws/amazon-eventstream.html */
function encodeEvent([name, payload]: StreamEvent): Buffer {
  const isException = name.startsWith("!");
  const headers = Buffer.concat([
    encodeHeader(":message-type", isException ? "exception" : "event"),
    encodeHeader(isException ? ":exception-type" : ":event-type", name.replace("!", "")),
    encodeHeader(":content-type", "application/json"),
  ]);
  const body = Buffer.from(JSON.stringify(payload));
  const prelude = Buffer.alloc(8);
  prelude.writeUInt32BE(16 + headers.length + body.length, 0);
  prelude.writeUInt32BE(headers.length, 4);
  const message = Buffer.concat([prelude, uint32(crc32(prelude)), headers, body]);
  return Buffer.concat([message, uint32(crc32(message))]);
}

function encodeHeader(name: string, value: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(Buffer.byteLength(value));
  return Buffer.concat([
    Buffer.from([Buffer.byteLength(name)]),
    Buffer.from(name),
    Buffer.from([7]),
    length,
    Buffer.from(value),
  ]);
}

function uint32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(value);
  return buffer;
}
