import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { runBesideHost } from "../beside-host.ts";
import type { LoadPlan, LoadResult } from "../load-main.ts";
import { type HostLife, recapOf } from "./host-life.ts";

/** A reload under load, and a reboot. */
export function reloads(life: HostLife): void {
  describe("a reload", () => {
    // The server keeps its sessions in memory, and ends idle connections in the moment in which a
    // caller may be using them: this is what has to hold, and does not yet.
    it.fails("under 200 authenticated calls a second fails no request, and keeps every session", async () => {
      const plan: LoadPlan = {
        url: "http://localhost:8080/mcp",
        token: await life.accessToken(),
        sessions: 10,
        callsPerSecond: 200,
        seconds: 10,
      };
      await life.deployment().operator.run("scripts/bootstrap.ts", {
        environment: { RATE_LIMIT_PER_MINUTE: "0" },
      });
      const load = runBesideHost(
        life.deployment().host,
        [join(import.meta.dirname, "../load-main.ts")],
        {},
        JSON.stringify(plan),
      );
      await sleep(4000);
      const reloaded = await life.deployment().host.try("/opt/cleanauth/bin/pm2 reload mcp-server");
      expect(reloaded.exitCode).toBe(0);
      const { stdout } = await load;
      const result = JSON.parse(stdout.trim().split("\n").at(-1) ?? "{}") as LoadResult;
      expect(result).toEqual({ calls: 2000, failures: {}, sessionsKept: 10 });
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
