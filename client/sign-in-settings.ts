import {
  clientIdSetting,
  issuerOfPool,
  poolIdSetting,
  regionOfPool,
  regionSetting,
} from "@cleanauth/common/cognito-settings.ts";
import { type Environment, urlSetting } from "@cleanauth/common/environment.ts";
import { z } from "zod";
import { LocalizedError } from "./localized-error.ts";

/** How somebody, or something, signs in. */
export type SignInWay = "password" | "browser" | "machine";

/** What each way in is told. */
export type SignInSettings =
  | ({ readonly way: "password" } & CognitoClientSettings)
  | ({ readonly way: "browser" } & BrowserClientSettings)
  | ({ readonly way: "machine" } & MachineClientSettings);

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

export interface MachineClientSettings {
  /** The pool that the machine is registered with. */
  readonly issuer: string;
  /** Where that pool answers in place of its own address: a stand-in. */
  readonly endpoint?: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

const secretSetting = z.string().max(1024, "is too long for a client secret");

/** What user name and password are signed in with. */
export const poolEnvironment = z
  .object({
    COGNITO_POOL_ID: poolIdSetting.optional(),
    COGNITO_REGION: regionSetting.optional(),
    COGNITO_CLIENT_ID: clientIdSetting,
    COGNITO_CLIENT_SECRET: secretSetting.optional(),
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
    // Of an id that is wrong already, nothing more is said.
    const isPool = poolIdSetting.safeParse(poolId).success;
    const poolRegion = isPool ? regionOfPool(poolId ?? "") : region;
    if (region !== undefined && region !== poolRegion) {
      complain("COGNITO_REGION", `is not ${poolRegion}, where COGNITO_POOL_ID is`);
    }
  });

/** What the browser is sent with; none of it has to be there. */
export const browserEnvironment = z.object({
  COGNITO_POOL_ID: poolIdSetting.optional(),
  COGNITO_PUBLIC_CLIENT_ID: clientIdSetting.optional(),
  OAUTH_CLIENT_METADATA_URL: urlSetting
    .refine((url) => url.startsWith("https://"), "must be an https URL")
    .optional(),
});

/** What a machine is signed in with. */
export const machineEnvironment = z.object({
  COGNITO_POOL_ID: poolIdSetting,
  COGNITO_MACHINE_CLIENT_ID: clientIdSetting,
  COGNITO_MACHINE_CLIENT_SECRET: secretSetting,
  AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: urlSetting.optional(),
});

/**
 * How user name and password are signed in with.
 *
 * @param isStandIn whether the pool is the one of `make start`
 */
export function passwordSignIn(
  settings: z.output<typeof poolEnvironment>,
  isStandIn: boolean,
): SignInSettings {
  const { COGNITO_POOL_ID: poolId, COGNITO_CLIENT_SECRET: clientSecret } = settings;
  return {
    way: "password",
    region: settings.COGNITO_REGION ?? regionOfPool(poolId ?? ""),
    ...(poolId === undefined ? {} : { poolId }),
    ...endpointOf(settings),
    clientId: settings.COGNITO_CLIENT_ID,
    ...(clientSecret === undefined ? {} : { clientSecret }),
    isStandIn,
  };
}

/**
 * How the browser is used.
 *
 * @param environment tells whether there is a screen
 */
export function browserSignIn(
  settings: z.output<typeof browserEnvironment>,
  environment: Environment,
): SignInSettings {
  const { COGNITO_POOL_ID: poolId, COGNITO_PUBLIC_CLIENT_ID: clientId } = settings;
  // What opens a browser on Linux asks for a display; without one it would take over the terminal.
  const { DISPLAY, WAYLAND_DISPLAY, WSL_DISTRO_NAME } = environment;
  const display = DISPLAY ?? WAYLAND_DISPLAY ?? WSL_DISTRO_NAME;
  return {
    way: "browser",
    hasScreen: process.platform !== "linux" || display !== undefined,
    preRegistered:
      poolId === undefined || clientId === undefined
        ? null
        : { issuer: issuerOfPool(poolId), clientId },
    clientMetadataUrl: settings.OAUTH_CLIENT_METADATA_URL,
  };
}

/** How a machine signs in for itself. */
export function machineSignIn(settings: z.output<typeof machineEnvironment>): SignInSettings {
  return {
    way: "machine",
    issuer: issuerOfPool(settings.COGNITO_POOL_ID),
    ...endpointOf(settings),
    clientId: settings.COGNITO_MACHINE_CLIENT_ID,
    clientSecret: settings.COGNITO_MACHINE_CLIENT_SECRET,
  };
}

function endpointOf(settings: {
  readonly AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER?: string | undefined;
}): { endpoint?: string } {
  const { AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: endpoint } = settings;
  return endpoint === undefined ? {} : { endpoint };
}

/** A newcomer has nothing set: that is told in other words than a mistake in one variable. */
export function requireSomePool(environment: Environment): void {
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
