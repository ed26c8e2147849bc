import { z } from "zod";
import { isClientSecret, requireAppClient } from "../app-clients.ts";
import { CognitoError } from "../cognito-error.ts";
import { clientIdMember, clientSecretMember, tokenMember } from "./members.ts";
import { defineOperation } from "./operation.ts";

/**
 * Ends the sign-in that a refresh token belongs to.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RevokeToken.html
 */
export const revokeToken = defineOperation({
  name: "RevokeToken",
  input: z.object({
    Token: tokenMember,
    ClientId: clientIdMember,
    ClientSecret: clientSecretMember.optional(),
  }),
  async handle(pool, { Token: token, ClientId: clientId, ClientSecret: secret }) {
    const client = requireAppClient(pool.clients, clientId);
    if (!isClientSecret(client, secret)) {
      throw new CognitoError("UnauthorizedException", "Invalid client or secret");
    }
    // Three parts are a signed JWT: an access or ID token, which cannot be revoked by itself.
    if (token.split(".").length === 3) {
      throw new CognitoError("UnsupportedTokenTypeException", "Unsupported token type");
    }
    pool.refreshTokens.revoke(token, client.id);
    return null;
  },
});
