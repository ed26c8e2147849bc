import type { AuthParameters } from "../app-clients.ts";
import { invalidParameter, missingParameter, notAuthorized } from "../cognito-error.ts";
import { requirePolicy } from "../password-policy.ts";
import type { UserPool } from "../user-pool.ts";
import { setPassword, type User } from "../users.ts";
import type { Question } from "./challenge.ts";

const attributePrefix = "userAttributes.";

/**
 * Asked of a user whose password is temporary: a password of their own, and the attributes that the
 * pool demands and the user still lacks.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html
 */
export function askNewPassword(pool: UserPool, user: User): Question {
  const lacking = pool.requiredAttributes.filter((name) => !user.attributes.has(name));
  return {
    name: "NEW_PASSWORD_REQUIRED",
    stage: "new password",
    parameters: {
      USER_ID_FOR_SRP: user.username,
      requiredAttributes: JSON.stringify(lacking.map((name) => `${attributePrefix}${name}`)),
      userAttributes: JSON.stringify(Object.fromEntries(user.attributes)),
    },
    take(answer) {
      // Another session may have answered in the meantime: whoever still holds a session from the
      // days of a temporary password must not set the password once more.
      if (user.status !== "FORCE_CHANGE_PASSWORD") {
        throw notAuthorized("Invalid session for the user.");
      }
      const password = answer.NEW_PASSWORD;
      if (password === undefined || password === "") throw missingParameter("NEW_PASSWORD");
      requirePolicy(password);
      const given = attributesOf(answer);
      for (const [name, value] of given) requireWritable(user, name, value);
      const missing = lacking.find((name) => !user.attributes.has(name) && !given.has(name));
      if (missing !== undefined) {
        throw invalidParameter(`Invalid attributes given, ${missing} is missing`);
      }
      setPassword(user, password);
      for (const [name, value] of given) user.attributes.set(name, value);
      return null;
    },
  };
}

function attributesOf(answer: AuthParameters): Map<string, string> {
  const given = Object.entries(answer)
    .filter(([name, value]) => name.startsWith(attributePrefix) && value !== "")
    .map(([name, value]) => [name.slice(attributePrefix.length), value] as const);
  return new Map(given);
}

// OpenID Connect Core 1.0, section 5.1, as far as Cognito has them.
const writableAttributes = new Set([
  "address",
  "birthdate",
  "email",
  "family_name",
  "gender",
  "given_name",
  "locale",
  "middle_name",
  "name",
  "nickname",
  "phone_number",
  "picture",
  "preferred_username",
  "profile",
  "updated_at",
  "website",
  "zoneinfo",
]);
const unwritableAttributes = new Set(["sub", "email_verified", "phone_number_verified"]);

function requireWritable(user: User, name: string, value: string): void {
  if (unwritableAttributes.has(name)) {
    throw notAuthorized("A client attempted to write unauthorized attribute");
  }
  if (!writableAttributes.has(name)) {
    throw invalidParameter(`user.${name}: Attribute does not exist in the schema.\n`);
  }
  if (value.length > 2048) {
    throw invalidParameter(`user.${name}: String must be no longer than 2048 characters`);
  }
  if (user.attributes.has(name)) throw notAuthorized(`Cannot modify an already provided ${name}`);
}
