// An MCP server over HTTP with sessions, which does as the official reference server does: it keeps events to
// come back for, and answers 400 where it does not know a session. Says on its standard output where it listens.

import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import {
  type EventStore,
  StreamableHTTPServerTransport,
} from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";

const sessions = new Map<string, StreamableHTTPServerTransport>();
const calls = new Map<string, number>();

const listener = createServer(async (req, res) => {
  const id = req.headers["mcp-session-id"];
  const message = req.method === "POST" ? await json(req) : undefined;
  const { name } = (message as { params?: { name?: string } } | undefined)?.params ?? {};
  if (name !== undefined) calls.set(name, (calls.get(name) ?? 0) + 1);
  const known = sessions.get(String(id));
  if ((id !== undefined && known === undefined) || name === "malformed") {
    return void res.writeHead(400).end("Bad Request");
  }
  await (known ?? (await openSession())).handleRequest(req, res, message);
});
listener.listen(Number(process.argv.at(-1)), "127.0.0.1", () => {
  console.log((listener.address() as AddressInfo).port);
});

async function openSession(): Promise<StreamableHTTPServerTransport> {
  const transport: StreamableHTTPServerTransport = new StreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    onsessioninitialized: (opened) => void sessions.set(opened, transport),
    eventStore: keepEvents(),
  });
  const server = new McpServer({ name: "http-server", version: "1" });
  const text = (said: unknown) => ({
    content: [{ type: "text" as const, text: JSON.stringify(said) }],
  });
  server.registerTool("calls", {}, () =>
    text({ process: process.pid, sessions: sessions.size, ...Object.fromEntries(calls) }),
  );
  server.registerTool("hang", {}, () => new Promise<never>(() => {}));
  // Its stream is ended in the middle of the call: the answer is there for whoever comes back.
  server.registerTool("break", {}, async ({ closeSSEStream }) => {
    closeSSEStream?.();
    await new Promise((resolve) => setTimeout(resolve, 100));
    return text("the rest");
  });
  await server.connect(transport as Parameters<McpServer["connect"]>[0]);
  return transport;
}

function keepEvents(): EventStore {
  const events: { readonly id: string; readonly stream: string; readonly message: unknown }[] = [];
  return {
    async storeEvent(stream, message) {
      const id = randomUUID();
      events.push({ id, stream, message });
      return id;
    },
    async getStreamIdForEventId(id) {
      return events.find((event) => event.id === id)?.stream;
    },
    async replayEventsAfter(last, { send }) {
      const at = events.findIndex(({ id }) => id === last);
      const stream = events[at]?.stream ?? "";
      for (const event of events.slice(at + 1)) {
        if (event.stream === stream) await send(event.id, event.message as JSONRPCMessage);
      }
      return stream;
    },
  };
}
