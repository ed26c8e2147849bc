import { type Check, failed, ok, type Verdict } from "../check.ts";

/**
 * Whether the host may read the app client's secret, and holds the same.
 *
 * @param answer `same`, `differs`, or what AWS answered to the host's role
 * @param parameter the parameter's name; empty for an app client without a secret
 */
export function judgeSecret(answer: string, parameter: string): Verdict {
  if (parameter === "") return ok("the app client has none");
  if (answer === "same") return ok(`${parameter} can be read, and is installed`);
  if (answer === "differs") {
    return failed(
      `${parameter} is not what is installed on the host`,
      'make bootstrap ARGS="--tags settings"',
    );
  }
  if (/AccessDenied/.test(answer)) {
    return failed(
      `the host's role may not read ${parameter}`,
      "make deploy puts the role's policy right; then make bootstrap",
    );
  }
  if (/ParameterNotFound/.test(answer)) {
    return failed(`there is no parameter ${parameter}`, "make deploy, then make bootstrap");
  }
  return failed(
    `${parameter} cannot be read on the host: ${answer || "no answer"}`,
    "make bootstrap",
  );
}

export const secretCheck: Check = {
  id: "secret",
  title: "client secret",
  needs: ["node"],
  async run(context) {
    const { secret } = (await context.host()).facts;
    return judgeSecret(secret, context.outputs().ClientSecretParameter);
  },
};
