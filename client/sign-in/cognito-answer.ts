import { AppError } from "@cleanauth/common/app-error.ts";
import { z } from "zod";
import { stripToLine } from "../terminal-text.ts";
import type { Challenge } from "./sign-in.ts";

/** The tokens that Cognito handed out. */
export interface IssuedTokens {
  readonly accessToken: string;
  /** Absent after a refresh when the pool does not rotate refresh tokens. */
  readonly refreshToken?: string;
  /** How long the access token holds from now on, in seconds. */
  readonly expiresInSeconds?: number;
}

/** Where a sign-in stands after an answer of Cognito's. */
export type CognitoStep =
  | { kind: "signed_in"; issued: IssuedTokens }
  | {
      kind: "challenge";
      challenge: Challenge;
      /** What the next answer has to carry; useless without it. */
      session: string;
      /** The name that the next answer goes by: the user's own one, not an alias. */
      username: string;
    };

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
});

/**
 * Decides what comes next after `InitiateAuth`, `RespondToAuthChallenge` or
 * `GetTokensFromRefreshToken`.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html
 *
 * @param answer what Cognito answered
 * @param username the name that was sent
 * @throws AppError `sign_in_unsupported_challenge` or `sign_in_unexpected_answer`
 */
export function decideStep(answer: unknown, username: string): CognitoStep {
  const parsed = authAnswer.safeParse(answer);
  if (!parsed.success) throw unexpectedAnswer();
  const { AuthenticationResult: result, ChallengeName: name, Session: session } = parsed.data;
  const parameters = parsed.data.ChallengeParameters ?? {};
  if (name !== undefined) {
    const challenge = parseChallenge(name, parameters);
    if (session === undefined) throw unexpectedAnswer();
    return {
      kind: "challenge",
      challenge,
      session,
      username: parameters.USER_ID_FOR_SRP ?? username,
    };
  }
  if (result === undefined) throw unexpectedAnswer();
  const { AccessToken: accessToken, RefreshToken: refreshToken, ExpiresIn: seconds } = result;
  return {
    kind: "signed_in",
    issued: {
      accessToken,
      ...(refreshToken === undefined ? {} : { refreshToken }),
      ...(seconds === undefined ? {} : { expiresInSeconds: seconds }),
    },
  };
}

/** An answer that no Cognito gives: usually the endpoint is something else. */
export function unexpectedAnswer(): AppError {
  return new AppError(
    "sign_in_unexpected_answer",
    "The sign-in service answered with something that is not Cognito's",
    "Check AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER, or any proxy between here and AWS.",
  );
}

function parseChallenge(name: string, parameters: Readonly<Record<string, string>>): Challenge {
  switch (name) {
    case "SOFTWARE_TOKEN_MFA":
      return { name };
    case "NEW_PASSWORD_REQUIRED":
      return { name, requiredAttributes: parseRequiredAttributes(parameters.requiredAttributes) };
    case "MFA_SETUP":
      throw new AppError(
        "sign_in_unsupported_challenge",
        "This user has to set up a second factor first (MFA_SETUP)",
        "Set it up in the managed login page, or ask an administrator; then sign in again.",
      );
    default:
      throw new AppError(
        "sign_in_unsupported_challenge",
        `Cognito asks for ${stripToLine(name, 60)}, which this client cannot answer`,
        "Sign in as a user who needs a password and, at most, a code from an authenticator app.",
      );
  }
}

const attributePrefix = "userAttributes.";

const requiredAttributes = z.array(z.string().regex(/^[\w.:-]{1,64}$/)).max(50);

/** Names without the prefix that Cognito puts before them. */
function parseRequiredAttributes(text = "[]"): readonly string[] {
  let names: unknown;
  try {
    names = JSON.parse(text === "" ? "[]" : text);
  } catch {
    throw unexpectedAnswer();
  }
  const parsed = requiredAttributes.safeParse(names);
  if (!parsed.success) throw unexpectedAnswer();
  return parsed.data.map((name) =>
    name.startsWith(attributePrefix) ? name.slice(attributePrefix.length) : name,
  );
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
