import { requireBearerAuth } from "@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import express from "express";
import { port, sdkVerifier } from "./peer.ts";
import { createSdkServer } from "./sdk-server.ts";

// The SDK's own transport without sessions, as its example simpleStatelessStreamableHttp has it: a
// server and a transport for each request. JSON answers, which are faster than streams.

const app = express();
app.use(express.json());
app.post("/mcp", requireBearerAuth({ verifier: sdkVerifier }), async (req, res) => {
  const server = createSdkServer();
  const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
  res.on("close", () => {
    transport.close();
    server.close();
  });
  await server.connect(transport as Parameters<typeof server.connect>[0]);
  await transport.handleRequest(req, res, req.body);
});
app.listen(port, "127.0.0.1");
