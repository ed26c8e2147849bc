import { describe, expect, it } from "vitest";
import { type HostLife, recapOf } from "./host-life.ts";
import { askInWebTerminal } from "./web-terminal.ts";

/** From nothing to a service that answers. */
export function bareHost(life: HostLife): void {
  describe("a bare host", () => {
    it("with --check is told what would be done, and nothing is done", async () => {
      const before = await life.onHost("ls /opt /etc | sha256sum");
      const { exitCode, stdout } = await life.bootstrap("--check");
      expect(exitCode).toBe(0);
      expect(recapOf(stdout)).toMatchObject({ failed: 0, unreachable: 0 });
      expect(recapOf(stdout).changed).toBeGreaterThan(15);
      expect(await life.onHost("ls /opt /etc | sha256sum")).toBe(before);
    });

    it("becomes a healthy service in under a minute", async () => {
      const { exitCode, stdout, seconds } = await life.bootstrap();
      expect({ exitCode, stdout }).toMatchObject({ exitCode: 0 });
      expect(recapOf(stdout)).toMatchObject({ failed: 0, unreachable: 0 });
      expect(await life.healthOf(8080)).toMatchObject({ status: "ok" });
      expect(await life.healthOf(8501)).toMatchObject({ status: "ok" });
      expect(seconds).toBeLessThan(60);
    });

    it("is left alone by the next run: one command, nothing changed, little CPU time", async () => {
      const sent = life.deployment().ssm.history.length;
      const { exitCode, stdout, cpuSeconds } = await life.bootstrap();
      expect(exitCode).toBe(0);
      expect(recapOf(stdout)).toMatchObject({ changed: 0, failed: 0 });
      expect(life.deployment().ssm.history.length - sent).toBe(1);
      expect(cpuSeconds).toBeLessThan(3.2);
    });

    it("answers a question through the deployed server", async () => {
      const { exitCode, stdout, stderr } = await life.chat(
        "what is the forecast for 37.77, -122.42?",
      );
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
      const types = stdout
        .trim()
        .split("\n")
        .map((line) => (JSON.parse(line) as { type: string }).type);
      expect(types).toEqual(
        expect.arrayContaining(["signed_in", "connected", "tool_call", "tool_result", "done"]),
      );
    });

    it("serves a terminal in the browser that signs in and answers with the host's own role", async () => {
      expect(await askInWebTerminal(life)).toContain("Signed in as demo (subject");
    });
  });
}
