import { randomBytes, randomInt } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Environment } from "@cleanauth/common/environment.ts";
import { findServersFile, readServersFile } from "@cleanauth/server/gateway/watch-servers-file.ts";
import { startBedrock } from "./bedrock/start-bedrock.ts";
import { startCognito } from "./cognito/start-cognito.ts";
import {
  chooseFarEnds,
  type FarEnds,
  type LocalSettings,
  serverEnvironment,
  standInNames,
  webTerminalEnvironment,
} from "./far-ends.ts";
import { requireNoOtherStack, writeLocalEnvironment } from "./local-environment-file.ts";
import { takeIpv6Twin } from "./localhost-twin.ts";
import { createMessageLog } from "./message-log.ts";
import { requireFreePort } from "./ports.ts";
import { startSupervised } from "./supervised-process.ts";
import { startWeather } from "./weather/start-weather.ts";

/** The whole chain, running on this machine. */
export interface Stack {
  readonly farEnds: FarEnds;
  /** What the client is started with; also what `.cleanauth/local.env` holds. */
  readonly clientEnvironment: Environment;
  /** The MCP servers behind the server, and the file that says so; null where there is none. */
  readonly behind: { readonly file: string; readonly servers: readonly string[] } | null;
  /** Ends every part, the last one first, and removes `.cleanauth/local.env`. */
  stop(): Promise<void>;
}

export interface StackOptions {
  /** The parsed settings. */
  readonly settings: LocalSettings;
  /** The whole environment that the settings were read from. */
  readonly environment: Environment;
  /** Told what happens to the parts while they run. */
  readonly onNotice: (message: string) => void;
}

/**
 * Starts the stand-ins that are needed, then the MCP server and the web terminal, and leaves word of
 * them in `.cleanauth/local.env` of the current folder, where logs and notes are kept too.
 *
 * @returns once everything answers
 * @throws AppError `configuration_…` when a part cannot start; what was started is ended again
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { settings } = options;
  const state = resolve(".cleanauth");
  const localEnvironmentFile = join(state, "local.env");
  const running: { stop(): Promise<unknown> }[] = [];
  const stop = async () => {
    rmSync(localEnvironmentFile, { force: true });
    for (const part of running.splice(0).reverse()) await part.stop();
  };

  await requireNoOtherStack(localEnvironmentFile);
  await requireFreePort(settings.HOST, settings.PORT, "PORT");
  await requireFreePort(settings.HOST, settings.WEB_PORT, "WEB_PORT");
  await requireFreePort("127.0.0.1", settings.METRICS_PORT, "METRICS_PORT");
  mkdirSync(join(state, "logs"), { recursive: true, mode: 0o700 });

  const farEnds = chooseFarEnds(settings);
  try {
    if (isLocalhost(settings.HOST)) {
      running.push(await takeIpv6Twin(settings.PORT, "PORT"));
      running.push(await takeIpv6Twin(settings.WEB_PORT, "WEB_PORT"));
    }
    const standIns = await startStandIns(farEnds, options, state, running);
    const clientEnvironment: Environment = {
      ...options.environment,
      ...trustOwnCertificate(options.environment),
      ...standIns,
      CLEANAUTH_STAND_INS: standInNames(farEnds).join(","),
      MCP_SERVER_URL: `${schemeOf(options.environment)}://localhost:${settings.PORT}/mcp`,
      PORT: String(settings.PORT),
      WEB_PORT: String(settings.WEB_PORT),
    };
    const part = async (name: string, program: string, log: string, environment: Environment) => {
      const process = await startSupervised({
        name,
        program,
        environment,
        logFile: join(state, "logs", log),
        onRestart: options.onNotice,
      });
      running.push(process);
    };
    await Promise.all([
      part("MCP server", "server/main.ts", "server.log", serverEnvironment(clientEnvironment)),
      part(
        "web terminal",
        "client/web/main.ts",
        "client.log",
        webTerminalEnvironment(clientEnvironment),
      ),
    ]);
    writeLocalEnvironment(localEnvironmentFile, forOtherShells(clientEnvironment));
    return { farEnds, clientEnvironment, behind: readBehind(options.environment), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function readBehind({ MCP_SERVERS_FILE: named }: Environment): Stack["behind"] {
  const file = findServersFile(named ?? null);
  return file === null ? null : { file, servers: readServersFile(file).map(({ name }) => name) };
}

function isLocalhost(host: string): boolean {
  return host === "127.0.0.1" || host === "localhost";
}

/** Both clients that are started here have to trust the server's certificate, self-signed or not. */
function trustOwnCertificate(environment: Environment): Environment {
  const { TLS_CERT_FILE: certificate, NODE_EXTRA_CA_CERTS: authorities } = environment;
  return { NODE_EXTRA_CA_CERTS: authorities ?? certificate };
}

/** Server and web terminal speak TLS where they are given a certificate. */
function schemeOf({ TLS_CERT_FILE }: Environment): "http" | "https" {
  return TLS_CERT_FILE === undefined ? "http" : "https";
}

async function startStandIns(
  farEnds: FarEnds,
  { settings, environment: given, onNotice }: StackOptions,
  state: string,
  running: { stop(): Promise<unknown> }[],
): Promise<Environment> {
  const environment: Record<string, string> = {};
  const keep = <Part extends { close(): Promise<unknown> }>(part: Part): Part => {
    running.push({ stop: () => part.close() });
    return part;
  };
  if (farEnds.cognito === "stand-in") {
    const demoPassword = settings.CLEANAUTH_PASSWORD ?? makePassword();
    const totpSecret = makeTotpSecret();
    const cognito = keep(
      await startCognito({
        demoPassword,
        totpSecret,
        callbackUrls: callbackUrls(settings.PORT, given),
        onMessage: createMessageLog(join(state, "logs", "messages.log"), onNotice),
      }),
    );
    Object.assign(environment, {
      CLEANAUTH_LOCAL: "1",
      COGNITO_POOL_ID: cognito.poolId,
      COGNITO_CLIENT_ID: cognito.clientId,
      COGNITO_CLIENT_SECRET: cognito.clientSecret,
      COGNITO_PUBLIC_CLIENT_ID: cognito.publicClientId,
      COGNITO_MACHINE_CLIENT_ID: cognito.machineClientId,
      COGNITO_MACHINE_CLIENT_SECRET: cognito.machineClientSecret,
      COGNITO_DOMAIN: cognito.domainUrl,
      COGNITO_REGION: cognito.poolId.split("_")[0],
      AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: cognito.url,
      CLEANAUTH_USER: "demo",
      CLEANAUTH_PASSWORD: demoPassword,
      CLEANAUTH_TOTP_SECRET: totpSecret,
    });
  }
  if (farEnds.bedrock !== "real") {
    const { LOCAL_MODEL_URL: url, LOCAL_MODEL: model } = settings;
    const bedrock = keep(
      await startBedrock(
        url !== undefined && model !== undefined ? { localModel: { url, model } } : {},
      ),
    );
    Object.assign(environment, {
      AWS_ENDPOINT_URL_BEDROCK_RUNTIME: bedrock.url,
      // The SDK signs whatever it sends; a real key has no business with a stand-in.
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
      AWS_SESSION_TOKEN: "",
      AWS_REGION: "us-east-1",
    });
  }
  if (farEnds.weather === "stand-in") {
    environment.WEATHER_API_URL = keep(await startWeather()).url;
  }
  return environment;
}

/**
 * Where managed login sends browsers back to: the client's loopback ports and the server, as the
 * stack in AWS has them (cdktf/redirect-uris.ts, which `make start` does without, like all of cdktf/).
 */
function callbackUrls(port: number, environment: Environment): string[] {
  const { PUBLIC_URL: publicUrl } = environment;
  const local = `${schemeOf(environment)}://localhost:${port}`;
  const servers = [local, ...(publicUrl === undefined ? [] : [publicUrl.replace(/\/$/, "")])];
  return [
    ...[8765, 8766, 8767].map((own) => `http://localhost:${own}/callback`),
    ...servers.map((origin) => `${origin}/oauth/callback`),
  ];
}

const namesForOtherShells =
  /^(CLEANAUTH_|COGNITO_|AWS_ENDPOINT_URL_|MCP_SERVER_URL$|WEATHER_API_URL$|PORT$|WEB_PORT$|BEDROCK_MODEL_ID$)/;
const standInKeys = [
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_REGION",
];

/** Real AWS keys stay where they were; the stand-in's dummies are written down. */
function forOtherShells(environment: Environment): Environment {
  const dummies = environment.AWS_ACCESS_KEY_ID === "local" ? standInKeys : [];
  const kept = Object.entries(environment).filter(
    ([name]) => namesForOtherShells.test(name) || dummies.includes(name),
  );
  return { CLEANAUTH_LOCAL_PID: String(process.pid), ...Object.fromEntries(kept) };
}

/** A password that the demo pool's policy takes: lower, upper, digit, symbol. */
function makePassword(): string {
  const letters = "abcdefghjkmnpqrstuvwxyz";
  const pick = (from: string) => from[randomInt(from.length)] ?? "";
  const word = Array.from({ length: 10 }, () => pick(letters)).join("");
  return `Demo-${word}-${randomInt(10, 100)}`;
}

/** 160 random bits in base32, as RFC 4226 asks of a shared secret. */
function makeTotpSecret(): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  return Array.from(randomBytes(32), (byte) => alphabet[byte % 32]).join("");
}
