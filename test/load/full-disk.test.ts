import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { callOf, openSession, post, send } from "@cleanauth/server/testing/rpc.ts";
import { startUserPool, type TestUserPool } from "@cleanauth/server/testing/user-pool.ts";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { startLoadedServer } from "./loaded-server.ts";

let pool: TestUserPool;
beforeAll(async () => {
  pool = await startUserPool();
});
afterAll(() => pool.close());

/** A file system of a few megabytes, in memory; null where this user may not mount one. */
function smallDisk(): string | null {
  const folder = mkdtempSync(join(tmpdir(), "cleanauth-disk-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=8m", "tmpfs", folder], { stdio: "ignore" });
  } catch {
    rmSync(folder, { recursive: true });
    return null;
  }
  onTestFinished(() => {
    execFileSync("umount", ["-l", folder]);
    rmSync(folder, { recursive: true });
  });
  return folder;
}

/** Takes all the room there is. */
function fill(disk: string): string {
  const file = join(disk, "filler");
  for (let left = freeBytes(disk); left > 0; left = freeBytes(disk)) {
    try {
      writeFileSync(file, Buffer.alloc(Math.min(left, 64 * 1024)), { flag: "a" });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOSPC") break;
      throw error;
    }
  }
  return file;
}

function freeBytes(disk: string): number {
  const { bavail, bsize } = statfsSync(disk);
  return bavail * bsize;
}

const why = "needs root, to mount a small file system";

describe("a full disk", () => {
  it("for notes is an error to the caller, and nothing that was kept is lost", async (context) => {
    const disk = smallDisk();
    if (disk === null) return context.skip(why);
    const server = await startLoadedServer(pool, {
      folder: disk,
      logFile: join(tmpdir(), `cleanauth-disk-${process.pid}.log`),
    });
    const token = await pool.token();
    const session = await openSession(server.base, token);
    const add = async (text: string) =>
      (await post(server.base, token, callOf("add_note", { text }), session)).json.result;
    const kept: string[] = [];
    const keep = async (text: string) => {
      const result = await add(text);
      if (result.isError !== true) kept.push(text);
      return result;
    };
    await keep("before");
    const filler = fill(disk);
    // The store has room in files that it has made before.
    let refused = 0;
    for (let n = 0; n < 600 && refused < 5; n += 1) {
      const result = await keep(`${n} ${"x".repeat(3_900)}`);
      if (result.isError === true) refused += 1;
    }
    expect(refused).toBeGreaterThan(0);
    expect((await send(`${server.base}/health`)).status).toBe(200);
    const whoami = await post(server.base, token, callOf("whoami"), session);
    expect(whoami.json.result.isError).toBeUndefined();

    rmSync(filler);
    expect(await server.kill("SIGTERM")).toBe(0);
    const again = await startLoadedServer(pool, { folder: disk });
    const own = await openSession(again.base, token);
    const found: string[] = [];
    for (let before: string | undefined; ; ) {
      const call = callOf("list_notes", { limit: 100, ...(before !== undefined && { before }) });
      const { notes } = (await post(again.base, token, call, own)).json.result
        .structuredContent as { notes: { id: string; text: string }[] };
      found.push(...notes.map(({ text }) => text));
      if (notes.length < 100) break;
      before = notes.at(-1)?.id;
    }
    expect(kept.filter((text) => !found.includes(text))).toEqual([]);
    const after = await post(again.base, token, callOf("add_note", { text: "after" }), own);
    expect(after.json.result.isError).toBeUndefined();
  });

  it("for logs leaves the server serving, and it logs again once there is room", async (context) => {
    const disk = smallDisk();
    if (disk === null) return context.skip(why);
    const logFile = join(disk, "server.log");
    const server = await startLoadedServer(pool, { logFile });
    const token = await pool.token();
    const session = await openSession(server.base, token);
    const filler = fill(disk);
    for (let n = 0; n < 50; n += 1) {
      const answer = await post(server.base, token, callOf("whoami"), session);
      expect(answer.json.result.isError).toBeUndefined();
    }
    expect(server.ended()).toBeNull();
    rmSync(filler);
    await post(server.base, token, callOf("whoami"), session, { "X-Request-Id": "room-again-1" });
    await expect.poll(() => readFileSync(logFile, "utf8")).toContain("room-again-1");
  });
});
