import type { StackOutputs } from "../../aws/stack-outputs.ts";
import { type Check, failed, ok, type Verdict } from "../check.ts";

type Settings = Readonly<Record<string, string | undefined>>;

export interface SettingsProbe {
  readonly server: Settings;
  readonly client: Settings;
  readonly outputs: Pick<
    StackOutputs,
    "CognitoUserPoolId" | "CognitoClientId" | "CognitoPublicClientId"
  >;
}

/** Whether both programs on the host were told of the pool and the clients that the stack names. */
export function judgeSettings({ server, client, outputs }: SettingsProbe): Verdict {
  const wanted = {
    COGNITO_POOL_ID: outputs.CognitoUserPoolId,
    COGNITO_CLIENT_ID: outputs.CognitoClientId,
    COGNITO_PUBLIC_CLIENT_ID: outputs.CognitoPublicClientId,
  };
  for (const [program, told] of Object.entries({ server, client })) {
    for (const [name, value] of Object.entries(wanted)) {
      const found = told[name] ?? "";
      if (found === value) continue;
      return failed(
        `${name} of the ${program} is ${found || "not set"}, the stack's is ${value || "none"}`,
        'make bootstrap ARGS="--tags settings"',
      );
    }
  }
  return ok(`pool ${outputs.CognitoUserPoolId}, client ${outputs.CognitoClientId}`);
}

export const settingsCheck: Check = {
  id: "settings",
  title: "settings on the host",
  needs: ["agent"],
  async run(context) {
    const { server, client } = (await context.host()).facts;
    return judgeSettings({ server, client, outputs: context.outputs() });
  },
};
