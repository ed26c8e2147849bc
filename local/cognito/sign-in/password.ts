import { notAuthorized } from "../cognito-error.ts";
import { isPassword } from "../password-hash.ts";
import { SignInAttempts } from "../sign-in-attempts.ts";
import type { UserPool } from "../user-pool.ts";
import { type User, userKey } from "../users.ts";
import { requireActive } from "./steps.ts";

/**
 * Finds the user of a user name and checks the password. With `PreventUserExistenceErrors` enabled,
 * as here, an unknown name is treated as a known one with a wrong password: the same answer, the
 * same work, the same lockout.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html
 *
 * @param username as the caller spelled it
 * @param password in clear
 * @throws CognitoError
 */
export async function requirePassword(
  pool: UserPool,
  username: string,
  password: string,
): Promise<User> {
  const user = pool.users.find(username);
  if (user !== undefined) requireActive(user);
  return pool.stepQueue.run(userKey(username), async () => {
    const attempts = user?.passwordAttempts ?? unknownUserAttempts(pool, username);
    if (!attempts.begin(pool.now())) throw notAuthorized("Password attempts exceeded");
    const hash = user?.passwordHash ?? pool.decoyPasswordHash;
    const matches = await isPassword(password, hash);
    if (user === undefined || !matches) {
      attempts.fail(pool.now());
      throw notAuthorized("Incorrect username or password.");
    }
    attempts.succeed();
    return user;
  });
}

function unknownUserAttempts(pool: UserPool, username: string): SignInAttempts {
  // No user name is longer than this; what is stored for one that nobody has must not be either.
  const key = userKey(username).slice(0, 128);
  const attempts = pool.unknownUserAttempts.get(key) ?? new SignInAttempts();
  pool.unknownUserAttempts.set(key, attempts);
  return attempts;
}
