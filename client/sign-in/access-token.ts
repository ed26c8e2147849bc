import { z } from "zod";
import { stripToLine } from "../terminal-text.ts";
import { unexpectedAnswer } from "./cognito-answer.ts";
import type { Identity } from "./sign-in.ts";

const accessTokenClaims = z.object({
  iss: z.string().min(1),
  sub: z.string().min(1),
  /** A machine's token (`client_credentials`) names none. */
  username: z.string().min(1).optional(),
  "cognito:groups": z.array(z.string()).default([]),
  iat: z.number().int(),
  exp: z.number().int(),
});

/**
 * Reads what an access token says about its user, to show it. It is not verified here: the client
 * trusts what Cognito handed to it, and the server is the one to check it.
 *
 * @param accessToken a JWT
 * @returns the user, or the app client that stands for itself, and for how many seconds the token was issued
 * @throws AppError `sign_in_unexpected_answer` when it is no access token of a user pool
 */
export function readAccessToken(accessToken: string): {
  identity: Identity;
  lifetimeSeconds: number;
} {
  const parsed = accessTokenClaims.safeParse(decodePayload(accessToken));
  if (!parsed.success) throw unexpectedAnswer();
  const { iss, sub, username = sub, "cognito:groups": groups, iat, exp } = parsed.data;
  return {
    identity: {
      issuer: stripToLine(iss),
      subject: stripToLine(sub),
      username: stripToLine(username),
      groups: groups.map((group) => stripToLine(group)),
    },
    lifetimeSeconds: exp - iat,
  };
}

/**
 * The same for a token that may be one which only its server can read.
 *
 * @param accessToken any token
 * @param issuer who issued it; without it, it has to be an access token of a user pool
 */
export function identifyToken(
  accessToken: string,
  issuer: string | undefined,
): ReturnType<typeof readAccessToken> {
  if (issuer === undefined || accessTokenClaims.safeParse(decodePayload(accessToken)).success) {
    return readAccessToken(accessToken);
  }
  const unknown = { issuer, subject: "unknown", username: "unknown", groups: [] };
  return { identity: unknown, lifetimeSeconds: unknownLifetimeSeconds };
}

/** Where neither token nor answer says: until the server refuses it. */
const unknownLifetimeSeconds = 3_600;

function decodePayload(token: string): unknown {
  const payload = token.split(".")[1] ?? "";
  try {
    return JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
  } catch {
    return null;
  }
}
