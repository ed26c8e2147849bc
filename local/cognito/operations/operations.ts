import { getTokensFromRefreshToken } from "./get-tokens-from-refresh-token.ts";
import { getUser } from "./get-user.ts";
import { globalSignOut } from "./global-sign-out.ts";
import { initiateAuth } from "./initiate-auth.ts";
import type { Operation } from "./operation.ts";
import { respondToAuthChallenge } from "./respond-to-auth-challenge.ts";
import { revokeToken } from "./revoke-token.ts";

/** The operations of the API that this pool answers, by name. */
export const operations: ReadonlyMap<string, Operation> = new Map(
  [
    initiateAuth,
    respondToAuthChallenge,
    getTokensFromRefreshToken,
    getUser,
    revokeToken,
    globalSignOut,
  ].map((operation) => [operation.name, operation as Operation]),
);
