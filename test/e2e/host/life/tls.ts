import { describe, expect, it } from "vitest";
import { type HostLife, recapOf } from "./host-life.ts";

/** The host's own certificate. */
export function tls(life: HostLife): void {
  describe("TLS", () => {
    it("with a certificate that the host makes for itself is served, and its fingerprint printed", async () => {
      const { exitCode, stdout } = await life.deployment().operator.run("scripts/bootstrap.ts", {
        environment: { TLS: "self-signed" },
      });
      expect({ exitCode, stdout }).toMatchObject({ exitCode: 0 });
      expect(stdout).toMatch(/SHA-256 ([0-9A-F]{2}:){31}[0-9A-F]{2}/);
      const health = await life.onHost(
        "curl -s --cacert /etc/cleanauth/tls/certificate.pem https://localhost:8080/health https://localhost:8501/health",
      );
      expect(health).toMatch(/"status":"ok".*"status":"ok"/);
      const again = await life.deployment().operator.run("scripts/bootstrap.ts", {
        environment: { TLS: "self-signed" },
      });
      expect(recapOf(again.stdout)).toMatchObject({ changed: 0 });
    });
  });
}
