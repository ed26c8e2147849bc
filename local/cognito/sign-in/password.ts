import { missingParameter, notAuthorized } from "../cognito-error.ts";
import { isPassword } from "../srp/password-verifier.ts";
import type { UserPool } from "../user-pool.ts";
import type { User } from "../users.ts";

/**
 * Checks a user's password.
 *
 * @param password in clear
 * @throws CognitoError
 */
export function requirePassword(pool: UserPool, user: User, password: string | undefined): void {
  if (password === undefined || password === "") throw missingParameter("PASSWORD");
  tryPassword(pool, user, () => isPassword(password, user.password));
}

/**
 * Lets somebody try whether they know a user's password, unless the user is locked out.
 *
 * @param isRight whether they do
 * @throws CognitoError
 */
export function tryPassword(pool: UserPool, user: User, isRight: () => boolean): void {
  const { passwordAttempts: attempts } = user;
  if (!attempts.begin(pool.now())) throw notAuthorized("Password attempts exceeded");
  if (!isRight() || user.isDecoy) {
    attempts.fail(pool.now());
    throw notAuthorized("Incorrect username or password.");
  }
  attempts.succeed();
}
