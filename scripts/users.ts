import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { parseSettings } from "@cleanauth/common/environment.ts";
import { readStackOutputs } from "./aws/stack-outputs.ts";
import { runProgram } from "./program.ts";
import { readFlags } from "./terraform/flags.ts";
import { formatUsers, listUsers } from "./users/user-list.ts";
import { createUserPool } from "./users/user-pool.ts";
import { listSettings } from "./users/user-settings.ts";

// Lists the users of the stack's pool; NAME= narrows to those whose names begin so.
await runProgram(async (environment) => {
  readFlags(process.argv.slice(2), []);
  const { NAME } = parseSettings(listSettings, environment);
  const outputs = readStackOutputs();
  const cognito = new CognitoIdentityProviderClient({ region: outputs.CognitoRegion });
  const pool = createUserPool(cognito, outputs.CognitoUserPoolId);
  console.log(`User pool ${pool.id}\n`);
  console.log(formatUsers(await listUsers(cognito, pool, NAME)).join("\n"));
});
