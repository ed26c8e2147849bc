import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { get } from "node:https";
import { pipeline } from "node:stream/promises";
import { AwsClient } from "aws4fetch";

// Runs on the host, alone, with nothing but Node: fetches an object, prints the variable that a
// parameter holds, or asks a model, with the rights of the host's own role. It is sent to the host
// before anything else is there, so it is small.

const metadataUrl = "http://169.254.169.254/latest/";
const secondsForMetadata = 5;
const secondsOfSilence = 30;
const secondsForParameter = 20;
const secondsForModel = 30;

/**
 * The credentials of the instance's role.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html
 */
async function signIn(region: string, service: string): Promise<AwsClient> {
  const ask = async (path: string, headers: Record<string, string>, method = "GET") => {
    const signal = AbortSignal.timeout(secondsForMetadata * 1000);
    const answer = await fetch(`${metadataUrl}${path}`, { method, headers, signal });
    if (!answer.ok) throw new Error(`the metadata service answered ${answer.status} for ${path}`);
    return answer.text();
  };
  const lifetime = { "x-aws-ec2-metadata-token-ttl-seconds": "60" };
  const token = { "x-aws-ec2-metadata-token": await ask("api/token", lifetime, "PUT") };
  const place = "meta-data/iam/security-credentials/";
  const role = (await ask(place, token)).split("\n")[0]?.trim() ?? "";
  const { AccessKeyId, SecretAccessKey, Token } = JSON.parse(await ask(`${place}${role}`, token));
  return new AwsClient({
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: Token,
    region,
    service,
    retries: 4,
  });
}

function endpoint(prefix: string, region: string): string {
  return `https://${prefix}.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`;
}

/**
 * Not with fetch: where the other end closes the connection behind a long body, that of Node 24 fails an
 * assertion of its own as soon as whoever reads is slower than the network.
 */
function download(url: string, headers: Record<string, string>): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asking = get(url, { headers }, resolve);
    asking.once("error", reject);
    asking.setTimeout(secondsOfSilence * 1000, () => {
      asking.destroy(new Error(`nothing came for ${secondsOfSilence} seconds`));
    });
  });
}

async function fetchObject(
  region: string,
  bucket: string,
  key: string,
  sha256: string,
  file: string,
): Promise<void> {
  const aws = await signIn(region, "s3");
  const { headers, url } = await aws.sign(`${endpoint(`${bucket}.s3`, region)}/${key}`);
  const answer = await download(url, Object.fromEntries(headers));
  if (answer.statusCode !== 200) {
    answer.destroy();
    throw new Error(`s3:GetObject of ${key} was answered with ${answer.statusCode}`);
  }
  const partial = `${file}.partial`;
  const hash = createHash("sha256");
  try {
    await pipeline(
      answer,
      async function* observe(chunks: AsyncIterable<Uint8Array>) {
        for await (const chunk of chunks) {
          hash.update(chunk);
          yield chunk;
        }
      },
      createWriteStream(partial, { mode: 0o600 }),
    );
    const actual = hash.digest("hex");
    if (actual !== sha256) throw new Error(`${key} has the SHA-256 ${actual}, not ${sha256}`);
    await rename(partial, file);
  } finally {
    await rm(partial, { force: true });
  }
}

async function printParameter(region: string, name: string, variable: string): Promise<void> {
  const aws = await signIn(region, "ssm");
  const answer = await aws.fetch(`${endpoint("ssm", region)}/`, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "AmazonSSM.GetParameter",
    },
    body: JSON.stringify({ Name: name, WithDecryption: true }),
    signal: AbortSignal.timeout(secondsForParameter * 1000),
  });
  const body = (await answer.json()) as { Parameter?: { Value?: unknown }; __type?: unknown };
  const value = body.Parameter?.Value;
  if (typeof value !== "string" || !/^[\x21-\x7e]+$/.test(value)) {
    const reason = String(body.__type ?? answer.status).replace(/^.*#/, "");
    throw new Error(`ssm:GetParameter of ${name} was answered with ${reason}`);
  }
  process.stdout.write(`${variable}=${value}\n`);
}

/** Asks a model for one token of an answer: what the host's role is allowed, nothing else can tell. */
async function askModel(region: string, modelId: string): Promise<void> {
  const aws = await signIn(region, "bedrock");
  const path = `/model/${encodeURIComponent(modelId)}/converse`;
  const answer = await aws.fetch(`${endpoint("bedrock-runtime", region)}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      messages: [{ role: "user", content: [{ text: "Hi" }] }],
      inferenceConfig: { maxTokens: 1 },
    }),
    signal: AbortSignal.timeout(secondsForModel * 1000),
  });
  if (answer.ok) {
    process.stdout.write("ok\n");
    return;
  }
  const name = answer.headers.get("x-amzn-errortype")?.split(":")[0] ?? answer.status;
  const { message } = (await answer.json().catch(() => ({}))) as { message?: unknown };
  throw new Error(`${name}: ${message ?? "no reason was given"}`);
}

/** One line, whatever it is: what a program like this one says last is what the operator reads. */
function fail(error: unknown): void {
  const { message, cause } = error as Error;
  const reason = cause instanceof Error ? `${message}: ${cause.message}` : message;
  process.stderr.write(`${reason}\n`);
  process.exitCode = 1;
}

// A connection may break where nobody waits for it.
process.on("uncaughtException", (error) => {
  fail(error);
  process.exit();
});

const [command, region = "", ...rest] = process.argv.slice(2);
try {
  if (command === "object") {
    const [bucket = "", key = "", sha256 = "", file = ""] = rest;
    await fetchObject(region, bucket, key, sha256, file);
  } else if (command === "parameter") {
    const [name = "", variable = ""] = rest;
    await printParameter(region, name, variable);
  } else if (command === "model") {
    const [modelId = ""] = rest;
    await askModel(region, modelId);
  } else {
    throw new Error(
      "usage: object REGION BUCKET KEY SHA256 FILE | parameter REGION NAME VARIABLE | model REGION MODEL",
    );
  }
} catch (error) {
  fail(error);
}
