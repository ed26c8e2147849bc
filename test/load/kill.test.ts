import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { connectMcp } from "@cleanauth/client/agent/mcp-connection.ts";
import type { TokenSource } from "@cleanauth/client/sign-in/sign-in.ts";
import { callOf, openSession, post } from "@cleanauth/server/testing/rpc.ts";
import { startUserPool, type TestUserPool } from "@cleanauth/server/testing/user-pool.ts";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { isSoak, tell } from "./effort.ts";
import { startLoadedServer } from "./loaded-server.ts";

const kills = isSoak ? 20 : 3;
const writers = 10;

let pool: TestUserPool;
beforeAll(async () => {
  pool = await startUserPool();
});
afterAll(() => pool.close());

describe(`a server that is killed ${kills} times in the middle of its work`, () => {
  it("has every note that it acknowledged, and its clients go on by themselves", async () => {
    let server = await startLoadedServer(pool);
    const { folder } = server;
    const port = Number(new URL(server.base).port);
    const all = await Promise.all(Array.from({ length: writers }, () => startWriter(server.base)));
    for (let kill = 0; kill < kills; kill += 1) {
      const before = all.map(({ acknowledged }) => acknowledged.length);
      const haveAllGoneOn = () =>
        all.every(({ acknowledged }, index) => acknowledged.length > (before[index] ?? 0) + 2);
      while (!haveAllGoneOn()) await sleep(20);
      expect(await server.kill("SIGKILL")).toBe("SIGKILL");
      server = await startLoadedServer(pool, { folder, port });
    }
    // The last one has to be seen to serve them, too.
    const seen = all.map(({ acknowledged }) => acknowledged.length);
    while (all.some(({ acknowledged }, index) => acknowledged.length <= (seen[index] ?? 0))) {
      await sleep(20);
    }
    await Promise.all(all.map((writer) => writer.stop()));

    for (const { token, acknowledged } of all) {
      const session = await openSession(server.base, token);
      const kept = new Set<string>();
      for (let before: string | undefined; ; ) {
        const call = callOf("list_notes", { limit: 100, ...(before !== undefined && { before }) });
        const { notes } = (await post(server.base, token, call, session)).json.result
          .structuredContent as { notes: { id: string; text: string }[] };
        for (const { text } of notes) kept.add(text);
        if (notes.length < 100) break;
        before = notes.at(-1)?.id;
      }
      expect(acknowledged.filter((text) => !kept.has(text))).toEqual([]);
    }
    const total = all.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0);
    const failed = all.reduce((sum, writer) => sum + writer.failures(), 0);
    tell(`${total} notes acknowledged over ${kills} kills, all there; ${failed} calls failed`);
  }, 300_000);
});

/** A client that keeps notes one after another, and after a failure simply the next one. */
async function startWriter(base: string) {
  const token = await pool.token({ sub: randomUUID() });
  const tokens = {
    identity: { issuer: pool.issuer, username: "writer", subject: "writer", groups: [] },
    expiresAtMilliseconds: () => Date.now() + 3_600_000,
    accessToken: async () => token,
    accessTokenFor: async () => null,
    isKept: false,
    signOut: async () => true,
  } satisfies TokenSource;
  const connection = await connectMcp({ serverUrl: `${base}/mcp`, tokens, clientVersion: "1" });
  const acknowledged: string[] = [];
  let failures = 0;
  let isStopping = false;
  const writing = (async () => {
    for (let n = 0; !isStopping && acknowledged.length < 900; n += 1) {
      const text = `메모 ${n} ${randomUUID()}`;
      try {
        const { signal } = new AbortController();
        const result = await connection.callTool("add_note", { text }, signal);
        if (result.isError) failures += 1;
        else acknowledged.push(text);
      } catch {
        failures += 1;
        await sleep(50);
      }
    }
  })();
  const stop = async () => {
    isStopping = true;
    await writing;
  };
  onTestFinished(stop);
  return { token, acknowledged, failures: () => failures, stop };
}
