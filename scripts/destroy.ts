import {
  CognitoIdentityProviderClient,
  DescribeUserPoolCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { EC2Client } from "@aws-sdk/client-ec2";
import { ResourceGroupsTaggingAPIClient } from "@aws-sdk/client-resource-groups-tagging-api";
import { S3Client } from "@aws-sdk/client-s3";
import { AppError } from "@cleanauth/common/app-error.ts";
import { callAws } from "./aws/aws-call.ts";
import { awsErrorName } from "./aws/aws-failure.ts";
import { emptyBucket } from "./aws/bucket.ts";
import { findLeftovers } from "./aws/leftovers.ts";
import { removeStackOutputs } from "./aws/stack-outputs.ts";
import { removeClientAccess } from "./client-access.ts";
import { runProgram } from "./program.ts";
import { requireConfirmation } from "./terminal/confirm.ts";
import { askLine } from "./terminal/typed-line.ts";
import { readFlags } from "./terraform/flags.ts";
import { formatPlan } from "./terraform/plan.ts";
import { type PreparedStack, prepareStack } from "./terraform/prepared-stack.ts";
import { protectLocalState } from "./terraform/state.ts";

// make destroy: takes the stack away, after its name was typed or given as CONFIRM.
await runProgram(async (environment) => {
  readFlags(process.argv.slice(2), []);
  const stack = await prepareStack(environment, (text) => console.error(text));
  const { region } = stack.caller;

  if (stack.state.resourceTypes.size === 0) {
    console.log(`${stack.name} is not deployed: nothing to destroy.`);
  } else {
    await requireUnprotectedPool(stack);
    const changes = await stack.terraform.plan("destroy");
    for (const line of formatPlan(changes)) console.error(line);
    try {
      await requireConfirmation({
        name: stack.name,
        verb: "destroy",
        given: environment.CONFIRM,
        ask: process.stdin.isTTY ? askLine : null,
      });
      const bucket = stack.state.outputs.ArtifactBucket;
      if (typeof bucket === "string") {
        const count = await emptyBucket(new S3Client({ region }), bucket);
        console.error(`Emptied ${bucket}: ${count} objects and versions deleted`);
      }
      await stack.terraform.apply(changes);
    } finally {
      stack.terraform.discard();
      protectLocalState(stack.name);
    }
    removeStackOutputs();
    removeClientAccess();
    console.log(`${stack.name} is destroyed.`);
  }

  const clients = {
    ec2: new EC2Client({ region }),
    tagging: new ResourceGroupsTaggingAPIClient({ region }),
  };
  const leftovers = await findLeftovers(clients, stack.settings.ENVIRONMENT_NAME);
  if (leftovers.length === 0) {
    console.log("Nothing with its tags is left.");
    return;
  }
  throw new AppError(
    "leftovers_found",
    `Still there with the tags of ${stack.name}: ${leftovers.join(", ")}`,
    "They are in no state: look at them, and delete by hand what nobody needs.",
  );
});

// Cognito would refuse in the middle, with half of the stack gone.
async function requireUnprotectedPool({ state, caller }: PreparedStack): Promise<void> {
  const poolId = state.outputs.CognitoUserPoolId;
  if (typeof poolId !== "string" || !state.resourceTypes.has("aws_cognito_user_pool")) return;
  const cognito = new CognitoIdentityProviderClient({ region: caller.region });
  const protection = await callAws("cognito-idp:DescribeUserPool", poolId, () =>
    cognito.send(new DescribeUserPoolCommand({ UserPoolId: poolId })).then(
      ({ UserPool }) => UserPool?.DeletionProtection,
      (error: unknown) => {
        // Somebody took it away already, which is no reason to keep the rest.
        if (awsErrorName(error) === "ResourceNotFoundException") return undefined;
        throw error;
      },
    ),
  );
  if (protection !== "ACTIVE") return;
  throw new AppError(
    "pool_protected",
    `User pool ${poolId} is protected against deletion`,
    "Run `make deploy` with DELETION_PROTECTION=0 first, then again.",
  );
}
