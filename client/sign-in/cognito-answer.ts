import { z } from "zod";
import { LocalizedError } from "../localized-error.ts";

/** The tokens that Cognito handed out. */
export interface IssuedTokens {
  readonly accessToken: string;
  /** Absent after a refresh when the pool does not rotate refresh tokens. */
  readonly refreshToken?: string;
  /** How long the access token holds from now on, in seconds. */
  readonly expiresInSeconds?: number;
}

/** What an operation of Cognito's came to. */
export type CognitoReply =
  | { kind: "tokens"; issued: IssuedTokens }
  | {
      kind: "challenge";
      name: string;
      /** What the next answer has to carry; empty for `PASSWORD_VERIFIER` where it came without. */
      session: string;
      parameters: Readonly<Record<string, string>>;
      /** The ways that `SELECT_CHALLENGE` offers. */
      available: readonly string[];
    }
  /** The secret of an authenticator app that is being set up. */
  | { kind: "secret"; secret: string; session: string }
  /** The authenticator app's first code was right. */
  | { kind: "verified"; session: string }
  | { kind: "code_sent"; destination: string | null }
  | { kind: "done" };

const authAnswer = z.object({
  AuthenticationResult: z
    .object({
      AccessToken: z.string().min(1),
      RefreshToken: z.string().min(1).optional(),
      ExpiresIn: z.number().int().positive().optional(),
    })
    .optional(),
  ChallengeName: z.string().optional(),
  Session: z.string().min(1).optional(),
  ChallengeParameters: z.record(z.string(), z.string()).optional(),
  AvailableChallenges: z.array(z.string()).optional(),
});

/**
 * Reads the answer to `InitiateAuth`, `RespondToAuthChallenge` or `GetTokensFromRefreshToken`.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html
 *
 * @param answer what Cognito answered
 * @throws AppError `sign_in_unexpected_answer`
 */
export function readAuthAnswer(answer: unknown): CognitoReply {
  const parsed = parse(authAnswer, answer);
  const { AuthenticationResult: result, ChallengeName: name, Session: session } = parsed;
  if (name !== undefined) {
    // PASSWORD_VERIFIER comes without: its secret block is what the server remembers the attempt by.
    if (session === undefined && name !== "PASSWORD_VERIFIER") throw unexpectedAnswer();
    const { ChallengeParameters: parameters = {}, AvailableChallenges: available = [] } = parsed;
    return { kind: "challenge", name, session: session ?? "", parameters, available };
  }
  if (result === undefined) throw unexpectedAnswer();
  const { AccessToken: accessToken, RefreshToken: refreshToken, ExpiresIn: seconds } = result;
  return {
    kind: "tokens",
    issued: {
      accessToken,
      ...(refreshToken === undefined ? {} : { refreshToken }),
      ...(seconds === undefined ? {} : { expiresInSeconds: seconds }),
    },
  };
}

const secretAnswer = z.object({
  SecretCode: z.string().regex(/^[A-Z2-7]{16,256}=*$/i),
  Session: z.string().min(1),
});

/** Reads the answer to `AssociateSoftwareToken`. */
export function readSecretAnswer(answer: unknown): CognitoReply {
  const { SecretCode: secret, Session: session } = parse(secretAnswer, answer);
  return { kind: "secret", secret, session };
}

const verifiedAnswer = z.object({ Status: z.literal("SUCCESS"), Session: z.string().min(1) });

/** Reads the answer to `VerifySoftwareToken`. */
export function readVerifiedAnswer(answer: unknown): CognitoReply {
  return { kind: "verified", session: parse(verifiedAnswer, answer).Session };
}

const deliveryAnswer = z.object({
  CodeDeliveryDetails: z.object({ Destination: z.string().optional() }).optional(),
});

/** Reads the answer to `ForgotPassword` or `ResendConfirmationCode`. */
export function readDeliveryAnswer(answer: unknown): CognitoReply {
  const { CodeDeliveryDetails: details } = parse(deliveryAnswer, answer);
  return { kind: "code_sent", destination: details?.Destination ?? null };
}

function parse<Schema extends z.ZodType>(schema: Schema, answer: unknown): z.output<Schema> {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw unexpectedAnswer();
}

/** An answer that no Cognito gives: usually the endpoint is something else. */
export function unexpectedAnswer(): LocalizedError {
  return new LocalizedError("sign_in_unexpected_answer", {
    en: [
      "The sign-in service answered with something that is not Cognito's",
      "Check AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER, or any proxy between here and AWS.",
    ],
    ko: [
      "로그인 서비스가 Cognito의 것이 아닌 응답을 보냈습니다",
      "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER나, AWS로 가는 길의 프록시를 확인하세요.",
    ],
  });
}

const attributePrefix = "userAttributes.";

const requiredAttributes = z.array(z.string().regex(/^[\w.:-]{1,64}$/)).max(50);

/**
 * The attributes that `NEW_PASSWORD_REQUIRED` demands, without the prefix that Cognito puts before
 * their names.
 *
 * @param text the challenge's parameter `requiredAttributes`
 * @throws AppError `sign_in_unexpected_answer`
 */
export function parseRequiredAttributes(text = "[]"): readonly string[] {
  return parse(requiredAttributes, parseJson(text)).map((name) =>
    name.startsWith(attributePrefix) ? name.slice(attributePrefix.length) : name,
  );
}

/**
 * A list of names in a challenge's parameter, such as `MFAS_CAN_CHOOSE`.
 *
 * @throws AppError `sign_in_unexpected_answer`
 */
export function parseNames(text = "[]"): readonly string[] {
  return parse(z.array(z.string().regex(/^\w{1,40}$/)).max(20), parseJson(text));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text === "" ? "[]" : text);
  } catch {
    return null;
  }
}

/**
 * The part of a challenge's answer that carries attributes.
 *
 * @param attributes values by name, without prefix
 */
export function attributeResponses(
  attributes: Readonly<Record<string, string>>,
): Record<string, string> {
  const entries = Object.entries(attributes);
  return Object.fromEntries(entries.map(([name, value]) => [`${attributePrefix}${name}`, value]));
}
