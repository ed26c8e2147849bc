import { join } from "node:path";
import { defaultModelId, modelIdSetting } from "@cleanauth/common/bedrock-settings.ts";
import { regionSetting } from "@cleanauth/common/cognito-settings.ts";
import {
  type Environment,
  parseSettings,
  readEnvironment,
  urlSetting,
} from "@cleanauth/common/environment.ts";
import { isRunning } from "@cleanauth/common/running-process.ts";
import { z } from "zod";
import { LocalizedError } from "./localized-error.ts";
import { isLoopbackUrl, mayCarrySecrets } from "./loopback.ts";
import {
  browserEnvironment,
  browserSignIn,
  machineEnvironment,
  machineSignIn,
  passwordSignIn,
  poolEnvironment,
  requireSomePool,
  type SignInSettings,
  type SignInWay,
} from "./sign-in-settings.ts";
import { stateFolder } from "./store/private-files.ts";
import { stripToLine } from "./terminal-text.ts";

/** Where the client signs in, which server it talks to and which model answers. */
export interface ClientSettings {
  /** The MCP endpoint; its path says which transport it speaks. */
  readonly serverUrl: string;
  readonly signIn: SignInSettings;
  readonly bedrock: { readonly modelId: string; readonly region?: string };
  /** Names of what is a stand-in for AWS on this machine. */
  readonly standIns: readonly string[];
  /** Where conversations and settings of those who sign in are kept. */
  readonly stateFolder: string;
  /** Whether secrets may cross a network in clear. */
  readonly insecure: boolean;
}

const defaultServerUrl = "http://localhost:8080/mcp";

const commonEnvironment = z.object({
  MCP_SERVER_URL: urlSetting.default(defaultServerUrl),
  BEDROCK_MODEL_ID: modelIdSetting.default(defaultModelId),
  AWS_REGION: regionSetting.optional(),
  CLEANAUTH_STAND_INS: z.string().default(""),
});

/**
 * Parses what the client is told by its environment and its command line.
 *
 * @param environment what {@link readClientEnvironment} returned
 * @param options.serverUrl the argument SERVER_URL; wins over `MCP_SERVER_URL`
 * @param options.insecure whether a password and a token may go over plain HTTP to another machine
 * @param options.way how somebody, or something, signs in; with user name and password by default
 * @throws AppError `configuration_invalid` naming every wrong variable, `usage_server_url` or
 *   `usage_insecure_url`
 */
export function readClientSettings(
  environment: Environment,
  options: { serverUrl?: string; insecure?: boolean; way?: SignInWay } = {},
): ClientSettings {
  const { insecure = false } = options;
  // A wrong argument is told first: it is what was just typed.
  const typedUrl = options.serverUrl === undefined ? null : parseServerUrl(options.serverUrl);
  if (typedUrl !== null && !insecure) requireSecure(typedUrl);
  const { settings, signIn } = readSignIn(options.way ?? "password", environment);
  const serverUrl = typedUrl ?? settings.MCP_SERVER_URL;
  if (!insecure) requireSecure(serverUrl);
  const { AWS_REGION: bedrockRegion } = settings;
  return {
    serverUrl,
    insecure,
    signIn,
    stateFolder: stateFolder(environment),
    bedrock: {
      modelId: settings.BEDROCK_MODEL_ID,
      ...(bedrockRegion === undefined ? {} : { region: bedrockRegion }),
    },
    standIns: standInsOf(settings.CLEANAUTH_STAND_INS),
  };
}

function standInsOf(names: string): string[] {
  return names
    .split(",")
    .map((name) => stripToLine(name, 20))
    .filter(Boolean);
}

function readSignIn(way: SignInWay, environment: Environment) {
  switch (way) {
    case "password": {
      requireSomePool(environment);
      const settings = parseSettings(commonEnvironment.and(poolEnvironment), environment);
      const isStandIn = standInsOf(settings.CLEANAUTH_STAND_INS).includes("Cognito");
      return { settings, signIn: passwordSignIn(settings, isStandIn) };
    }
    case "browser": {
      const settings = parseSettings(commonEnvironment.and(browserEnvironment), environment);
      return { settings, signIn: browserSignIn(settings, environment) };
    }
    case "machine": {
      const settings = parseSettings(commonEnvironment.and(machineEnvironment), environment);
      return { settings, signIn: machineSignIn(settings) };
    }
  }
}

function requireSecure(serverUrl: string): void {
  if (mayCarrySecrets(new URL(serverUrl))) return;
  throw new LocalizedError("usage_insecure_url", {
    en: [
      `${serverUrl} is plain HTTP to another machine: the access token would be readable on the way`,
      "Use an https URL or a tunnel to localhost (make tunnel); --insecure does it all the same.",
    ],
    ko: [
      `${serverUrl}은(는) 다른 컴퓨터로 가는 평문 HTTP라서, 액세스 토큰이 도중에 노출됩니다`,
      "https URL이나 localhost로 가는 터널(make tunnel)을 쓰세요. --insecure를 주면 그대로 보냅니다.",
    ],
  });
}

function parseServerUrl(text: string): string {
  const parsed = urlSetting.safeParse(text);
  if (parsed.success) return parsed.data;
  // Not shown: it may hold a password (`https://user:password@…`) or be one.
  throw new LocalizedError("usage_server_url", {
    en: [
      "SERVER_URL is no http or https URL without user name, query and fragment",
      `Write it like ${defaultServerUrl}; the user name comes after it.`,
    ],
    ko: [
      "SERVER_URL이 사용자 이름, 쿼리, 프래그먼트가 없는 http나 https URL이 아닙니다",
      `${defaultServerUrl}처럼 쓰세요. 사용자 이름은 그 뒤에 씁니다.`,
    ],
  });
}

/**
 * Reads the variables that a client program goes by: the process environment, then what `make start`
 * left for other shells while it runs, then `.env`, then what `make bootstrap` left of the host's server.
 *
 * The settings of the local stack hold together (its pool, its stand-ins, its server). They are left
 * out as a whole when another server is asked for and a pool is configured that may be that server's.
 * So do those of the host: they are left out as a whole beside another app client.
 *
 * @param processEnvironment usually `process.env`
 * @param options.serverUrl the argument SERVER_URL, if any
 * @param options.folder where `.env` and `.cleanauth` are; the working directory by default
 * @throws AppError `environment_file_unreadable`
 */
export function readClientEnvironment(
  processEnvironment: Environment,
  options: { serverUrl?: string; folder?: string } = {},
): Environment {
  const { folder = "." } = options;
  const localFile = join(folder, ".cleanauth", "local.env");
  const dotEnv = join(folder, ".env");
  const hostFile = join(folder, ".cleanauth", "host.env");
  const local = readEnvironment({}, [localFile]);
  const own = readEnvironment(processEnvironment, [dotEnv]);
  const host = readEnvironment({}, [hostFile]);
  const isOfHost = [undefined, host.COGNITO_CLIENT_ID].includes(own.COGNITO_CLIENT_ID);
  const withoutLocal = isOfHost ? readEnvironment(processEnvironment, [dotEnv, hostFile]) : own;
  if (!isRunning(local.CLEANAUTH_LOCAL_PID)) return withoutLocal;
  const wanted = options.serverUrl ?? processEnvironment.MCP_SERVER_URL;
  const hasOwnPool = withoutLocal.COGNITO_CLIENT_ID !== undefined;
  if (hasOwnPool && !isSameServer(wanted, local.MCP_SERVER_URL)) return withoutLocal;
  return readEnvironment(processEnvironment, [localFile, dotEnv]);
}

function isSameServer(wanted = "", localUrl = ""): boolean {
  // None is asked for, or one that is complained about later.
  if (!URL.canParse(wanted) || !URL.canParse(localUrl)) return true;
  const [one, other] = [new URL(wanted), new URL(localUrl)];
  return isLoopbackUrl(one) && one.port === other.port;
}

/**
 * The variables that the AWS SDK reads by itself, which takes them from the process environment
 * alone: a main program puts them there before the SDK is loaded.
 *
 * @param environment what {@link readClientEnvironment} returned
 */
export function awsEnvironment(environment: Environment): Record<string, string> {
  const names = Object.entries(environment).filter(([name]) => name.startsWith("AWS_"));
  return {
    // The SDK's notice on Node 20 would land in the middle of a screen or of an error line.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    ...(Object.fromEntries(names) as Record<string, string>),
    // With keys and a profile, the SDK takes the profile and prints a warning. Keys that are given
    // by themselves win here, as with the AWS CLI: those of the local stack are always given so.
    ...(environment.AWS_ACCESS_KEY_ID === undefined ? {} : { AWS_PROFILE: "" }),
  };
}
