import { confirmForgotPassword, forgotPassword } from "./forgotten-password.ts";
import { getTokensFromRefreshToken } from "./get-tokens-from-refresh-token.ts";
import { getUser } from "./get-user.ts";
import { globalSignOut } from "./global-sign-out.ts";
import { initiateAuth } from "./initiate-auth.ts";
import type { Operation } from "./operation.ts";
import { respondToAuthChallenge } from "./respond-to-auth-challenge.ts";
import { revokeToken } from "./revoke-token.ts";
import { confirmSignUp, resendConfirmationCode } from "./sign-up-confirmation.ts";
import { associateSoftwareToken, verifySoftwareToken } from "./software-token-setup.ts";

/** The operations of the API that this pool answers, by name. */
export const operations: ReadonlyMap<string, Operation> = new Map(
  [
    initiateAuth,
    respondToAuthChallenge,
    associateSoftwareToken,
    verifySoftwareToken,
    forgotPassword,
    confirmForgotPassword,
    confirmSignUp,
    resendConfirmationCode,
    getTokensFromRefreshToken,
    getUser,
    revokeToken,
    globalSignOut,
  ].map((operation) => [operation.name, operation as Operation]),
);
