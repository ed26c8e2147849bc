import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { type Cognito, startCognito } from "@cleanauth/local/cognito/start-cognito.ts";
import { startWeather } from "@cleanauth/local/weather/start-weather.ts";
import type { StackOutputs } from "@cleanauth/scripts/aws/stack-outputs.ts";
import { type Emulator, startEmulator } from "../aws/emulator.ts";
import type { createWorkplace, Workplace } from "../workplace.ts";
import { startBedrockByName } from "./bedrock.ts";
import { type BootedHost, bootHost } from "./booted-host.ts";
import { createGateway, type Gateway } from "./gateway.ts";
import { type NodeArchive, nodeArchive, testNodeVersion } from "./node-archive.ts";
import { startFrontDoor, startMetadata, startMirror } from "./small-servers.ts";
import { type SsmStandIn, startSsmStandIn } from "./ssm-stand-in.ts";

/** Everything that a deployment consists of, with the far ends played on this machine. */
export interface Deployment<Operator extends Workplace = Workplace> {
  readonly host: BootedHost;
  readonly gateway: Gateway;
  readonly ssm: SsmStandIn;
  readonly emulator: Emulator;
  readonly cognito: Cognito;
  readonly bedrockUrl: string;
  readonly password: string;
  readonly outputs: StackOutputs;
  readonly archive: NodeArchive;
  readonly operator: Operator;
  /** A port of the host, as a URL on this machine. */
  hostUrl(port: number): string;
  remove(): Promise<void>;
}

const region = "us-east-1";
const onlineAfterMilliseconds = 1500;

/**
 * Starts the far ends, boots the host, and leaves it as bare as an instance that was just made.
 *
 * @param name of the file with what the operator was shown
 * @param makeStack makes the stack in the emulator, with the Cognito stand-in's pool
 * @param createOperator makes the place where the operator works
 */
export async function startDeployment<Operator extends Workplace>(
  name: string,
  makeStack: (name: string, emulator: Emulator, cognito: Cognito) => Promise<StackOutputs>,
  createOperator: (...place: Parameters<typeof createWorkplace>) => Operator,
): Promise<Deployment<Operator>> {
  const closing: (() => Promise<unknown> | undefined)[] = [];
  const remove = async () => {
    for (const close of closing.splice(0).reverse()) await close();
  };
  const keep = <Part>(part: Part, close: (part: Part) => Promise<unknown> | undefined): Part => {
    closing.push(() => close(part));
    return part;
  };
  try {
    const password = `Demo-${randomBytes(6).toString("hex")}-7`;
    const totpSecret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
    const emulator = keep(await startEmulator(), (part) => part.stop());
    const s3 = new S3Client({
      region,
      endpoint: emulator.url,
      forcePathStyle: true,
      credentials: { accessKeyId: "agent", secretAccessKey: "agent" },
    });
    const ssm = keep(
      await startSsmStandIn({
        forwardTo: emulator.url,
        unknownMilliseconds: 150,
        storeOutput: async (Bucket, Key, Body) => {
          await s3.send(new PutObjectCommand({ Bucket, Key, Body }));
        },
      }),
      (part) => part.close(),
    );
    const cognito = keep(
      await startCognito({ region, demoPassword: password, totpSecret }),
      (part) => part.close(),
    );
    const frontDoor = keep(await startFrontDoor(cognito.url), (part) => part.close());
    const bedrock = keep(await startBedrockByName(), (part) => part.close());
    const weather = keep(await startWeather(), (part) => part.close());
    const metadata = keep(await startMetadata(), (part) => part.close());
    const slow = [
      nodeArchive(),
      makeStack(name, emulator, cognito),
      bootHost().then((part) => keep(part, () => part.remove())),
    ] as const;
    await Promise.allSettled(slow);
    const [archive, outputs, host] = await Promise.all(slow);
    const mirror = keep(await startMirror(archive), (part) => part.close());
    const aws = (service: string) => `${service}.${region}.amazonaws.com`;
    const gateway = keep(
      await createGateway(host, {
        farEnds: [
          { name: aws("cognito-idp"), url: frontDoor.url },
          { name: aws("bedrock-runtime"), url: bedrock.url, http2: true },
          { name: aws("ssm"), url: emulator.url },
          { name: aws(`${outputs.ArtifactBucket}.s3`), url: emulator.url },
          { name: "api.weather.gov", url: weather.url },
        ],
        mirrorUrl: mirror.url,
        metadataUrl: metadata.url,
        hostPorts: [8080, 8501],
      }),
      (part) => part.close(),
    );
    await gateway.enter();
    ssm.instances.set(outputs.InstanceId, {
      runner: host.runner,
      onlineAt: Date.now() + onlineAfterMilliseconds,
      lost: false,
    });
    const operator = keep(
      createOperator(name, {
        ...emulator.environment,
        AWS_ENDPOINT_URL: ssm.url,
        NODE_MIRROR: "http://mirror.test/dist",
        NODE_VERSION: testNodeVersion,
        NODE_SHA256: archive.sha256,
        HOST_CA_FILE: "authority.pem",
      }),
      async (part) => part.remove(),
    );
    mkdirSync(join(operator.directory, ".cleanauth"), { recursive: true });
    writeFileSync(join(operator.directory, ".cleanauth/outputs.json"), JSON.stringify(outputs));
    writeFileSync(join(operator.directory, "authority.pem"), gateway.authority.certificate);
    return {
      host,
      gateway,
      ssm,
      emulator,
      cognito,
      bedrockUrl: bedrock.url,
      password,
      outputs,
      archive,
      operator,
      hostUrl: (port) => `http://127.0.0.1:${gateway.ports.get(port)}`,
      remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
