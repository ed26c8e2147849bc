import { z } from "zod";
import { requireAppClient, requireSecretHash } from "../app-clients.ts";
import { CognitoError, invalidParameter, notAuthorized } from "../cognito-error.ts";
import { deliver } from "../delivery.ts";
import { requirePolicy } from "../password-policy.ts";
import { requireActive } from "../sign-in/steps.ts";
import { setPassword, type User } from "../users.ts";
import {
  clientIdMember,
  confirmationCodeMember,
  passwordMember,
  secretHashMember,
  usernameMember,
} from "./members.ts";
import { defineOperation } from "./operation.ts";

const caller = {
  ClientId: clientIdMember,
  Username: usernameMember,
  SecretHash: secretHashMember.optional(),
};

/**
 * Sends a code to a user who has forgotten the password.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ForgotPassword.html
 */
export const forgotPassword = defineOperation({
  name: "ForgotPassword",
  input: z.object(caller),
  async handle(pool, { ClientId, Username, SecretHash }) {
    requireSecretHash(requireAppClient(pool.clients, ClientId), Username, SecretHash);
    const user = pool.users.findOrDecoy(Username);
    requireResettable(user);
    const code = user.confirmationCodes.create("ForgotPassword", pool.now());
    const message = { medium: "EMAIL", purpose: "ForgotPassword", code } as const;
    return { CodeDeliveryDetails: deliver(pool, user, message) };
  },
});

/**
 * Sets a new password for a user who has that code.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmForgotPassword.html
 */
export const confirmForgotPassword = defineOperation({
  name: "ConfirmForgotPassword",
  input: z.object({
    ...caller,
    ConfirmationCode: confirmationCodeMember,
    Password: passwordMember,
  }),
  async handle(pool, { ClientId, Username, SecretHash, ConfirmationCode: code, Password }) {
    requireSecretHash(requireAppClient(pool.clients, ClientId), Username, SecretHash);
    const user = pool.users.findOrDecoy(Username);
    requireResettable(user);
    user.confirmationCodes.redeem("ForgotPassword", code, pool.now(), () => {
      // A code that was never sent is guessed by nobody; were it, it would be of no use.
      if (user.isDecoy) throw new CognitoError("CodeMismatchException", "Invalid code");
      requirePolicy(Password);
      setPassword(user, Password);
      user.passwordAttempts.succeed();
    });
    return {};
  },
});

// A temporary password is replaced by signing in with it, or by an administrator.
function requireResettable(user: User): void {
  if (user.status === "FORCE_CHANGE_PASSWORD") {
    throw notAuthorized("User password cannot be reset in the current state.");
  }
  if (!user.isDecoy && user.attributes.get("email_verified") !== "true") {
    throw invalidParameter(
      "Cannot reset password for the user as there is no registered/verified email or phone_number",
    );
  }
  requireActive(user);
}
