import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ListObjectVersionsCommand } from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { createClients } from "../../aws/clients.ts";
import { createAuthority } from "../authority.ts";
import { type HostLife, recapOf } from "./host-life.ts";
import { askInWebTerminal } from "./web-terminal.ts";

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

    it("with a certificate of one's own is served, and its key leaves no trace on the way", async () => {
      const { operator, emulator, outputs, ssm } = life.deployment();
      const { certificate, server } = createAuthority(["mcp.example.com"]);
      writeFileSync(join(operator.directory, "own.pem"), server.cert);
      writeFileSync(join(operator.directory, "own.key"), server.key);
      await life.onHost(`printf '%s' '${certificate}' > /tmp/own-authority.pem`);
      const environment = {
        TLS_CERT_FILE: "own.pem",
        TLS_KEY_FILE: "own.key",
        PUBLIC_URL: "https://mcp.example.com:8080",
        HOST_CA_FILE: "both.pem",
      };
      const authority = readFileSync(join(operator.directory, "authority.pem"), "utf8");
      writeFileSync(join(operator.directory, "both.pem"), authority + certificate);
      const { exitCode, stdout } = await operator.run("scripts/bootstrap.ts", { environment });
      expect({ exitCode, stdout }).toMatchObject({ exitCode: 0 });
      const health = await life.onHost(
        "curl -s --cacert /tmp/own-authority.pem https://mcp.example.com:8080/health",
      );
      expect(health).toContain('"status":"ok"');
      expect(
        await askInWebTerminal(life, "wss://mcp.example.com:8501/terminal", certificate),
      ).toContain("Signed in as demo (subject");
      const { Versions = [] } = await createClients(emulator).s3.send(
        new ListObjectVersionsCommand({ Bucket: outputs.ArtifactBucket, Prefix: "artifacts/tls/" }),
      );
      expect(Versions).toEqual([]);
      const [, secondLine = ""] = server.key.split("\n");
      const history = ssm.history.map((kept) => kept.request + kept.stdout + kept.stderr).join();
      expect(history).not.toContain(secondLine);
    });
  });
}
