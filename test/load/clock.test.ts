import { callOf, openSession, post, send } from "@cleanauth/server/testing/rpc.ts";
import { startUserPool, type TestUserPool } from "@cleanauth/server/testing/user-pool.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startLoadedServer } from "./loaded-server.ts";

const hourMilliseconds = 3_600_000;

let pool: TestUserPool;
beforeAll(async () => {
  pool = await startUserPool();
});
afterAll(() => pool.close());

async function startWithClock() {
  const preload = new URL("shifted-clock.mjs", import.meta.url).pathname;
  const server = await startLoadedServer(pool, { preload });
  const token = await pool.token();
  const session = await openSession(server.base, token);
  const call = (message: object) => post(server.base, token, message, session);
  const whoami = () => call(callOf("whoami"));
  expect((await whoami()).status).toBe(200);
  return {
    server,
    token,
    whoami,
    addNote: async (text: string) => (await call(callOf("add_note", { text }))).json?.result,
    notes: async () => {
      const own = await openSession(server.base, token);
      const answer = await post(server.base, token, callOf("list_notes"), own);
      return answer.json.result.structuredContent.notes as { id: string; text: string }[];
    },
    /** Sets the clock, and waits until the server goes by it. */
    async shift(milliseconds: number) {
      server.send({ shiftMilliseconds: milliseconds });
      const uptime = async () => (await send(`${server.base}/health`)).json.uptimeSeconds;
      const isThere =
        milliseconds === 0
          ? (s: number) => Math.abs(s) < 1_800
          : (s: number) => Math.abs(s - milliseconds / 1000) < 1_800;
      await expect.poll(async () => isThere(await uptime()), { timeout: 10_000 }).toBe(true);
    },
  };
}

describe("a clock that jumps", () => {
  it("forward past the end of a token's life has it refused at once, remembered or not", async () => {
    const { shift, whoami } = await startWithClock();
    await shift(2 * hourMilliseconds);
    const answer = await whoami();
    expect(answer.status).toBe(401);
    expect(answer.headers["www-authenticate"]).toContain("expired");
    await shift(0);
    expect((await whoami()).status).not.toBe(401);
  });

  it("back leaves tokens, sessions and the server as they were", async () => {
    const { shift, whoami, server } = await startWithClock();
    await shift(-2 * hourMilliseconds);
    expect((await whoami()).status).toBe(200);
    await shift(0);
    expect((await whoami()).status).toBe(200);
    expect(server.ended()).toBeNull();
  });

  it("back neither loses notes nor gives two of them one id", async () => {
    const { shift, addNote, notes } = await startWithClock();
    await addNote("before");
    await shift(-2 * hourMilliseconds);
    await addNote("while it is back");
    await addNote("another one");
    await shift(0);
    await addNote("after");
    const kept = await notes();
    expect(kept.map(({ text }) => text).sort()).toEqual([
      "after",
      "another one",
      "before",
      "while it is back",
    ]);
    expect(new Set(kept.map(({ id }) => id)).size).toBe(4);
  });
});
