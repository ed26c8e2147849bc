import { modelIdSetting } from "@cleanauth/common/bedrock-settings.ts";
import {
  clientIdSetting,
  poolIdSetting,
  regionSetting,
} from "@cleanauth/common/cognito-settings.ts";
import { type Environment, integerSetting, urlSetting } from "@cleanauth/common/environment.ts";
import { z } from "zod";

/** What `make start` reads; everything else in the environment goes on to server and client as it is. */
export const localSettings = z
  .object({
    HOST: z.string().default("127.0.0.1"),
    PORT: integerSetting(1, 65_535).default(8080),
    WEB_PORT: integerSetting(1, 65_535).default(8501),
    METRICS_PORT: integerSetting(0, 65_535).default(9464),
    COGNITO_POOL_ID: poolIdSetting.optional(),
    COGNITO_CLIENT_ID: clientIdSetting.optional(),
    COGNITO_REGION: regionSetting.optional(),
    BEDROCK_MODEL_ID: modelIdSetting.optional(),
    LOCAL_MODEL_URL: urlSetting.optional(),
    LOCAL_MODEL: z.string().optional(),
    WEATHER_API_URL: urlSetting.optional(),
    CLEANAUTH_PASSWORD: z
      .string()
      .min(8, "must have at least 8 characters, as the demo pool asks")
      .max(256, "must have at most 256 characters")
      .regex(/^[^\s'"`\\$]*$/, "must hold no blank, quote, backslash or dollar sign")
      .optional(),
  })
  .superRefine((settings, context) => {
    for (const [one, other] of [
      ["COGNITO_POOL_ID", "COGNITO_CLIENT_ID"],
      ["LOCAL_MODEL_URL", "LOCAL_MODEL"],
    ] as const) {
      const missing = settings[one] === undefined ? one : other;
      const given = missing === one ? other : one;
      if (settings[missing] === undefined && settings[given] !== undefined) {
        context.addIssue({ code: "custom", path: [missing], message: `goes with ${given}` });
      }
    }
  });

export type LocalSettings = z.output<typeof localSettings>;

/** Who plays each far end of the chain: the real service, a model on this machine, or a stand-in. */
export interface FarEnds {
  cognito: "real" | "stand-in";
  bedrock: "real" | "stand-in" | "local model";
  weather: "real" | "stand-in";
}

/**
 * Decides for each far end by itself: the real one where its settings are given, else the stand-in.
 * A local model wins over a Bedrock model, because only `LOCAL_MODEL_URL` asks for it by name.
 *
 * @param settings the parsed settings of `make start`
 */
export function chooseFarEnds(settings: LocalSettings): FarEnds {
  const bedrock = settings.BEDROCK_MODEL_ID === undefined ? "stand-in" : "real";
  return {
    cognito: settings.COGNITO_POOL_ID === undefined ? "stand-in" : "real",
    bedrock: settings.LOCAL_MODEL_URL === undefined ? bedrock : "local model",
    weather: settings.WEATHER_API_URL === undefined ? "stand-in" : "real",
  };
}

/**
 * The names that the client's status bar shows for what is not the real service.
 *
 * @param farEnds what {@link chooseFarEnds} decided
 */
export function standInNames(farEnds: FarEnds): readonly string[] {
  const names: string[] = [];
  if (farEnds.cognito === "stand-in") names.push("Cognito");
  if (farEnds.bedrock === "stand-in") names.push("Bedrock");
  if (farEnds.weather === "stand-in") names.push("weather");
  return names;
}

const ownSignIn = /^(CLEANAUTH_(USER|PASSWORD|TOTP_SECRET)|COGNITO_MACHINE_CLIENT_SECRET)$/;
const clientOnly = /^(COGNITO_CLIENT_SECRET|AWS_.*|LOCAL_MODEL.*)$/;
const keyEndpoint = "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER";

/**
 * The environment that the MCP server is started with: the whole one without what is the client's
 * alone. The Cognito endpoint stays: it is no secret, and a server in local mode finds the keys there.
 *
 * @param environment the client's environment
 */
export function serverEnvironment(environment: Environment): Environment {
  return without(environment, (name) => {
    return ownSignIn.test(name) || (clientOnly.test(name) && name !== keyEndpoint);
  });
}

/**
 * The environment that the web terminal is started with: the client's, but nobody's sign-in, for
 * whoever opens the page signs in for themselves.
 *
 * @param environment the client's environment
 */
export function webTerminalEnvironment(environment: Environment): Environment {
  return without(environment, (name) => ownSignIn.test(name));
}

function without(environment: Environment, isLeftOut: (name: string) => boolean): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !isLeftOut(name)));
}
