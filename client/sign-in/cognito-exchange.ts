import { type ExchangeDetails, maskedDetails } from "../exchange.ts";

/** The members of Cognito's requests and answers that are no secret. */
const shownMembers = new Set([
  "AuthFlow",
  "AvailableChallenges",
  "AttributeName",
  "ChallengeName",
  "ClientId",
  "CODE_DELIVERY_DELIVERY_MEDIUM",
  "CODE_DELIVERY_DESTINATION",
  "DeliveryMedium",
  "Destination",
  "ExpiresIn",
  "FRIENDLY_DEVICE_NAME",
  "FriendlyDeviceName",
  "MFAS_CAN_CHOOSE",
  "MFAS_CAN_SETUP",
  "PREFERRED_CHALLENGE",
  "Status",
  "TIMESTAMP",
  "TokenType",
  "USERNAME",
  "USER_ID_FOR_SRP",
  "Username",
  "requiredAttributes",
]);

/** Members that hold others, which are shown in their place. */
const nestedMembers = new Set([
  "AuthParameters",
  "AuthenticationResult",
  "ChallengeParameters",
  "ChallengeResponses",
  "CodeDeliveryDetails",
]);

const shownClaims = new Set([
  "iss",
  "sub",
  "client_id",
  "token_use",
  "scope",
  "username",
  "cognito:groups",
  "auth_time",
  "iat",
  "exp",
  "aud",
]);

/**
 * What of a request to Cognito or of its answer may be shown. Of an access token those are its
 * claims.
 *
 * @param message the input of an operation, or its output
 */
export function cognitoDetails(message: unknown): ExchangeDetails {
  if (typeof message !== "object" || message === null) return {};
  const members: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(message)) {
    if (name === "$metadata") continue;
    if (nestedMembers.has(name)) Object.assign(members, value);
    else members[name] = value;
  }
  return {
    ...maskedDetails(members, shownMembers),
    // Which of the ways was chosen is no secret; any other ANSWER is one.
    ...(isChoice(members) ? { ANSWER: String(members.ANSWER) } : {}),
    ...claimsOf(members.AccessToken),
  };
}

function isChoice({ ChallengeName: name, ANSWER: answer }: Record<string, unknown>): boolean {
  return (name === "SELECT_MFA_TYPE" || name === "SELECT_CHALLENGE") && answer !== undefined;
}

/**
 * The claims of a token that say whom it was issued to and for what.
 *
 * @param token anything; what is no JWT has no claims
 */
export function claimsOf(token: unknown): ExchangeDetails {
  if (typeof token !== "string") return {};
  try {
    const payload = Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8");
    const claims = Object.entries(JSON.parse(payload) as Record<string, unknown>);
    const shown = claims.filter(([name]) => shownClaims.has(name));
    return maskedDetails(
      Object.fromEntries(shown.map(([name, value]) => [`access token: ${name}`, value])),
      new Set(shown.map(([name]) => `access token: ${name}`)),
    );
  } catch {
    return {};
  }
}
