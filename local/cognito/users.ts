import { createHmac, randomBytes } from "node:crypto";
import { BoundedMap } from "./bounded-map.ts";
import type { ConfirmationCodes } from "./confirmation-codes.ts";
import { createConfirmationCodes } from "./confirmation-codes.ts";
import { SignInAttempts } from "./sign-in-attempts.ts";
import { createSoftwareToken, type SoftwareToken } from "./software-token.ts";
import { srpGroup } from "./srp/group.ts";
import { createPasswordVerifier, type PasswordVerifier } from "./srp/password-verifier.ts";

export type UserStatus = "CONFIRMED" | "FORCE_CHANGE_PASSWORD" | "RESET_REQUIRED" | "UNCONFIRMED";

/** A second factor by its challenge's name. */
export type MfaMethod = "SOFTWARE_TOKEN_MFA" | "SMS_MFA" | "EMAIL_OTP";

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
  /** The second factors by mail and SMS that the user has; none unless given. */
  readonly mfaByCode?: readonly ("SMS_MFA" | "EMAIL_OTP")[];
  /** Whether the user has to set up a second factor, as all have to where the pool demands one. */
  readonly mustSetUpMfa?: boolean;
}

/** A user as the pool keeps one. */
export interface User {
  readonly username: string;
  readonly subject: string;
  readonly groups: readonly string[];
  readonly attributes: Map<string, string>;
  status: UserStatus;
  enabled: boolean;
  password: PasswordVerifier;
  softwareToken: SoftwareToken | null;
  readonly mfaByCode: readonly ("SMS_MFA" | "EMAIL_OTP")[];
  readonly mustSetUpMfa: boolean;
  readonly passwordAttempts: SignInAttempts;
  /**
   * Counted apart from the passwords: whoever has the password could otherwise start the count of
   * wrong codes again by giving it once more.
   */
  readonly codeAttempts: SignInAttempts;
  readonly confirmationCodes: ConfirmationCodes;
  /** Stands for a name that nobody has. No password is its, and no message reaches it. */
  readonly isDecoy: boolean;
}

/** The pool's users by name; names compare without regard to case, as in every new pool. */
export class UserStore {
  readonly #users = new Map<string, User>();
  /** Names that no user has are locked out like those that one has. */
  readonly #decoys = new BoundedMap<string, User>(10_000);
  readonly #poolName: string;
  readonly #decoySalt = randomBytes(32);

  /** @param poolName the pool's id without the region */
  constructor(poolName: string) {
    this.#poolName = poolName;
  }

  /**
   * @param profile who to add
   * @param password in clear; kept as an SRP verifier alone
   * @throws AppError `configuration_totp_secret` when the profile's TOTP secret cannot be used
   */
  add(profile: UserProfile, password: string): void {
    const { username, totpSecret } = profile;
    const identity = { poolName: this.#poolName, userId: username };
    this.#users.set(userKey(username), {
      ...profile,
      attributes: new Map(Object.entries(profile.attributes)),
      password: createPasswordVerifier(identity, password),
      softwareToken: totpSecret === undefined ? null : createSoftwareToken(totpSecret),
      mfaByCode: profile.mfaByCode ?? [],
      mustSetUpMfa: profile.mustSetUpMfa ?? false,
      ...freshCounts(),
      isDecoy: false,
    });
  }

  find(username: string): User | undefined {
    return this.#users.get(userKey(username));
  }

  /**
   * Finds a user; a name that nobody has gets one who cannot sign in and looks like any other.
   *
   * @param username as the caller spelled it
   */
  findOrDecoy(username: string): User {
    // No user name is longer than this; what is stored for one that nobody has must not be either.
    const key = userKey(username).slice(0, 128);
    const known = this.find(username) ?? this.#decoys.get(key);
    if (known !== undefined) return known;
    const decoy = this.#createDecoy(key);
    this.#decoys.set(key, decoy);
    return decoy;
  }

  // The salt is the same each time that somebody asks, as a user's is.
  #createDecoy(username: string): User {
    const salt = createHmac("sha256", this.#decoySalt).update(username).digest().subarray(0, 16);
    const verifier = BigInt(`0x${randomBytes(384).toString("hex")}`) % srpGroup().N;
    return {
      username,
      subject: "",
      groups: [],
      attributes: new Map(),
      status: "CONFIRMED",
      enabled: true,
      password: {
        identity: { poolName: this.#poolName, userId: username },
        salt: BigInt(`0x${salt.toString("hex")}`),
        verifier,
      },
      softwareToken: null,
      mfaByCode: [],
      mustSetUpMfa: false,
      ...freshCounts(),
      isDecoy: true,
    };
  }
}

function freshCounts() {
  return {
    passwordAttempts: new SignInAttempts(),
    codeAttempts: new SignInAttempts(),
    confirmationCodes: createConfirmationCodes(),
  };
}

/**
 * Gives a user a password of their own; one that was temporary, or to be reset, is so no longer.
 *
 * @param password in clear
 */
export function setPassword(user: User, password: string): void {
  user.password = createPasswordVerifier(user.password.identity, password);
  user.status = "CONFIRMED";
}

/** What two spellings of one user name have in common. */
export function userKey(username: string): string {
  return username.toLowerCase();
}
