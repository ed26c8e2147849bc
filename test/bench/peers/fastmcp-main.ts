import type { Caller } from "@cleanauth/server/auth/caller.ts";
import { FastMCP } from "fastmcp";
import { answer, callerOf, port, tool } from "./peer.ts";

// fastmcp in its stateless mode with JSON answers: https://github.com/punkpeye/fastmcp#stateless-mode

const server = new FastMCP<{ caller: Caller }>({
  name: "peer",
  version: "1.0.0",
  async authenticate(request) {
    const token = (request.headers.authorization ?? "").slice("Bearer ".length);
    const caller = await callerOf(token).catch(() => {
      throw new Response(null, { status: 401, statusText: "Unauthorized" });
    });
    return { caller };
  },
});
server.addTool({
  ...tool,
  async execute(_args, { session }) {
    if (session === undefined) throw new Error("no caller");
    const { content, structuredContent } = await answer(session.caller);
    return { content: content as { type: "text"; text: string }[], structuredContent };
  },
});
await server.start({
  transportType: "httpStream",
  httpStream: { host: "127.0.0.1", port, stateless: true, enableJsonResponse: true },
});
