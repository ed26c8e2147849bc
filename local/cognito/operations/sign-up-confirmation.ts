import { z } from "zod";
import { requireAppClient, requireSecretHash } from "../app-clients.ts";
import { invalidParameter, notAuthorized } from "../cognito-error.ts";
import { deliver } from "../delivery.ts";
import {
  clientIdMember,
  confirmationCodeMember,
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
 * Confirms a user who signed up, and that the address is theirs.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmSignUp.html
 */
export const confirmSignUp = defineOperation({
  name: "ConfirmSignUp",
  input: z.object({ ...caller, ConfirmationCode: confirmationCodeMember }),
  async handle(pool, { ClientId, Username, SecretHash, ConfirmationCode: code }) {
    requireSecretHash(requireAppClient(pool.clients, ClientId), Username, SecretHash);
    const user = pool.users.findOrDecoy(Username);
    if (!user.isDecoy && user.status !== "UNCONFIRMED") {
      throw notAuthorized(`User cannot be confirmed. Current status is ${user.status}`);
    }
    user.confirmationCodes.redeem("ConfirmSignUp", code, pool.now(), () => {
      user.status = "CONFIRMED";
      user.attributes.set("email_verified", "true");
    });
    return {};
  },
});

/**
 * Sends the code for that once more.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ResendConfirmationCode.html
 */
export const resendConfirmationCode = defineOperation({
  name: "ResendConfirmationCode",
  input: z.object(caller),
  async handle(pool, { ClientId, Username, SecretHash }) {
    requireSecretHash(requireAppClient(pool.clients, ClientId), Username, SecretHash);
    const user = pool.users.findOrDecoy(Username);
    if (!user.isDecoy && user.status !== "UNCONFIRMED") {
      throw invalidParameter("User is already confirmed.");
    }
    const code = user.confirmationCodes.create("ConfirmSignUp", pool.now());
    const message = { medium: "EMAIL", purpose: "ConfirmSignUp", code } as const;
    return { CodeDeliveryDetails: deliver(pool, user, message) };
  },
});
