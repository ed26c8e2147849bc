import { createServer, type IncomingMessage } from "node:http";
import type { Caller } from "@cleanauth/server/auth/caller.ts";
import { answer, callerOf, port } from "./peer.ts";

// The limit: Node's own HTTP server, which parses the same message, finds the token in memory after
// its first use, and writes the same answer. No MCP, no session, no log, no bound on anything.

const known = new Map<string, Caller>();

async function authenticate(req: IncomingMessage): Promise<Caller | null> {
  const token = (req.headers.authorization ?? "").slice("Bearer ".length);
  const found = known.get(token);
  if (found !== undefined && found.expiresAt * 1000 > Date.now()) return found;
  const caller = await callerOf(token).catch(() => null);
  if (caller !== null) known.set(token, caller);
  return caller;
}

createServer(async (req, res) => {
  const chunks: Buffer[] = [];
  req.on("data", (chunk) => chunks.push(chunk));
  const [caller] = await Promise.all([
    authenticate(req),
    new Promise((resolve) => req.once("end", resolve)),
  ]);
  if (caller === null) return res.writeHead(401).end();
  const { id } = JSON.parse(Buffer.concat(chunks).toString("utf8")) as { id: number };
  res.setHeader("Content-Type", "application/json");
  res.end(JSON.stringify({ jsonrpc: "2.0", id, result: await answer(caller) }));
}).listen(port, "127.0.0.1");
