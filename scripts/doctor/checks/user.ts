import { quoteWord } from "../../engine/shell-script.ts";
import { describeState } from "../../users/user-list.ts";
import { createUserPool, type PoolUser } from "../../users/user-pool.ts";
import { type Check, failed, notReached, ok, type Verdict } from "../check.ts";

/** Whether a user could sign in. */
export function judgeUser(name: string, user: PoolUser | null): Verdict {
  const command = `make user NAME=${quoteWord(name)}`;
  if (user === null) return failed(`there is no user ${name}`, `${command} GROUP=user`);
  if (!user.isEnabled) return failed(`${name} is disabled`, `${command} ARGS=enable`);
  // These two are asked for something at sign-in, which a program cannot answer.
  if (user.status !== "CONFIRMED") return failed(`${name} ${describeProblem(user)}`, command);
  return ok(`${name} can sign in${user.secondFactors.length > 0 ? ", with a second factor" : ""}`);
}

function describeProblem(user: PoolUser): string {
  const state = describeState(user);
  return state.startsWith("must") ? state : `is ${state}`;
}

export const userCheck: Check = {
  id: "user",
  title: "user",
  needs: ["pool"],
  async run({ environment, clients, outputs }) {
    const name = environment.CLEANAUTH_USER;
    if (name === undefined) return notReached("set CLEANAUTH_USER to have one looked at");
    const pool = createUserPool(clients.cognito(), outputs().CognitoUserPoolId);
    return judgeUser(name, await pool.findUser(name));
  },
};
