import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import {
  type AwsCall,
  bucketPolicies,
  type EmulatorGap,
  expiredCredentials,
  instanceSecurityGroups,
  managedLoginBranding,
  managedLoginVersion,
  newerImages,
  resourceServerDeletion,
  userPoolSettings,
} from "./emulator-gaps.ts";
import { startMoto } from "./moto.ts";

/** AWS on loopback: moto, and in front of it a thin layer with what moto lacks. */
export interface Emulator {
  /** For AWS_ENDPOINT_URL. */
  readonly url: string;
  /** What a program needs to find the emulator, and nothing else, behind the AWS SDK. */
  readonly environment: Readonly<Record<string, string>>;
  /** From now on the public parameter names this image as the newest of Amazon Linux. */
  publishImage(imageId: string): void;
  stop(): Promise<void>;
}

/** Starts an emulator of its own, with nothing in it but what every account has. */
export async function startEmulator(): Promise<Emulator> {
  const moto = await startMoto();
  const images = newerImages();
  const gaps: readonly EmulatorGap[] = [
    userPoolSettings(),
    managedLoginVersion(),
    managedLoginBranding(),
    instanceSecurityGroups(),
    bucketPolicies(),
    expiredCredentials(),
    resourceServerDeletion(),
    images,
  ];
  const server = createServer((incoming, outgoing) => {
    forward(incoming, outgoing, moto.port, gaps).catch((error: unknown) => {
      console.error(`The layer before the emulator failed at ${incoming.url}:`, error);
      outgoing.writeHead(502).end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    environment: {
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: "AKIAEMULATOR00000000",
      AWS_SECRET_ACCESS_KEY: "emulator",
      AWS_REGION: "us-east-1",
      AWS_EC2_METADATA_DISABLED: "true",
    },
    publishImage: images.publish,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await moto.stop();
    },
  };
}

async function forward(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  motoPort: number,
  gaps: readonly EmulatorGap[],
): Promise<void> {
  const sent = await readAll(incoming);
  const call = describeCall(incoming, sent.toString());
  for (const gap of gaps) {
    const answer = gap.answer?.(call) ?? null;
    if (answer === null) continue;
    outgoing.writeHead(answer.status, { "content-type": answer.contentType }).end(answer.body);
    return;
  }
  const { method, url, headers } = incoming;
  const answered = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ host: "127.0.0.1", port: motoPort, method, path: url, headers }, resolve)
      .on("error", reject)
      .end(sent);
  });
  let body = await readAll(answered);
  // The SDKs try again for minutes, and say nothing: this is where one sees why a test hangs.
  if ((answered.statusCode ?? 502) >= 500) {
    console.error(`The emulator failed at ${call.action || `${method} ${url}`}`);
  }
  if (call.action !== "" && answered.statusCode === 200) {
    const completed = gaps.reduce(
      (text, gap) => gap.complete?.(call, text) ?? text,
      body.toString(),
    );
    body = Buffer.from(completed);
  }
  const { "transfer-encoding": _, ...kept } = answered.headers;
  // A HEAD tells the length of what it does not send.
  const length = method === "HEAD" ? {} : { "content-length": body.length };
  outgoing.writeHead(answered.statusCode ?? 502, { ...kept, ...length }).end(body);
}

// JSON services name the operation in a header, query services in the body.
function describeCall({ method, url, headers }: IncomingMessage, body: string): AwsCall {
  const { "x-amz-target": target = "", "content-type": type = "", authorization = "" } = headers;
  const [service = "", ofTarget = ""] = String(target).split(".");
  const isForm = type.startsWith("application/x-www-form-urlencoded");
  const ofForm = isForm ? (new URLSearchParams(body).get("Action") ?? "") : "";
  return {
    method: method ?? "GET",
    url: url ?? "/",
    service,
    action: ofTarget || ofForm,
    authorization,
    body,
  };
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
