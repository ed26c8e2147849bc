import { AppError } from "@cleanauth/common/app-error.ts";
import type { GroupName } from "@cleanauth/common/scopes-and-groups.ts";
import { describeState } from "./user-list.ts";
import type { UserPool } from "./user-pool.ts";

/** The user that an operator wants there to be. */
export interface WantedUser {
  readonly name: string;
  readonly email: string | null;
  readonly group: string | null;
}

/** How the operator is spoken to. */
export interface Dialogue {
  say(text: string): void;
  /**
   * Asks for the password.
   *
   * @param refusal what the pool had against the one before; `null` the first time
   * @returns `null` when there is no other one to be had
   */
  askPassword(refusal: string | null): Promise<string | null>;
}

/** A password sign-in yields no scope of the server's: what its user may do comes from a group. */
const usualGroup: GroupName = "user";

/**
 * Creates a user, or gives one that is there a new password. A user that was made here and got no
 * password in the end is taken away again. A new user for whom no group is named is put into the one
 * that may use the tools, where the pool has it.
 *
 * @param groups the groups of the pool
 * @throws AppError `usage_user_group` before anything is done; `user_password_refused` when the pool's
 *   policy refuses the last password there is
 */
export async function setUser(
  pool: UserPool,
  groups: readonly string[],
  wanted: WantedUser,
  dialogue: Dialogue,
): Promise<void> {
  const { name, email } = wanted;
  if (wanted.group !== null && !groups.includes(wanted.group)) {
    throw noSuchGroup(wanted.group, groups);
  }
  const existing = await pool.findUser(name);
  const joinsUsualGroup = existing === null && groups.includes(usualGroup);
  const group = wanted.group ?? (joinsUsualGroup ? usualGroup : null);
  dialogue.say(
    existing === null
      ? `${name} is new in ${pool.id}.`
      : `${name} is in ${pool.id} already (${describeState(existing)}): this sets a new password.`,
  );

  if (existing === null) await createWithPassword(pool, wanted, dialogue);
  else await setAcceptedPassword(pool, name, dialogue, await dialogue.askPassword(null));
  if (existing !== null) {
    if (email !== null) await pool.setEmail(name, email);
    // Whoever had the old password is to be out.
    await pool.signOutEverywhere(name);
  }
  if (group !== null) await pool.addToGroup(name, group);

  dialogue.say(existing === null ? `${name} can sign in.` : `${name} has a new password.`);
  if (group !== null) dialogue.say(`${name} is in group ${group}.`);
  if (existing?.isEnabled === false) {
    dialogue.say(`${name} is still disabled: make user NAME=${name} ARGS=enable lets it in.`);
  }
}

async function createWithPassword(
  pool: UserPool,
  { name, email }: WantedUser,
  dialogue: Dialogue,
): Promise<void> {
  // Asked for first: who has second thoughts leaves nothing behind.
  const password = await dialogue.askPassword(null);
  await pool.create(name, email);
  try {
    await setAcceptedPassword(pool, name, dialogue, password);
  } catch (error) {
    await pool.delete(name);
    throw error;
  }
}

async function setAcceptedPassword(
  pool: UserPool,
  name: string,
  dialogue: Dialogue,
  first: string | null,
): Promise<void> {
  let password = first;
  let refusal = "there is none";
  while (password !== null) {
    const said = await pool.setPassword(name, password);
    if (said === null) return;
    refusal = said;
    password = await dialogue.askPassword(refusal);
  }
  throw new AppError(
    "user_password_refused",
    `The pool does not take the password: ${refusal}`,
    "Choose another one and run again; nothing was changed.",
  );
}

function noSuchGroup(group: string, groups: readonly string[]): AppError {
  return new AppError(
    "usage_user_group",
    `The pool has no group ${group}`,
    groups.length === 0 ? "It has none at all." : `It has: ${groups.join(", ")}.`,
  );
}
