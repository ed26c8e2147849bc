import { type Check, failed, ok, type Verdict } from "../check.ts";

/** @param answer how many keys the host got from the pool, or what it got in their place */
export function judgeKeys(answer: string, poolId: string): Verdict {
  if (/^[1-9]\d*$/.test(answer)) return ok(`the host gets ${answer} keys of ${poolId}`);
  if (/^40[04]\b/.test(answer)) {
    return failed(`there are no keys of ${poolId}`, "make outputs, then make bootstrap");
  }
  return failed(
    `the host cannot get the keys of ${poolId}: ${answer || "no answer"}`,
    "make deploy puts the way out of the host right (HTTPS to AWS)",
  );
}

export const keysCheck: Check = {
  id: "keys",
  title: "keys of the pool (JWKS)",
  needs: ["node"],
  async run(context) {
    return judgeKeys((await context.host()).facts.keys, context.outputs().CognitoUserPoolId);
  },
};
