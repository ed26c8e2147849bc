import { X509Certificate } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
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
    const selfSigned = { environment: { TLS: "self-signed" } };

    it("with a certificate that the host makes for itself is served, for all its names, and its fingerprint printed", async () => {
      const { outputs } = life.deployment();
      const { exitCode, stdout, stderr } = await life.bootstrap(selfSigned);
      expect({ exitCode, stdout, stderr }).toMatchObject({ exitCode: 0 });
      const { InstancePublicDNS: name, InstancePublicIP: address } = outputs;
      const health = await life.onHost(`curl -s --cacert /etc/cleanauth/tls/certificate.pem \\
  --resolve ${name}:8080:127.0.0.1 \\
  https://${name}:8080/health https://localhost:8501/health`);
      expect(health).toMatch(/("status":"ok".*){2}/);
      const served = new X509Certificate(
        await life.onHost("cat /etc/cleanauth/tls/certificate.pem"),
      );
      expect(served.checkIP(address)).toBe(address);
      expect(stdout).toContain(`SHA-256 ${served.fingerprint256}`);
      expect(recapOf((await life.bootstrap(selfSigned)).stdout)).toMatchObject({ changed: 0 });
    });

    it("with that certificate is what npm run chat speaks, with no setting made by hand", async () => {
      const { operator, cognito, bedrockUrl, password, hostUrl } = life.deployment();
      const environment = {
        ...selfSigned.environment,
        PUBLIC_URL: hostUrl(8080).replace("http:", "https:"),
      };
      const { exitCode, stdout } = await life.bootstrap({ environment });
      expect(exitCode).toBe(0);
      expect(stdout).toContain(`make chat reaches ${environment.PUBLIC_URL}/mcp`);
      const chat = () =>
        operator.command(["npm", "run", "-s", "chat", "--", "--prompt", "who am I?"], {
          environment: {
            CLEANAUTH_USER: "demo",
            CLEANAUTH_PASSWORD: password,
            AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: cognito.url,
            AWS_ENDPOINT_URL_BEDROCK_RUNTIME: bedrockUrl,
          },
        });
      const trusting = await chat();
      expect(trusting).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("demo") });
      rmSync(join(operator.directory, ".cleanauth/server-certificate.pem"));
      const without = await chat();
      expect(without).toMatchObject({
        exitCode: 4,
        stderr: expect.stringContaining("its certificate is self-signed"),
      });
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
      const { exitCode, stdout } = await life.bootstrap({ environment });
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

    it("is taken back like any other setting", async () => {
      const { exitCode } = await life.bootstrap();
      expect(exitCode).toBe(0);
      expect(await life.healthOf(8080)).toMatchObject({ status: "ok" });
      expect(recapOf((await life.bootstrap()).stdout)).toMatchObject({ changed: 0 });
    });
  });
}
