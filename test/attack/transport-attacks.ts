import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { initialize, post, rpcHeaders, send } from "../../server/testing/rpc.ts";
import { type Attack, allRefused, refusedWith } from "./attack.ts";
import type { Target } from "./target.ts";

function withHeaders(tried: string, because: string, headers: Record<string, string>): Attack {
  return {
    tried,
    because,
    async play({ base, demo }) {
      const body = JSON.stringify(initialize);
      const all = { ...rpcHeaders(demo.access), ...headers };
      const answers = [
        await send(`${base}/mcp`, { method: "POST", headers: all, body }),
        await send(`${base}/sse`, { headers: all }),
      ];
      return allRefused(answers.map((answer) => refusedWith(answer, 403)));
    },
  };
}

/** Writes these bytes and gives all that comes back until the server hangs up. */
function raw({ base }: Target, text: string, drip?: string): Promise<string> {
  const { port } = new URL(base);
  return new Promise((resolve) => {
    const socket = connect(Number(port), "127.0.0.1");
    let received = "";
    const dripping = setInterval(() => drip !== undefined && socket.write(drip), 1_000);
    const giveUp = setTimeout(() => socket.destroy(), 45_000);
    socket.on("data", (chunk) => (received += chunk));
    socket.on("error", () => {});
    socket.on("close", () => {
      clearInterval(dripping);
      clearTimeout(giveUp);
      resolve(received);
    });
    socket.write(text);
  });
}

const statusOf = (received: string) =>
  /^HTTP\/1\.1 (\d{3} [^\r]*)/.exec(received)?.[1] ?? "cut off";

export const transportAttacks: readonly Attack[] = [
  withHeaders(
    "a page of another site calls with the user's token (Origin)",
    "Origin has to be this server's own",
    { Origin: "https://evil.example" },
  ),
  withHeaders("a sandboxed page (Origin: null)", "null is no origin of this server", {
    Origin: "null",
  }),
  withHeaders(
    "DNS rebinding: a name of the attacker's that leads here (Host)",
    "Host has to be a name of this server",
    { Host: "evil.example" },
  ),
  {
    tried: "DNS rebinding, to read the metrics",
    because: "they are not on this port, and on their own Host is compared too",
    async play({ base }) {
      const headers = { Host: "evil.example" };
      const foreign = await send(`${base}/metrics`, { headers });
      return allRefused([
        refusedWith(foreign, 403),
        refusedWith(await send(`${base}/metrics`), 404),
      ]);
    },
  },
  {
    tried: "a preflight of another site",
    because: "no other origin is allowed to call /mcp",
    async play({ base }) {
      const headers = { Origin: "https://evil.example", "Access-Control-Request-Method": "POST" };
      const answer = await send(`${base}/mcp`, { method: "OPTIONS", headers });
      const isOpen = answer.headers["access-control-allow-origin"] !== undefined;
      const outcome = refusedWith(answer, 403);
      return { ...outcome, isRefused: outcome.isRefused && !isOpen };
    },
  },
  {
    tried: "a body of 2 MB",
    because: "64 KB is the most, and the rest is not read",
    play: async ({ base, demo }) =>
      refusedWith(await post(base, demo.access, { text: "x".repeat(2_000_000) }), 413),
  },
  {
    tried: "a compressed body that grows a thousandfold",
    because: "compressed bodies are not taken",
    async play({ base, demo }) {
      const headers = { ...rpcHeaders(demo.access), "Content-Encoding": "gzip" };
      const body = gzipSync(Buffer.alloc(20_000_000));
      return refusedWith(await send(`${base}/mcp`, { method: "POST", headers, body }), 415);
    },
  },
  {
    tried: "nested JSON, 60,000 levels deep",
    because: "it is no message, and nothing recurses over it",
    async play({ base, demo }) {
      const body = "[".repeat(60_000);
      const headers = rpcHeaders(demo.access);
      return refusedWith(await send(`${base}/mcp`, { method: "POST", headers, body }), 400);
    },
  },
  {
    tried: "a batch of messages in one body",
    because: "MCP has no batches, and one request is one of the caller's rate",
    play: async ({ base, demo }) =>
      refusedWith(await post(base, demo.access, Array(50).fill(initialize)), 400, /batches/),
  },
  {
    tried: "a protocol version that there is not",
    because: "the header has to name one that is spoken here",
    async play({ base, demo, sessionId }) {
      const list = { jsonrpc: "2.0", id: 2, method: "tools/list" };
      const headers = { "MCP-Protocol-Version": "1999-01-01" };
      return refusedWith(await post(base, demo.access, list, sessionId, headers), 400);
    },
  },
  {
    tried: "a flood of header bytes",
    because: "16 KB of headers is the most",
    async play({ base, demo }) {
      const flood = Object.fromEntries(
        Array.from({ length: 200 }, (_, at) => [`X-Flood-${at}`, "x".repeat(200)]),
      );
      const headers = { ...rpcHeaders(demo.access), ...flood };
      return refusedWith(await send(`${base}/mcp`, { headers }), 431);
    },
  },
  {
    tried: "request smuggling: Content-Length beside Transfer-Encoding",
    because: "a request with both is not taken",
    async play(target) {
      const { host } = new URL(target.url);
      const received = await raw(
        target,
        `POST /mcp HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /health HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
      );
      const answers = received.split("HTTP/1.1 ").length - 1;
      return {
        answer: statusOf(received),
        isRefused: answers === 1 && /^HTTP\/1\.1 400/.test(received),
      };
    },
  },
  {
    tried: "a whole URL of another host as the request's target",
    because: "the target has to be a path",
    async play(target) {
      const { host } = new URL(target.url);
      const received = await raw(
        target,
        `GET http://evil.example/health HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
      );
      return { answer: statusOf(received), isRefused: /^HTTP\/1\.1 400/.test(received) };
    },
  },
  {
    tried: "headers that never end, a byte a second (slowloris)",
    because: "a head has ten seconds",
    isSlow: true,
    async play(target) {
      const startedAt = performance.now();
      const { host } = new URL(target.url);
      const received = await raw(target, `GET /health HTTP/1.1\r\nHost: ${host}\r\nX-Slow: `, "x");
      const seconds = Math.round((performance.now() - startedAt) / 1000);
      return { answer: `${statusOf(received)} after ${seconds} s`, isRefused: seconds < 30 };
    },
  },
  {
    tried: "one caller opens sessions without end",
    because: "a caller gets a tenth of all sessions",
    async play({ base, admin }) {
      const open: string[] = [];
      for (;;) {
        const answer = await post(base, admin.access, initialize);
        const id = answer.headers["mcp-session-id"];
        if (typeof id === "string") open.push(id);
        if (typeof id === "string" && open.length < 400) continue;
        await Promise.all(
          open.map((each) =>
            send(`${base}/mcp`, { method: "DELETE", headers: rpcHeaders(admin.access, each) }),
          ),
        );
        const outcome = refusedWith(answer, 429, /too many open sessions/);
        const hasWait = answer.headers["retry-after"] !== undefined;
        const answered = `${outcome.answer.split(":")[0]} at the ${open.length + 1}th, with Retry-After`;
        return { answer: answered, isRefused: outcome.isRefused && hasWait };
      }
    },
  },
];
