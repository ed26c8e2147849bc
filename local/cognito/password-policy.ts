import { CognitoError } from "./cognito-error.ts";

/**
 * What a password breaks of the policy that Cognito gives a new pool: 8 to 256 characters with
 * upper case, lower case, a number and a symbol, each from Basic Latin.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html
 *
 * @param password the new password in clear
 * @returns the first rule that is broken, in Cognito's words, or null
 */
export function violatedPasswordRule(password: string): string | null {
  if (password.length < 8) return "Password not long enough";
  const broken = rules.find(([holds]) => !holds(password));
  return broken === undefined ? null : broken[1];
}

const rules: readonly (readonly [holds: (password: string) => boolean, message: string])[] = [
  [(password) => password.length <= 256, "Password must have length less than or equal to 256"],
  [(password) => /[A-Z]/.test(password), "Password must have uppercase characters"],
  [(password) => /[a-z]/.test(password), "Password must have lowercase characters"],
  [(password) => /[0-9]/.test(password), "Password must have numeric characters"],
  // A space counts unless it stands first or last.
  [
    (password) => /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+ -]/.test(password.trim()),
    "Password must have symbol characters",
  ],
];

/**
 * @param password the new password in clear
 * @throws CognitoError `InvalidPasswordException` with the first rule that is broken
 */
export function requirePolicy(password: string): void {
  const rule = violatedPasswordRule(password);
  if (rule === null) return;
  throw new CognitoError(
    "InvalidPasswordException",
    `Password did not conform with policy: ${rule}`,
  );
}
