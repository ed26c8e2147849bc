import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { answerFor, tool } from "./peer.ts";

/** A server of the SDK's with the one tool, as the SDK's own examples make it. */
export function createSdkServer(): McpServer {
  const server = new McpServer({ name: "peer", version: "1.0.0" });
  server.registerTool(
    tool.name,
    { description: tool.description, inputSchema: {} },
    (_args, extra) => answerFor(extra.authInfo),
  );
  return server;
}
