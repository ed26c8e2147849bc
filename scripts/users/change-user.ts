import type { PoolUser, UserPool } from "./user-pool.ts";
import type { UserAction } from "./user-settings.ts";

/**
 * Changes a user that is there.
 *
 * @returns what to say of it
 */
export async function changeUser(
  pool: UserPool,
  user: PoolUser,
  action: Exclude<UserAction, "set">,
): Promise<string> {
  const { name } = user;
  switch (action) {
    case "disable":
      await pool.disable(name);
      await pool.signOutEverywhere(name);
      return `${name} is disabled and signed out. Access tokens that are out live for some minutes still.`;
    case "enable":
      await pool.enable(name);
      return `${name} is enabled.`;
    case "delete":
      await pool.delete(name);
      return `${name} is deleted.`;
    case "reset-mfa":
      if (user.secondFactors.length === 0) return `${name} has no second factor.`;
      await pool.removeSecondFactors(user);
      return `${name} signs in with the password alone, until a second factor is set up again.`;
  }
}
