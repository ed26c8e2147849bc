import type { PasswordHash } from "./password-hash.ts";
import { hashPassword } from "./password-hash.ts";
import { SignInAttempts } from "./sign-in-attempts.ts";
import { createSoftwareToken, type SoftwareToken } from "./software-token.ts";

export type UserStatus = "CONFIRMED" | "FORCE_CHANGE_PASSWORD" | "UNCONFIRMED";

/** A user as the pool is given one. */
export interface UserProfile {
  /** As it stands in tokens: lower case, since the pool compares names without regard to case. */
  readonly username: string;
  /** The `sub` claim, a UUID. */
  readonly subject: string;
  readonly groups: readonly string[];
  /** Standard attributes by name, `sub` apart. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly status: UserStatus;
  readonly enabled: boolean;
  /** Base32; the user is asked for a code when it is there. */
  readonly totpSecret?: string;
}

/** A user as the pool keeps one. */
export interface User {
  readonly username: string;
  readonly subject: string;
  readonly groups: readonly string[];
  readonly attributes: Map<string, string>;
  status: UserStatus;
  enabled: boolean;
  passwordHash: PasswordHash;
  readonly softwareToken: SoftwareToken | null;
  readonly passwordAttempts: SignInAttempts;
  /**
   * Counted apart from the passwords: whoever has the password could otherwise start the count of
   * wrong codes again by giving it once more.
   */
  readonly codeAttempts: SignInAttempts;
}

/** The pool's users by name; names compare without regard to case, as in every new pool. */
export class UserStore {
  readonly #users = new Map<string, User>();

  /**
   * @param profile who to add
   * @param password in clear; kept as a hash alone
   * @throws AppError `configuration_totp_secret` when the profile's TOTP secret cannot be used
   */
  async add(profile: UserProfile, password: string): Promise<void> {
    const { username, subject, groups, status, enabled, totpSecret } = profile;
    const softwareToken = totpSecret === undefined ? null : createSoftwareToken(totpSecret);
    this.#users.set(userKey(username), {
      username,
      subject,
      groups,
      attributes: new Map(Object.entries(profile.attributes)),
      status,
      enabled,
      passwordHash: await hashPassword(password),
      softwareToken,
      passwordAttempts: new SignInAttempts(),
      codeAttempts: new SignInAttempts(),
    });
  }

  find(username: string): User | undefined {
    return this.#users.get(userKey(username));
  }
}

/** What two spellings of one user name have in common. */
export function userKey(username: string): string {
  return username.toLowerCase();
}
