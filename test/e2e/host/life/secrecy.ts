import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { repository } from "../../workplace.ts";
import type { HostLife } from "./host-life.ts";

/** What is kept on the host and in SSM, searched for secrets. */
export function secrecy(life: HostLife): void {
  describe("what is kept", () => {
    it("holds neither the secret, nor a password, nor a token: not in SSM's history, not in a log, not on the screen", async () => {
      const token = await life.accessToken();
      await life.chat("who am I?");
      const logs = await life.onHost("cat /var/log/cleanauth/*.log /var/lib/cleanauth/pm2/*.log");
      const journal = await life.onHost("journalctl --no-pager -q || true");
      const history = life
        .deployment()
        .ssm.history.map(({ request, stdout, stderr }) => request + stdout + stderr);
      const secrets = [
        life.deployment().cognito.clientSecret,
        life.deployment().password,
        token,
        "host-role-secret-key",
        "another-secret-of-the-client",
        "-----BEGIN PRIVATE KEY",
      ];
      // What the operator was shown, with everything that this test did before.
      const shown = readFileSync(join(repository, "test/e2e/results/host.txt"), "utf8");
      expect(shown.length).toBeGreaterThan(10_000);
      for (const text of [logs, journal, shown, ...history]) {
        for (const secret of secrets) expect(text.includes(secret)).toBe(false);
        expect(text).not.toMatch(/eyJ[\w-]{10,}\.eyJ/);
      }
    });

    it("by pm2 holds no secret, and is its user's alone", async () => {
      const kept = await life.onHost(
        "cat /var/lib/cleanauth/pm2/dump.pm2 2>/dev/null; /opt/cleanauth/bin/pm2 jlist",
      );
      expect(kept).not.toContain(life.deployment().cognito.clientSecret);
      expect(
        await life.onHost(
          "stat -c '%a %U' /var/lib/cleanauth/pm2 /etc/cleanauth/client-secret.env",
        ),
      ).toBe("700 cleanauth\n600 cleanauth\n");
    });
  });
}
