import { createHash } from "node:crypto";
import { renameSync } from "node:fs";
import { join } from "node:path";
import {
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { DeleteParameterCommand } from "@aws-sdk/client-ssm";
import { describe, expect, it } from "vitest";
import { createClients } from "../../aws/clients.ts";
import { when } from "../../workplace.ts";
import { putSecret } from "../deployed-stack.ts";
import { type HostLife, recapOf } from "./host-life.ts";

/** What keeps a run from its end, and how it is told. */
export function failures(life: HostLife): void {
  describe("what goes wrong", () => {
    it("half-way, by Ctrl-C, is gone on with by the next run", async () => {
      await life.onHost(
        "rm -rf /opt/cleanauth/node/* /opt/cleanauth/node/.??*; mkdir -p /opt/cleanauth/node",
      );
      const { exitCode, stderr } = await life.bootstrap({
        onOutput: when(/TASK \[node : Node.js .* is installed/, (group) => group.signal("SIGINT")),
      });
      expect(exitCode).toBe(130);
      expect(stderr).toContain("--start-at-task");
      expect(await life.onHost("ls /run/cleanauth-bootstrap.lock 2>/dev/null || echo none")).toBe(
        "none\n",
      );
      expect((await life.bootstrap()).exitCode).toBe(0);
    });

    it("because the operator's machine has died is told, and gone on with when the lock has aged", async () => {
      const lock = "/run/cleanauth-bootstrap.lock";
      await life.onHost("echo HAND=made >> /etc/cleanauth/client.env");
      const killed = await life.bootstrap({
        onOutput: when(/TASK \[node : the machine is supported/, (group) =>
          group.signal("SIGKILL"),
        ),
      });
      expect(killed.exitCode).not.toBe(0);
      const { exitCode, stdout } = await life.bootstrap();
      expect(exitCode).toBe(1);
      expect(stdout).toMatch(/is being changed by arn:.* since .* goes 20 minutes after/);
      await life.onHost(`touch -h -d '-21 min' ${lock}`);
      expect((await life.bootstrap()).exitCode).toBe(0);
      expect(await life.onHost("cat /etc/cleanauth/client.env")).not.toContain("HAND");
    });

    it("with two operators at once is told to the second", async () => {
      await life.onHost(
        "ln -sT 'arn:aws:iam::123456789012:user/kim on desk since 10:00' /run/cleanauth-bootstrap.lock",
      );
      const { exitCode, stdout } = await life.bootstrap({
        environment: { MAX_SESSIONS: "99" },
      });
      await life.onHost("rm /run/cleanauth-bootstrap.lock");
      expect(exitCode).toBe(1);
      expect(stdout).toContain("is being changed by arn:aws:iam::123456789012:user/kim");
      expect(await life.onHost("cat /etc/cleanauth/server.env")).not.toContain("MAX_SESSIONS=99");
    });

    it("with the archive of Node is told: another checksum, no way to it", async () => {
      await life.onHost("mv /opt/cleanauth/node /opt/cleanauth/node-away");
      const wrong = await life.bootstrap({
        args: ["--tags", "node"],
        environment: { NODE_SHA256: createHash("sha256").update("other").digest("hex") },
      });
      expect(wrong.stdout).toContain(
        `the archive has the SHA-256 ${life.deployment().archive.sha256}`,
      );
      const noWay = await life.bootstrap({
        args: ["--tags", "node"],
        environment: { NODE_MIRROR: "http://127.0.0.1:9/dist" },
      });
      expect(noWay.stdout).toMatch(/curl: \(7\).*127\.0\.0\.1/);
      await life.onHost(
        "rm -rf /opt/cleanauth/node; mv /opt/cleanauth/node-away /opt/cleanauth/node",
      );
      expect([wrong.exitCode, noWay.exitCode]).toEqual([1, 1]);
    });

    it("with the disk is told, and the next run converges", async () => {
      await life.onHost("mount -t tmpfs -o size=1m tmpfs /opt/cleanauth/releases");
      const full = await life.bootstrap();
      await life.onHost("umount /opt/cleanauth/releases");
      expect(full.exitCode).toBe(1);
      expect(full.stdout).toMatch(/ENOSPC|No space left on device/);
      expect((await life.bootstrap()).exitCode).toBe(0);
    });

    it("with permissions is told with the action that is missing", async () => {
      life.deployment().ssm.failNext("SendCommand", "AccessDeniedException");
      const { exitCode, stdout } = await life.bootstrap();
      expect(exitCode).toBe(1);
      expect(stdout).toContain("Ask for the IAM action ssm:SendCommand");
    });

    it("without outputs is told with the command that makes them", async () => {
      const file = join(life.deployment().operator.directory, ".cleanauth/outputs.json");
      renameSync(file, `${file}.away`);
      const { exitCode, stderr } = await life.bootstrap();
      renameSync(`${file}.away`, file);
      expect(exitCode).not.toBe(0);
      expect(stderr).toContain("make deploy");
    });

    it("with a secret that is not there is told, and the old one stays", async () => {
      const { emulator, outputs, cognito } = life.deployment();
      const before = await life.onHost("sha256sum /etc/cleanauth/client-secret.env");
      const ssm = createClients(emulator).ssm;
      await ssm.send(new DeleteParameterCommand({ Name: outputs.ClientSecretParameter }));
      const { exitCode, stdout } = await life.bootstrap();
      expect(exitCode).toBe(1);
      expect(stdout).toContain("ParameterNotFound");
      expect(await life.onHost("sha256sum /etc/cleanauth/client-secret.env")).toBe(before);
      await putSecret(emulator, outputs, cognito.clientSecret);
      expect(recapOf((await life.bootstrap()).stdout)).toMatchObject({ changed: 0, failed: 0 });
    });

    it("with a host that SSM has not seen yet is told, and waited for until Ctrl-C", async () => {
      const { ssm, outputs } = life.deployment();
      const instance = ssm.instances.get(outputs.InstanceId);
      if (instance === undefined) throw new Error("no instance");
      instance.onlineAt = Number.POSITIVE_INFINITY;
      const { exitCode, stdout } = await life.bootstrap({
        onOutput: when(/waiting for i-\w+ to come online in SSM/, (group) =>
          group.signal("SIGINT"),
        ),
      });
      instance.onlineAt = 0;
      expect(exitCode).toBe(130);
      expect(stdout).toMatch(/waiting for i-\w+ to come online in SSM/);
    });

    it("with a host that is stopped is told with the command that starts it", async () => {
      const { emulator, outputs } = life.deployment();
      const { ec2 } = createClients(emulator);
      const instances = { InstanceIds: [outputs.InstanceId] };
      await ec2.send(new StopInstancesCommand(instances));
      const { exitCode, stderr } = await life.bootstrap();
      await ec2.send(new StartInstancesCommand(instances));
      expect(exitCode).not.toBe(0);
      expect(stderr).toMatch(/stop.*aws ec2 start-instances/);
    });

    it("with a host that is gone is told with the command that makes another", async () => {
      const { emulator, outputs } = life.deployment();
      const instances = { InstanceIds: [outputs.InstanceId] };
      await createClients(emulator).ec2.send(new TerminateInstancesCommand(instances));
      const { exitCode, stderr } = await life.bootstrap();
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(
        /^No instance of this stack is running; i-\w+ is (terminated|shutting-down|gone)\. Make the host again with make deploy\.\n$/,
      );
    });
  });
}
