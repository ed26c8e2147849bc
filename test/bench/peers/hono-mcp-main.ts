import { StreamableHTTPTransport } from "@hono/mcp";
import { serve } from "@hono/node-server";
import type { AuthInfo } from "@modelcontextprotocol/sdk/server/auth/types.js";
import { Hono } from "hono";
import { authInfoOf, callerOf, port } from "./peer.ts";
import { createSdkServer } from "./sdk-server.ts";

// @hono/mcp as its README has it: one transport without sessions for all requests, JSON answers.

const app = new Hono<{ Variables: { auth: AuthInfo } }>();
const server = createSdkServer();
const transport = new StreamableHTTPTransport({ enableJsonResponse: true });
await server.connect(transport);

app.use("/mcp", async (context, next) => {
  const token = (context.req.header("Authorization") ?? "").slice("Bearer ".length);
  const caller = await callerOf(token).catch(() => null);
  if (caller === null) return context.text("Unauthorized", 401);
  context.set("auth", authInfoOf(token, caller));
  return next();
});
app.all("/mcp", (context) => transport.handleRequest(context));
serve({ fetch: app.fetch, port, hostname: "127.0.0.1" });
