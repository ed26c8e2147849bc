import { describe, expect, it } from "vitest";
import type { Operator } from "../operator.ts";
import { type HostLife, recapOf } from "./host-life.ts";

/** Releases that are broken, taken back, and many. */
export function releases(life: HostLife<Operator>): void {
  describe("a release", () => {
    const server = "server/main.ts";

    it("that does not start never replaces the one in service, and the run fails saying so", async () => {
      const before = {
        release: await life.currentRelease(),
        server: await life.processOf("mcp-server"),
      };
      life
        .deployment()
        .operator.edit(server, (text) => `throw new Error("broken on purpose");\n${text}`);
      const { exitCode, stdout } = await life.bootstrap();
      life.deployment().operator.edit(server, (text) => text.replace(/^throw.*\n/, ""));
      expect(exitCode).toBe(1);
      expect(stdout).toContain("switched back to release");
      expect(stdout).toContain("broken on purpose");
      expect(await life.currentRelease()).toBe(before.release);
      expect(await life.processOf("mcp-server")).toBe(before.server);
      expect(await life.healthOf(8080)).toMatchObject({ status: "ok" });
      expect(recapOf((await life.bootstrap()).stdout)).toMatchObject({ failed: 0 });
    });

    it("can be taken back with rollback", async () => {
      const before = await life.currentRelease();
      life
        .deployment()
        .operator.edit(server, (text) => `${text}Object.assign(globalThis, { mark: 0 });\n`);
      await life.bootstrap();
      const after = await life.currentRelease();
      expect(after).not.toBe(before);
      const { exitCode } = await life.rollback();
      expect(exitCode).toBe(0);
      expect(await life.currentRelease()).toBe(before);
      expect(await life.healthOf(8080)).toMatchObject({ status: "ok" });
    });

    it("after release, five in a row: the last three are kept, and a reload and a reboot work", async () => {
      for (let count = 1; count <= 5; count += 1) {
        life
          .deployment()
          .operator.edit(
            server,
            (text) => `${text}Object.assign(globalThis, { mark: ${count} });\n`,
          );
        expect((await life.bootstrap()).exitCode).toBe(0);
      }
      expect((await life.onHost("ls /opt/cleanauth/releases")).trim().split("\n")).toHaveLength(3);
      await life.onHost("/opt/cleanauth/bin/pm2 reload all");
      expect(await life.healthOf(8080)).toMatchObject({ status: "ok" });
      await life.reboot();
      expect(recapOf((await life.bootstrap()).stdout)).toMatchObject({ changed: 0 });
    });
  });
}
