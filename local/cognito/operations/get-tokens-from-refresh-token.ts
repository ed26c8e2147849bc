import { z } from "zod";
import { isClientSecret, requireAppClient } from "../app-clients.ts";
import { CognitoError, notAuthorized } from "../cognito-error.ts";
import { requireActive } from "../sign-in/steps.ts";
import { issueTokens } from "../tokens.ts";
import { clientIdMember, clientSecretMember, tokenMember } from "./members.ts";
import { defineOperation } from "./operation.ts";

/**
 * Exchanges a refresh token for new tokens, the next refresh token among them.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetTokensFromRefreshToken.html
 */
export const getTokensFromRefreshToken = defineOperation({
  name: "GetTokensFromRefreshToken",
  input: z.object({
    RefreshToken: tokenMember,
    ClientId: clientIdMember,
    ClientSecret: clientSecretMember.optional(),
  }),
  async handle(pool, { RefreshToken: token, ClientId: clientId, ClientSecret: secret }) {
    const client = requireAppClient(pool.clients, clientId);
    if (!isClientSecret(client, secret)) {
      throw notAuthorized(
        secret === undefined
          ? `Client ${client.id} is configured for secret but secret was not received`
          : `Unable to verify secret hash for client ${client.id}`,
      );
    }
    const now = pool.now();
    const rotation = pool.refreshTokens.rotate(token, client.id, now);
    if (rotation.kind !== "rotated") throw refusals[rotation.kind]();
    const user = pool.users.find(rotation.signIn.username);
    if (user === undefined) throw refusals.unknown();
    requireActive(user);
    const tokens = await issueTokens(pool.tokenSettings, user, rotation.signIn, now);
    return { AuthenticationResult: { ...tokens, RefreshToken: rotation.refreshToken } };
  },
});

const refusals = {
  unknown: () => notAuthorized("Invalid Refresh Token"),
  revoked: () => notAuthorized("Refresh Token has been revoked"),
  expired: () => notAuthorized("Refresh Token has expired"),
  reused: () => new CognitoError("RefreshTokenReuseException", "Refresh token reuse detected"),
} as const;
