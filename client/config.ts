import { join } from "node:path";
import { defaultModelId, modelIdSetting } from "@cleanauth/common/bedrock-settings.ts";
import {
  clientIdSetting,
  issuerOfPool,
  poolIdSetting,
  regionOfPool,
  regionSetting,
} from "@cleanauth/common/cognito-settings.ts";
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
import { stateFolder } from "./store/private-files.ts";
import { stripToLine } from "./terminal-text.ts";

/** Where the client signs in, which server it talks to and which model answers. */
export interface ClientSettings {
  /** The MCP endpoint; its path says which transport it speaks. */
  readonly serverUrl: string;
  /** Null where the browser asks who signs in, whatever pool that is. */
  readonly cognito: CognitoClientSettings | null;
  /** How the browser is used to sign in; null where user name and password are asked for. */
  readonly browser: BrowserClientSettings | null;
  readonly bedrock: { readonly modelId: string; readonly region?: string };
  /** Names of what is a stand-in for AWS on this machine. */
  readonly standIns: readonly string[];
  /** Where conversations and settings of those who sign in are kept. */
  readonly stateFolder: string;
  /** Whether secrets may cross a network in clear. */
  readonly insecure: boolean;
}

export interface CognitoClientSettings {
  readonly region: string;
  /** Not known where only `COGNITO_REGION` is set; without it a password cannot be proved by SRP. */
  readonly poolId?: string;
  /** Where Cognito answers in place of its own address: a stand-in. The SDK finds it by itself. */
  readonly endpoint?: string;
  readonly clientId: string;
  readonly clientSecret?: string;
  /** Whether it is the one of `make start`, where other things help than in AWS. */
  readonly isStandIn: boolean;
}

export interface BrowserClientSettings {
  /** Whether there is a screen to open a browser on. */
  readonly hasScreen: boolean;
  /** The client that is registered with the pool, if there is one. */
  readonly preRegistered: { readonly issuer: string; readonly clientId: string } | null;
  /** Where this client's own metadata document is. */
  readonly clientMetadataUrl: string | undefined;
}

const defaultServerUrl = "http://localhost:8080/mcp";

const commonEnvironment = z.object({
  MCP_SERVER_URL: urlSetting.default(defaultServerUrl),
  BEDROCK_MODEL_ID: modelIdSetting.default(defaultModelId),
  AWS_REGION: regionSetting.optional(),
  CLEANAUTH_STAND_INS: z.string().default(""),
});

/** What user name and password are signed in with. */
const poolEnvironment = commonEnvironment
  .extend({
    COGNITO_POOL_ID: poolIdSetting.optional(),
    COGNITO_REGION: regionSetting.optional(),
    COGNITO_CLIENT_ID: clientIdSetting,
    COGNITO_CLIENT_SECRET: z.string().max(1024, "is too long for a client secret").optional(),
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: urlSetting.optional(),
  })
  .superRefine((settings, context) => {
    const { COGNITO_POOL_ID: poolId, COGNITO_REGION: region } = settings;
    const complain = (path: string, message: string) => {
      context.addIssue({ code: "custom", path: [path], message });
    };
    if (poolId === undefined && region === undefined) {
      complain("COGNITO_POOL_ID", "must be set where COGNITO_REGION is not");
    }
    if (poolId !== undefined && region !== undefined && region !== regionOfPool(poolId)) {
      complain("COGNITO_REGION", `is not ${regionOfPool(poolId)}, where COGNITO_POOL_ID is`);
    }
  });

/** What the browser is sent with; none of it has to be there. */
const browserEnvironment = commonEnvironment.extend({
  COGNITO_POOL_ID: poolIdSetting.optional(),
  COGNITO_PUBLIC_CLIENT_ID: clientIdSetting.optional(),
  OAUTH_CLIENT_METADATA_URL: urlSetting
    .refine((url) => url.startsWith("https://"), "must be an https URL")
    .optional(),
});

/**
 * Parses what the client is told by its environment and its command line.
 *
 * @param environment what {@link readClientEnvironment} returned
 * @param options.serverUrl the argument SERVER_URL; wins over `MCP_SERVER_URL`
 * @param options.insecure whether a password and a token may go over plain HTTP to another machine
 * @param options.browser whether the browser asks who signs in
 * @throws AppError `configuration_invalid` naming every wrong variable, `usage_server_url` or
 *   `usage_insecure_url`
 */
export function readClientSettings(
  environment: Environment,
  options: { serverUrl?: string; insecure?: boolean; browser?: boolean } = {},
): ClientSettings {
  const { insecure = false } = options;
  // A wrong argument is told first: it is what was just typed.
  const typedUrl = options.serverUrl === undefined ? null : parseServerUrl(options.serverUrl);
  if (typedUrl !== null && !insecure) requireSecure(typedUrl);
  const { settings, ...signIn } = options.browser
    ? readBrowserSettings(environment)
    : readPoolSettings(environment);
  const serverUrl = typedUrl ?? settings.MCP_SERVER_URL;
  if (!insecure) requireSecure(serverUrl);
  const { AWS_REGION: bedrockRegion } = settings;
  return {
    serverUrl,
    insecure,
    ...signIn,
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

function readPoolSettings(environment: Environment) {
  requireSomePool(environment);
  const settings = parseSettings(poolEnvironment, environment);
  const { COGNITO_POOL_ID: poolId, COGNITO_CLIENT_SECRET: clientSecret } = settings;
  const { AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: endpoint } = settings;
  const cognito: CognitoClientSettings = {
    region: settings.COGNITO_REGION ?? regionOfPool(poolId ?? ""),
    ...(poolId === undefined ? {} : { poolId }),
    ...(endpoint === undefined ? {} : { endpoint }),
    clientId: settings.COGNITO_CLIENT_ID,
    ...(clientSecret === undefined ? {} : { clientSecret }),
    isStandIn: standInsOf(settings.CLEANAUTH_STAND_INS).includes("Cognito"),
  };
  return { settings, cognito, browser: null };
}

function readBrowserSettings(environment: Environment) {
  const settings = parseSettings(browserEnvironment, environment);
  const { COGNITO_POOL_ID: poolId, COGNITO_PUBLIC_CLIENT_ID: clientId } = settings;
  // What opens a browser on Linux asks for a display; without one it would take over the terminal.
  const { DISPLAY, WAYLAND_DISPLAY, WSL_DISTRO_NAME } = environment;
  const display = DISPLAY ?? WAYLAND_DISPLAY ?? WSL_DISTRO_NAME;
  const browser: BrowserClientSettings = {
    hasScreen: process.platform !== "linux" || display !== undefined,
    preRegistered:
      poolId === undefined || clientId === undefined
        ? null
        : { issuer: issuerOfPool(poolId), clientId },
    clientMetadataUrl: settings.OAUTH_CLIENT_METADATA_URL,
  };
  return { settings, cognito: null, browser };
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

/** A newcomer has nothing set: that is told in other words than a mistake in one variable. */
function requireSomePool(environment: Environment): void {
  const { COGNITO_POOL_ID: poolId, COGNITO_CLIENT_ID: clientId } = environment;
  if (poolId !== undefined || clientId !== undefined) return;
  throw new LocalizedError("configuration_missing", {
    en: [
      "No user pool is configured: COGNITO_POOL_ID and COGNITO_CLIENT_ID are not set",
      "Run make start for a stack on this machine, or put the values of make outputs into .env.",
    ],
    ko: [
      "사용자 풀이 설정되지 않았습니다: COGNITO_POOL_ID와 COGNITO_CLIENT_ID가 없습니다",
      "make start로 이 컴퓨터에 스택을 띄우거나, make outputs의 값을 .env에 넣으세요.",
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
      `Write it like ${defaultServerUrl}.`,
    ],
    ko: [
      "SERVER_URL이 사용자 이름, 쿼리, 프래그먼트가 없는 http나 https URL이 아닙니다",
      `${defaultServerUrl}처럼 쓰세요.`,
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
