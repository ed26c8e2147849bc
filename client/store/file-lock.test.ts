import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { whileLocked } from "./file-lock.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cleanauth-lock-"));
  path = join(folder, "made", "x.lock");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("whileLocked", () => {
  it("lets one in at a time, and leaves nothing behind", async () => {
    let inside = 0;
    let most = 0;
    const act = async () => {
      inside += 1;
      most = Math.max(most, inside);
      await delay(5);
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 8 }, () => whileLocked(path, act)));
    expect(most).toBe(1);
    expect(readdirSync(join(folder, "made"))).toEqual([]);
  });

  it("gives the lock back when what is done fails", async () => {
    const failing = whileLocked(path, () => Promise.reject(new Error("no")));
    await expect(failing).rejects.toThrow("no");
    expect(existsSync(path)).toBe(false);
  });

  it("takes over from a process that is gone", async () => {
    await whileLocked(path, async () => {});
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    writeFileSync(path, String(pid));
    expect(await whileLocked(path, async () => "done")).toBe("done");
  });

  it("takes over from one that holds it for longer than anything takes", async () => {
    await whileLocked(path, async () => {});
    writeFileSync(path, String(process.pid));
    const longAgo = Date.now() / 1000 - 60;
    utimesSync(path, longAgo, longAgo);
    expect(await whileLocked(path, async () => "done")).toBe("done");
  });

  it("does without where no lock can be had", async () => {
    writeFileSync(join(folder, "file"), "");
    expect(await whileLocked(join(folder, "file", "x.lock"), async () => "done")).toBe("done");
  });
});
