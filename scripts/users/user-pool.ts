import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminGetUserCommand,
  AdminSetUserMFAPreferenceCommand,
  AdminSetUserPasswordCommand,
  AdminUpdateUserAttributesCommand,
  AdminUserGlobalSignOutCommand,
  type CognitoIdentityProviderClient,
} from "@aws-sdk/client-cognito-identity-provider";
import { AppError } from "@cleanauth/common/app-error.ts";
import { awsErrorName, awsFailure } from "../aws/aws-failure.ts";

/** A user as the pool keeps it; no password, no token. */
export interface PoolUser {
  readonly name: string;
  /** Cognito's word: `CONFIRMED`, `FORCE_CHANGE_PASSWORD`, … */
  readonly status: string;
  readonly isEnabled: boolean;
  readonly email: string;
  /** `SOFTWARE_TOKEN_MFA`, `SMS_MFA`, `EMAIL_OTP`: those that are asked for at sign-in. */
  readonly secondFactors: readonly string[];
}

/** What an operator may do to the users of one pool. Every call throws AppError `user_…`, `aws_…`. */
export interface UserPool {
  readonly id: string;
  findUser(name: string): Promise<PoolUser | null>;
  /** Makes a user that cannot sign in before a password is set; no message is sent. */
  create(name: string, email: string | null): Promise<void>;
  setEmail(name: string, email: string): Promise<void>;
  /** @returns what the pool's policy has against the password, or `null` when it is set */
  setPassword(name: string, password: string): Promise<string | null>;
  addToGroup(name: string, group: string): Promise<void>;
  enable(name: string): Promise<void>;
  disable(name: string): Promise<void>;
  delete(name: string): Promise<void>;
  /** From then on, the password alone signs in, until the user sets a factor up again. */
  removeSecondFactors(user: PoolUser): Promise<void>;
  /** Takes back every refresh token. Access tokens that are out live until they expire. */
  signOutEverywhere(name: string): Promise<void>;
}

/** @param cognito a client of the pool's region */
export function createUserPool(cognito: CognitoIdentityProviderClient, id: string): UserPool {
  const user = (name: string) => ({ UserPoolId: id, Username: name });
  /** Makes the call; a failure is worded for the user that it was about. */
  async function call<Result>(action: string, name: string, send: () => Promise<Result>) {
    try {
      return await send();
    } catch (error) {
      throw userFailure(error, `cognito-idp:${action}`, name, id);
    }
  }

  return {
    id,
    async findUser(name) {
      try {
        const answer = await cognito.send(new AdminGetUserCommand(user(name)));
        return {
          name: answer.Username ?? name,
          status: answer.UserStatus ?? "UNKNOWN",
          isEnabled: answer.Enabled ?? false,
          email: answer.UserAttributes?.find(({ Name }) => Name === "email")?.Value ?? "",
          secondFactors: answer.UserMFASettingList ?? [],
        };
      } catch (error) {
        if (awsErrorName(error) === "UserNotFoundException") return null;
        throw userFailure(error, "cognito-idp:AdminGetUser", name, id);
      }
    },
    async create(name, email) {
      await call("AdminCreateUser", name, () =>
        cognito.send(
          new AdminCreateUserCommand({
            ...user(name),
            // The operator hands the password over; Cognito would mail one of its own.
            MessageAction: "SUPPRESS",
            ...(email !== null && { UserAttributes: emailAttributes(email) }),
          }),
        ),
      );
    },
    async setEmail(name, email) {
      await call("AdminUpdateUserAttributes", name, () =>
        cognito.send(
          new AdminUpdateUserAttributesCommand({
            ...user(name),
            UserAttributes: emailAttributes(email),
          }),
        ),
      );
    },
    async setPassword(name, password) {
      try {
        await cognito.send(
          new AdminSetUserPasswordCommand({ ...user(name), Password: password, Permanent: true }),
        );
        return null;
      } catch (error) {
        const refusals = ["InvalidPasswordException", "PasswordHistoryPolicyViolationException"];
        if (refusals.includes(awsErrorName(error))) return (error as Error).message;
        // A password with a space at its end, for instance. What Cognito says could quote it.
        if (awsErrorName(error) === "InvalidParameterException") {
          return "Cognito takes no password like that: no spaces at its ends, 256 characters at most";
        }
        throw userFailure(error, "cognito-idp:AdminSetUserPassword", name, id);
      }
    },
    async addToGroup(name, group) {
      await call("AdminAddUserToGroup", name, () =>
        cognito.send(new AdminAddUserToGroupCommand({ ...user(name), GroupName: group })),
      );
    },
    async enable(name) {
      await call("AdminEnableUser", name, () =>
        cognito.send(new AdminEnableUserCommand(user(name))),
      );
    },
    async disable(name) {
      await call("AdminDisableUser", name, () =>
        cognito.send(new AdminDisableUserCommand(user(name))),
      );
    },
    async delete(name) {
      await call("AdminDeleteUser", name, () =>
        cognito.send(new AdminDeleteUserCommand(user(name))),
      );
    },
    async removeSecondFactors({ name, secondFactors }) {
      const off = { Enabled: false, PreferredMfa: false };
      await call("AdminSetUserMFAPreference", name, () =>
        cognito.send(
          new AdminSetUserMFAPreferenceCommand({
            ...user(name),
            // Only what is on: Cognito refuses settings of a factor that the pool does not offer.
            ...(secondFactors.includes("SOFTWARE_TOKEN_MFA") && { SoftwareTokenMfaSettings: off }),
            ...(secondFactors.includes("SMS_MFA") && { SMSMfaSettings: off }),
            ...(secondFactors.includes("EMAIL_OTP") && { EmailMfaSettings: off }),
          }),
        ),
      );
    },
    async signOutEverywhere(name) {
      await call("AdminUserGlobalSignOut", name, () =>
        cognito.send(new AdminUserGlobalSignOutCommand(user(name))),
      );
    },
  };
}

// An address that the operator vouches for; an unverified one could not be used to recover.
function emailAttributes(email: string) {
  return [
    { Name: "email", Value: email },
    { Name: "email_verified", Value: "true" },
  ];
}

/** Words what Cognito refused, for a person who knows the user's name and not Cognito's errors. */
export function userFailure(
  error: unknown,
  action: string,
  name: string,
  poolId: string,
): AppError {
  const said = error instanceof Error ? error.message : "";
  switch (awsErrorName(error)) {
    case "UserNotFoundException":
      return unknownUser(name, poolId);
    case "UsernameExistsException":
    case "AliasExistsException":
      return new AppError(
        "user_taken",
        `${name}, or its e-mail address, belongs to another user of ${poolId}`,
        "Look with make users, and take another one.",
        { cause: error },
      );
    case "ResourceNotFoundException":
      return new AppError(
        "user_pool_unknown",
        `Cognito does not know ${poolId}, or not that part of it: ${said}`,
        "Read the stack's outputs again with make outputs, and see that AWS_PROFILE is of the pool's account.",
        { cause: error },
      );
    case "InvalidParameterException":
      return new AppError(
        "usage_user_refused",
        `Cognito takes no such user: ${said}`,
        "Some pools want an e-mail address as NAME, or EMAIL beside it.",
        { cause: error },
      );
    default:
      return awsFailure(error, action, poolId);
  }
}

export function unknownUser(name: string, poolId: string): AppError {
  return new AppError(
    "user_unknown",
    `There is no user ${name} in ${poolId}`,
    "make users lists those there are.",
  );
}
