import { z } from "zod";
import { requireSignedInUser } from "./access-token.ts";
import { tokenMember } from "./members.ts";
import { defineOperation } from "./operation.ts";

/**
 * Ends every sign-in of the user whose access token it is given.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GlobalSignOut.html
 */
export const globalSignOut = defineOperation({
  name: "GlobalSignOut",
  input: z.object({ AccessToken: tokenMember }),
  async handle(pool, { AccessToken: token }) {
    const user = await requireSignedInUser(pool, token);
    pool.refreshTokens.revokeAllOf(user.username);
    return {};
  },
});
