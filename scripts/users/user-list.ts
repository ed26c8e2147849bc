import {
  type CognitoIdentityProviderClient,
  paginateListGroups,
  paginateListUsers,
  paginateListUsersInGroup,
} from "@aws-sdk/client-cognito-identity-provider";
import { formatTable } from "../terminal/table.ts";
import { type UserPool, userFailure } from "./user-pool.ts";

export interface ListedUser {
  readonly name: string;
  readonly status: string;
  readonly isEnabled: boolean;
  readonly email: string;
  readonly groups: readonly string[];
  /** `null`: not asked for, because the list is long. */
  readonly secondFactors: readonly string[] | null;
}

// The factors of a user are a call of their own, and Cognito allows some dozens of them a second.
const mostAskedForFactors = 200;
const askedAtOnce = 5;

/** The pool's groups by name. */
export async function listGroups(
  cognito: CognitoIdentityProviderClient,
  poolId: string,
): Promise<readonly string[]> {
  const names: string[] = [];
  try {
    for await (const page of paginateListGroups({ client: cognito }, { UserPoolId: poolId })) {
      names.push(...(page.Groups ?? []).map(({ GroupName = "" }) => GroupName));
    }
  } catch (error) {
    throw userFailure(error, "cognito-idp:ListGroups", "", poolId);
  }
  return names.sort();
}

/**
 * The pool's users with groups and second factors, by name.
 *
 * @param prefix only those whose names begin so
 */
export async function listUsers(
  cognito: CognitoIdentityProviderClient,
  pool: UserPool,
  prefix = "",
): Promise<readonly ListedUser[]> {
  const [users, groupsOf] = await Promise.all([
    readUsers(cognito, pool.id, prefix),
    readMemberships(cognito, pool.id),
  ]);
  const isShort = users.length <= mostAskedForFactors;
  const listed: ListedUser[] = [];
  for (let start = 0; start < users.length; start += askedAtOnce) {
    const some = users.slice(start, start + askedAtOnce).map(async (user) => ({
      ...user,
      groups: groupsOf.get(user.name) ?? [],
      secondFactors: isShort ? ((await pool.findUser(user.name))?.secondFactors ?? []) : null,
    }));
    listed.push(...(await Promise.all(some)));
  }
  return listed.sort((a, b) => a.name.localeCompare(b.name));
}

async function readUsers(cognito: CognitoIdentityProviderClient, poolId: string, prefix: string) {
  // https://docs.aws.amazon.com/cognito/latest/developerguide/how-to-manage-user-accounts.html
  const filter = `username ^= "${prefix.replace(/["\\]/g, "\\$&")}"`;
  const users: Omit<ListedUser, "groups" | "secondFactors">[] = [];
  const pages = paginateListUsers(
    { client: cognito },
    { UserPoolId: poolId, ...(prefix !== "" && { Filter: filter }) },
  );
  try {
    for await (const page of pages) {
      for (const user of page.Users ?? []) {
        users.push({
          name: user.Username ?? "",
          status: user.UserStatus ?? "UNKNOWN",
          isEnabled: user.Enabled ?? false,
          email: user.Attributes?.find(({ Name }) => Name === "email")?.Value ?? "",
        });
      }
    }
  } catch (error) {
    throw userFailure(error, "cognito-idp:ListUsers", prefix, poolId);
  }
  return users;
}

/** Asked by group and not by user: there are few groups. */
async function readMemberships(
  cognito: CognitoIdentityProviderClient,
  poolId: string,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const groupsOf = new Map<string, string[]>();
  for (const group of await listGroups(cognito, poolId)) {
    const pages = paginateListUsersInGroup(
      { client: cognito },
      { UserPoolId: poolId, GroupName: group },
    );
    try {
      for await (const page of pages) {
        for (const { Username: name = "" } of page.Users ?? []) {
          groupsOf.set(name, [...(groupsOf.get(name) ?? []), group]);
        }
      }
    } catch (error) {
      throw userFailure(error, "cognito-idp:ListUsersInGroup", group, poolId);
    }
  }
  return groupsOf;
}

/** The list for a terminal. */
export function formatUsers(users: readonly ListedUser[]): readonly string[] {
  if (users.length === 0) return ["No such user. make user NAME=… GROUP=user makes one."];
  return formatTable([
    ["NAME", "STATE", "GROUPS", "SECOND FACTOR", "E-MAIL"],
    ...users.map((user) => [
      user.name,
      describeState(user),
      user.groups.join(", ") || "-",
      user.secondFactors === null ? "?" : user.secondFactors.map(describeFactor).join(", ") || "-",
      user.email || "-",
    ]),
  ]);
}

/** A user's state in words. */
export function describeState({
  status,
  isEnabled,
}: Pick<ListedUser, "status" | "isEnabled">): string {
  if (!isEnabled) return "disabled";
  return stateWords[status] ?? status.toLowerCase().replaceAll("_", " ");
}

// https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html
const stateWords: Readonly<Record<string, string>> = {
  CONFIRMED: "ok",
  FORCE_CHANGE_PASSWORD: "must set a password",
  RESET_REQUIRED: "must reset the password",
  UNCONFIRMED: "not confirmed",
};

function describeFactor(factor: string): string {
  const words: Readonly<Record<string, string>> = {
    SOFTWARE_TOKEN_MFA: "authenticator app",
    SMS_MFA: "SMS",
    EMAIL_OTP: "e-mail",
  };
  return words[factor] ?? factor;
}
