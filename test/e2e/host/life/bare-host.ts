import { describe, expect, it } from "vitest";
import { figure, type HostLife, recapOf, taskSeconds } from "./host-life.ts";
import { askInWebTerminal } from "./web-terminal.ts";

/** From nothing to a service that answers. */
export function bareHost(life: HostLife): void {
  describe("a bare host", () => {
    it("with --check is told what would be done, and nothing is done", async () => {
      const before = await life.onHost("ls /opt /etc | sha256sum");
      const { exitCode, stdout } = await life.bootstrap({ args: ["--check"] });
      expect(exitCode).toBe(0);
      expect(recapOf(stdout)).toMatchObject({ failed: 0, unreachable: 0 });
      expect(recapOf(stdout).changed).toBeGreaterThan(15);
      expect(await life.onHost("ls /opt /etc | sha256sum")).toBe(before);
    });

    it("becomes a healthy service in under a minute of work, from less than 25 MB", async () => {
      const { exitCode, stdout, stderr, seconds } = await life.bootstrap();
      expect({ exitCode, stdout, stderr }).toMatchObject({ exitCode: 0 });
      expect(recapOf(stdout)).toMatchObject({ failed: 0, unreachable: 0 });
      expect(await life.healthOf(8080)).toMatchObject({ status: "ok" });
      expect(await life.healthOf(8501)).toMatchObject({ status: "ok" });
      const downloads = taskSeconds(stdout, /Node\.js \S+ is installed|is unpacked/);
      figure(
        "bare host to healthy",
        `${seconds.toFixed(1)} s, ${downloads.toFixed(1)} s of downloads`,
      );
      expect(downloads).toBeGreaterThan(0);
      expect(seconds - downloads).toBeLessThan(60);
      const sizes = [...stdout.matchAll(/^uploaded \S+ \(([\d.]+) MB\)$/gm)].map(([, size]) =>
        Number(size),
      );
      figure("release and pm2", `${sizes.join(" + ")} MB`);
      expect(sizes).toHaveLength(2);
      expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(25);
    });

    it("is left alone by the next run: one command, nothing changed, little CPU time", async () => {
      const sent = life.deployment().ssm.history.length;
      const { exitCode, stdout, seconds, cpuSeconds } = await life.bootstrap();
      expect(exitCode).toBe(0);
      expect(recapOf(stdout)).toMatchObject({ changed: 0, failed: 0 });
      expect(life.deployment().ssm.history.length - sent).toBe(1);
      figure(
        "a run with nothing to change",
        `1 command, ${seconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} s of CPU`,
      );
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
