import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { EC2Client } from "@aws-sdk/client-ec2";
import { SSMClient } from "@aws-sdk/client-ssm";
import { AppError } from "@cleanauth/common/app-error.ts";
import { regionOfPool } from "@cleanauth/common/cognito-settings.ts";
import { type Environment, parseSettings } from "@cleanauth/common/environment.ts";
import { type StackSettings, stackSettings } from "@cleanauth/common/stack-settings.ts";
import { type Caller, identifyCaller } from "../aws/caller.ts";
import { checkGivenPool } from "../aws/given-pool.ts";
import { checkPlacement, readPlacementFacts } from "../aws/placement.ts";
import { checkNames } from "../aws/taken-names.ts";
import { findTerraform } from "./binary.ts";
import type { PlannedChange } from "./plan.ts";
import {
  holdsLocalState,
  lastBackend,
  localStateFile,
  protectLocalState,
  type TerraformState,
} from "./state.ts";
import { type SynthesisedStack, synthesise } from "./synthesise.ts";
import { createTerraform, type Terraform } from "./terraform.ts";

/** A stack that Terraform can go to work on. */
export interface PreparedStack {
  readonly name: string;
  readonly settings: StackSettings;
  readonly caller: Caller;
  readonly state: TerraformState;
  readonly terraform: Terraform;
}

/**
 * Makes everything ready that does not touch the stack: tools, credentials, settings, the synthesised
 * stack and its state.
 *
 * @param environment the settings
 * @param say prints a line of progress
 * @throws AppError for each thing that is missing or does not fit, before anything is made
 */
export async function prepareStack(
  environment: Environment,
  say: (text: string) => void,
): Promise<PreparedStack> {
  const settings = parseSettings(stackSettings, environment);
  const binary = await findTerraform(environment);
  const caller = await identifyCaller();
  say(`${binary.name} ${binary.version}, account ${caller.accountId} as ${caller.arn}`);

  const stack = await synthesise(environment);
  protectLocalState(stack.name);
  say(`Stack ${stack.name} in ${caller.region}, state in ${whereStateIs(settings, stack)}`);
  const terraform = createTerraform({
    binary,
    stack,
    environment: forCaller(environment, caller),
    say,
  });
  // A local state that nothing was ever written to may be left for another place without a question.
  const isNothingLeft = lastBackend(stack.directory) === "local" && !holdsLocalState(stack.name);
  await terraform.init({ reconfigure: isNothingLeft });
  const state = await terraform.readState();
  requireSameHome(state, stack, caller);
  requireStateNotLeftBehind(state, settings, stack);

  if (!isOwnPool(state, settings)) return { name: stack.name, settings, caller, state, terraform };
  // The client's settings lie in the same .env. Taken for a given pool, the stack's own pool would be
  // replaced by a reference to itself, and every user would be lost.
  say(`COGNITO_POOL_ID names this stack's own pool, which it keeps`);
  const withoutPool = withoutCognito(environment);
  await synthesise(withoutPool);
  return {
    name: stack.name,
    settings: parseSettings(stackSettings, withoutPool),
    caller,
    state,
    terraform,
  };
}

/** Refuses what AWS would refuse half-way: a wrong place for the host, a wrong given pool. */
export async function checkSettings({ settings, caller, state }: PreparedStack): Promise<void> {
  const { region } = caller;
  const ec2 = new EC2Client({ region });
  const facts = await readPlacementFacts(ec2, settings, region);
  // A host that is there stays in the subnet that was chosen for it, whichever would be chosen now.
  const isChosen =
    settings.PUBLIC_SUBNET_ID === undefined && state.resourceTypes.has("aws_instance");
  const subnets = facts.subnets.map((subnet) => ({ ...subnet, reachesInternet: true }));
  checkPlacement(settings, isChosen ? { ...facts, subnets } : facts);
  const poolRegion = settings.COGNITO_POOL_ID && regionOfPool(settings.COGNITO_POOL_ID);
  await checkGivenPool(
    new CognitoIdentityProviderClient({ region: poolRegion || region }),
    settings,
  );
}

/** Refuses a plan that would make what exists already under the same name. */
export async function checkNewNames(
  { caller: { region } }: PreparedStack,
  changes: readonly PlannedChange[],
): Promise<void> {
  const clients = {
    ssm: new SSMClient({ region }),
    cognito: new CognitoIdentityProviderClient({ region }),
  };
  await checkNames(
    clients,
    changes.filter(({ kind }) => kind === "create"),
  );
}

function whereStateIs(settings: StackSettings, stack: SynthesisedStack): string {
  const { STATE_BUCKET: bucket } = settings;
  return bucket === undefined ? localStateFile(stack.name) : `s3://${bucket}/${stack.name}.tfstate`;
}

// Terraform looks for a region in fewer places than the SDK does: it is told what the SDK found.
function forCaller(environment: Environment, { region }: Caller): Environment {
  return { ...environment, AWS_REGION: region };
}

// A state of another account or region would be compared with what is not there, and all of it made
// a second time.
function requireSameHome(state: TerraformState, stack: SynthesisedStack, caller: Caller): void {
  const { Region: region = caller.region, AccountId: accountId = caller.accountId } = state.outputs;
  if (region === caller.region && accountId === caller.accountId) return;
  throw new AppError(
    "configuration_home_changed",
    `${stack.name} is deployed in account ${accountId}, ${region}, and this is account ${caller.accountId}, ${caller.region}`,
    "Set AWS_PROFILE and AWS_REGION as they were, or another ENVIRONMENT_NAME for a second stack.",
  );
}

function requireStateNotLeftBehind(
  state: TerraformState,
  settings: StackSettings,
  stack: SynthesisedStack,
): void {
  const file = localStateFile(stack.name);
  if (settings.STATE_BUCKET === undefined || state.resourceTypes.size > 0) return;
  if (!holdsLocalState(stack.name)) return;
  throw new AppError(
    "configuration_state_moved",
    `${file} holds a deployed ${stack.name}, and STATE_BUCKET holds none`,
    `Leave STATE_BUCKET unset, or move the state: terraform -chdir=${stack.directory} state push ${process.cwd()}/${file}`,
  );
}

function isOwnPool(state: TerraformState, settings: StackSettings): boolean {
  return (
    settings.COGNITO_POOL_ID !== undefined &&
    settings.COGNITO_POOL_ID === state.outputs.CognitoUserPoolId &&
    state.resourceTypes.has("aws_cognito_user_pool")
  );
}

function withoutCognito(environment: Environment): Environment {
  const isOfGivenPool = (name: string) =>
    name.startsWith("COGNITO_") && name !== "COGNITO_DOMAIN_PREFIX";
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !isOfGivenPool(name)));
}
