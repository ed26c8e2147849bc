import { connect } from "node:net";
import { send } from "@cleanauth/server/testing/rpc.ts";
import fc from "fast-check";
import type { HostileAnswer } from "./exchange.ts";
import { hostileBytes } from "./hostile-bytes.ts";
import { type HostileRequest, hostileRequests } from "./hostile-requests.ts";
import type { Prey } from "./prey.ts";

/** How many of each, and from which seed: a failure prints its seed, to be tried again. */
export interface Effort {
  readonly requests: number;
  readonly connections: number;
  readonly seed?: number;
}

const guarded = /^\/(mcp|sse|messages)(\?|$)/;

/**
 * Sends hostile requests and bytes to a server, and throws at the first answer that is wrong in any
 * way: a failure of the server, a secret of somebody else, MCP without a good token, an answer to
 * another request.
 */
export async function attack(base: string, prey: Prey, effort: Effort): Promise<void> {
  const seed = effort.seed === undefined ? {} : { seed: effort.seed };
  await fc.assert(
    fc.asyncProperty(hostileRequests, async (hostile) => {
      const answer = await prey.attack(hostile);
      for (const problem of problemsOf(hostile, answer, prey)) throw new Error(problem);
    }),
    { numRuns: effort.requests, ...seed },
  );
  await fc.assert(
    fc.asyncProperty(hostileBytes, async (bytes) => {
      const answered = await throwAt(base, bytes);
      for (const secret of prey.secrets) {
        if (answered.includes(secret)) throw new Error(`A secret was answered: ${answered}`);
      }
      if (/^HTTP\/1\.1 (2|5)/.test(answered)) throw new Error(`It was answered ${answered}`);
    }),
    { numRuns: effort.connections, ...seed },
  );
  await prey.requireUnharmed();
  const health = await send(`${base}/health`);
  if (health.json?.status !== "ok") throw new Error(`The server's health is ${health.text}`);
}

/** What is wrong with an answer; nothing, most of all. */
function* problemsOf(
  hostile: HostileRequest,
  { status, headers, text }: HostileAnswer,
  { secrets, ownToken }: Prey,
): Generator<string> {
  const shown = `${status} ${text.slice(0, 500)}`;
  if (status >= 500) yield `The server failed: ${shown}`;
  const everything = `${text} ${JSON.stringify(headers)}`;
  if (secrets.some((secret) => everything.includes(secret)))
    yield `A secret was answered: ${shown}`;
  if (everything.includes(ownToken)) yield `A token was answered: ${shown}`;
  if (hostile.credentials.kind !== "own") {
    if (guarded.test(hostile.path) && status < 400) yield `MCP without a good token: ${shown}`;
    return;
  }
  if (hostile.session.kind === "of-somebody-else" && hostile.path === "/mcp" && status < 400) {
    yield `A session of somebody else was found: ${shown}`;
  }
  if (hostile.path === "/mcp" && status === 200 && text !== "") yield* wrongReply(hostile, text);
}

/** An answer with a message in it answers the request that it came for. */
function* wrongReply(hostile: HostileRequest, text: string): Generator<string> {
  const asked = parse(Buffer.from(hostile.body, "latin1").toString("utf8"));
  const lines = text.startsWith("{")
    ? [text]
    : [...text.matchAll(/^data: ?(.+)$/gm)].map(([, data]) => data ?? "");
  for (const line of lines) {
    const reply = parse(line);
    if (reply?.jsonrpc !== "2.0") yield `It is no JSON-RPC: ${line}`;
    if (reply !== null && "id" in reply && reply.id !== asked?.id) {
      yield `It answers ${JSON.stringify(reply.id)} and not ${JSON.stringify(asked?.id)}`;
    }
  }
}

function parse(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** How long a connection may say nothing before it is let go of; the server's own limits are longer. */
const silenceMilliseconds = 20;

/** Sends bytes on a connection of their own and gives what came back. */
function throwAt(base: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve) => {
    let answered = "";
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: false });
    socket.setTimeout(silenceMilliseconds);
    socket.setEncoding("latin1");
    socket.on("data", (text) => {
      answered += text;
    });
    socket.on("timeout", () => socket.destroy());
    // A connection that the server resets is an answer too.
    socket.on("error", () => {});
    socket.on("close", () => resolve(answered));
    socket.write(bytes, "latin1");
  });
}
