import { randomUUID } from "node:crypto";
import { requireBearerAuth } from "@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js";
import { SSEServerTransport } from "@modelcontextprotocol/sdk/server/sse.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import express from "express";
import { port, sdkVerifier } from "./peer.ts";
import { createSdkServer } from "./sdk-server.ts";

// The SDK's own transports with sessions, as its examples simpleStreamableHttp and
// sseAndStreamableHttpCompatibleServer have them. JSON answers, which are faster than streams.

const bearer = requireBearerAuth({ verifier: sdkVerifier });
const app = express();
app.use(express.json());

const sessions = new Map<string, StreamableHTTPServerTransport>();
app.post("/mcp", bearer, async (req, res) => {
  const known = sessions.get(req.get("mcp-session-id") ?? "");
  if (known !== undefined) return known.handleRequest(req, res, req.body);
  const transport = new StreamableHTTPServerTransport({
    enableJsonResponse: true,
    sessionIdGenerator: randomUUID,
    onsessioninitialized: (id) => void sessions.set(id, transport),
  });
  const server = createSdkServer();
  await server.connect(transport as Parameters<typeof server.connect>[0]);
  return transport.handleRequest(req, res, req.body);
});

const streams = new Map<string, SSEServerTransport>();
app.get("/sse", bearer, async (_req, res) => {
  const transport = new SSEServerTransport("/messages", res);
  streams.set(transport.sessionId, transport);
  res.on("close", () => streams.delete(transport.sessionId));
  await createSdkServer().connect(transport);
});
app.post("/messages", bearer, async (req, res) => {
  const transport = streams.get(String(req.query.sessionId));
  if (transport === undefined) return void res.status(404).end();
  await transport.handlePostMessage(req, res, req.body);
});
app.listen(port, "127.0.0.1");
