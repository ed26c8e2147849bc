import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { runBesideHost } from "../beside-host.ts";
import type { LoadPlan, LoadResult } from "../load-main.ts";
import { figure, type HostLife, recapOf } from "./host-life.ts";

const callsPerSecond = 200;
/** Before and after what happens under load. */
const quietSeconds = 2;

/** A reload under load, and a reboot. */
export function reloads(life: HostLife): void {
  /** Loads the server while something happens, and for a while before and after. */
  async function load(happens: () => Promise<unknown>): Promise<LoadResult & { seconds: number }> {
    const plan: LoadPlan = {
      url: "http://localhost:8080/mcp",
      token: await life.accessToken(),
      sessions: 10,
      callsPerSecond,
    };
    const program = [join(import.meta.dirname, "../load-main.ts")];
    const { host } = life.deployment();
    let seconds = 0;
    const input = `${JSON.stringify(plan)}\n`;
    const { stdout, stderr } = await runBesideHost(host, program, {}, input, async () => {
      const startedAt = performance.now();
      await sleep(quietSeconds * 1000);
      await happens();
      await sleep(quietSeconds * 1000);
      seconds = (performance.now() - startedAt) / 1000;
    });
    const result = JSON.parse(stdout.trim().split("\n").at(-1) || "{}") as LoadResult;
    expect(result.calls, stderr).toBeGreaterThan(0.9 * seconds * callsPerSecond);
    return { ...result, seconds };
  }

  describe("200 authenticated calls a second", () => {
    it("are answered, every one", async () => {
      const { exitCode } = await life.bootstrap({ environment: { RATE_LIMIT_PER_MINUTE: "0" } });
      expect(exitCode).toBe(0);
      expect(await load(async () => {})).toMatchObject({ failures: {}, sessionsKept: 10 });
    });

    it("are answered across a reload, in the sessions that they began with", async () => {
      const before = await life.processOf("mcp-server");
      const result = await load(() => life.onHost("/opt/cleanauth/bin/pm2 reload mcp-server"));
      expect(await life.processOf("mcp-server")).not.toBe(before);
      expect(result).toMatchObject({ failures: {}, sessionsKept: 10 });
      figure(
        "calls across a reload",
        `${result.calls} in ${result.seconds.toFixed(1)} s, none failed`,
      );
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
