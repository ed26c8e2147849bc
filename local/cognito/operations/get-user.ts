import { z } from "zod";
import { mfaMethods } from "../challenges/second-factor.ts";
import { requireSignedInUser } from "./access-token.ts";
import { tokenMember } from "./members.ts";
import { defineOperation } from "./operation.ts";

/**
 * Tells a signed-in user's attributes.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUser.html
 */
export const getUser = defineOperation({
  name: "GetUser",
  input: z.object({ AccessToken: tokenMember }),
  async handle(pool, { AccessToken: token }) {
    const user = await requireSignedInUser(pool, token);
    const attributes = [...user.attributes, ["sub", user.subject] as const];
    const methods = mfaMethods(user);
    return {
      Username: user.username,
      UserAttributes: attributes.map(([name, value]) => ({ Name: name, Value: value })),
      ...(methods.length === 1 ? { PreferredMfaSetting: methods[0] } : {}),
      ...(methods.length === 0 ? {} : { UserMFASettingList: methods }),
    };
  },
});
