import { describe, expect, it } from "vitest";
import { putSecret } from "../deployed-stack.ts";
import { type HostLife, recapOf } from "./host-life.ts";

/** Settings that change, are changed by hand, or are wrong. */
export function settings(life: HostLife): void {
  describe("a changed setting", () => {
    const changed = { environment: { MAX_SESSIONS: "321" } };

    it("is shown by --check --diff and not made", async () => {
      const before = await life.processOf("mcp-server");
      const { stdout } = await life.bootstrap({
        args: ["--check", "--diff"],
        ...changed,
      });
      expect(stdout).toContain("+MAX_SESSIONS=321");
      expect(await life.onHost("cat /etc/cleanauth/server.env")).not.toContain("MAX_SESSIONS");
      expect(await life.processOf("mcp-server")).toBe(before);
    });

    it("reloads what it is for, and nothing else", async () => {
      const before = {
        server: await life.processOf("mcp-server"),
        client: await life.processOf("mcp-client"),
      };
      const { stdout } = await life.bootstrap(changed);
      expect(recapOf(stdout)).toMatchObject({ changed: 2, failed: 0 });
      expect(await life.onHost("cat /etc/cleanauth/server.env")).toContain("MAX_SESSIONS=321");
      expect(await life.processOf("mcp-server")).not.toBe(before.server);
      expect(await life.processOf("mcp-client")).toBe(before.client);
    });

    it("is taken back like any other", async () => {
      expect(recapOf((await life.bootstrap()).stdout)).toMatchObject({ changed: 2, failed: 0 });
    });

    it("made by hand is put back, and shown with --diff", async () => {
      await life.onHost("echo HAND=made >> /etc/cleanauth/client.env");
      const { stdout } = await life.bootstrap({ args: ["--diff"] });
      expect(stdout).toContain("-HAND=made");
      expect(recapOf(stdout)).toMatchObject({ failed: 0 });
      expect(await life.onHost("cat /etc/cleanauth/client.env")).not.toContain("HAND");
    });

    it("that the server refuses leaves the old one in service", async () => {
      const before = await life.processOf("mcp-server");
      const { exitCode, stdout } = await life.bootstrap({
        environment: { TRUST_PROXY: "nonsense" },
      });
      expect(exitCode).toBe(1);
      expect(stdout).toContain("TRUST_PROXY");
      expect(await life.processOf("mcp-server")).toBe(before);
      expect(await life.healthOf(8080)).toMatchObject({ status: "ok" });
      expect((await life.bootstrap()).exitCode).toBe(0);
    });

    it("is a new secret, too: read by the host, and the client alone is reloaded", async () => {
      const { emulator, outputs, cognito } = life.deployment();
      const before = await life.processOf("mcp-server");
      await putSecret(emulator, outputs, "another-secret-of-the-client");
      const { stdout } = await life.bootstrap({ args: ["-v", "--diff"] });
      expect(recapOf(stdout)).toMatchObject({ changed: 2, failed: 0 });
      expect(stdout).not.toContain("another-secret");
      expect(await life.onHost("cat /etc/cleanauth/client-secret.env")).toContain("another-secret");
      expect(await life.processOf("mcp-server")).toBe(before);
      await putSecret(emulator, outputs, cognito.clientSecret);
      expect((await life.bootstrap()).exitCode).toBe(0);
    });
  });
}
