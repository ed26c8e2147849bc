import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { runBesideHost } from "../beside-host.ts";
import type { LoadPlan, LoadResult } from "../load-main.ts";
import { type HostLife, recapOf } from "./host-life.ts";

const callsPerSecond = 200;
/** Starting the program and opening its sessions. */
const secondsToBegin = 3;

/** A reload under load, and a reboot. */
export function reloads(life: HostLife): void {
  /** Loads the server for some seconds, and does something meanwhile. */
  async function load(seconds: number, meanwhile: () => Promise<unknown>): Promise<LoadResult> {
    const plan: LoadPlan = {
      url: "http://localhost:8080/mcp",
      token: await life.accessToken(),
      sessions: 10,
      callsPerSecond,
      seconds,
    };
    const program = [join(import.meta.dirname, "../load-main.ts")];
    const loading = runBesideHost(life.deployment().host, program, {}, JSON.stringify(plan));
    await Promise.all([loading, sleep(secondsToBegin * 1000).then(meanwhile)]);
    const { stdout } = await loading;
    return JSON.parse(stdout.trim().split("\n").at(-1) ?? "{}") as LoadResult;
  }

  describe("200 authenticated calls a second", () => {
    it("are answered, every one", async () => {
      const { exitCode } = await life.bootstrap({
        environment: { RATE_LIMIT_PER_MINUTE: "0" },
      });
      expect(exitCode).toBe(0);
      expect(await load(3, async () => {})).toEqual({ calls: 600, failures: {}, sessionsKept: 10 });
    });

    it("are answered across a reload, in the sessions that they began with", async () => {
      const reload = () => life.onHost("/opt/cleanauth/bin/pm2 reload mcp-server");
      const result = await load(8, reload);
      expect(result).toEqual({ calls: 1600, failures: {}, sessionsKept: 10 });
    });
  });

  describe("a reboot", () => {
    it("brings both programs back", async () => {
      await life.reboot();
      expect(await life.healthOf(8080)).toMatchObject({ status: "ok" });
    });

    it("leaves nothing to do", async () => {
      await life.bootstrap();
      expect(recapOf((await life.bootstrap()).stdout)).toMatchObject({ changed: 0, failed: 0 });
    });
  });
}
