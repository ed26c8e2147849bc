import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { EC2Client } from "@aws-sdk/client-ec2";
import { SSMClient } from "@aws-sdk/client-ssm";
import { defaultModelId } from "@cleanauth/common/bedrock-settings.ts";
import { issuerOfPool } from "@cleanauth/common/cognito-settings.ts";
import type { Environment } from "@cleanauth/common/environment.ts";
import { type Caller, identifyCaller } from "../aws/caller.ts";
import { lazyS3 } from "../aws/connect-hosts.ts";
import { createSecurityGroup } from "../aws/security-group.ts";
import { createSsmShell } from "../aws/ssm-shell.ts";
import { readStackOutputs, type StackOutputs } from "../aws/stack-outputs.ts";
import { gatherScript, parseRawFacts } from "../engine/fact.ts";
import type { IngressRule } from "../ingress/ingress-rule.ts";
import { type HostFacts, hostFacts } from "./host-facts.ts";

/** What the checks look through. What costs a call is asked for once, however many checks want it. */
export interface DoctorContext {
  readonly environment: Environment;
  readonly signal: AbortSignal;
  caller(): Promise<Caller>;
  outputs(): StackOutputs;
  /** Everything from inside of the host, with when it was asked and answered. */
  host(): Promise<HostView>;
  rules(): Promise<readonly IngressRule[]>;
  readonly clients: DoctorClients;
}

export interface HostView {
  readonly facts: HostFacts;
  /** In milliseconds since 1970, by this machine's clock. */
  readonly askedAt: number;
  readonly answeredAt: number;
}

/** Clients in the stack's region, made at their first use. */
export interface DoctorClients {
  ec2(): EC2Client;
  ssm(): SSMClient;
  /** In the pool's region. */
  cognito(): CognitoIdentityProviderClient;
}

const onlineSeconds = 5;
const hostSeconds = 90;

export function createDoctorContext(environment: Environment, signal: AbortSignal): DoctorContext {
  const outputs = once(() => readStackOutputs());
  const region = () => ({ region: outputs().Region });
  const clients = {
    ec2: once(() => new EC2Client(region())),
    ssm: once(() => new SSMClient(region())),
    cognito: once(() => new CognitoIdentityProviderClient({ region: outputs().CognitoRegion })),
  };
  return {
    environment,
    signal,
    outputs,
    clients,
    caller: once(identifyCaller),
    rules: once(() => createSecurityGroup(clients.ec2(), outputs().SecurityGroupId).listRules()),
    host: once(() => lookAtHost(environment, outputs(), clients.ssm(), signal)),
  };
}

async function lookAtHost(
  environment: Environment,
  outputs: StackOutputs,
  ssm: SSMClient,
  signal: AbortSignal,
): Promise<HostView> {
  const definitions = hostFacts({
    region: outputs.Region,
    keysUrl: `${issuerOfPool(outputs.CognitoUserPoolId)}/.well-known/jwks.json`,
    secretParameter: outputs.ClientSecretParameter,
    modelId: environment.BEDROCK_MODEL_ID ?? defaultModelId,
  });
  const shell = createSsmShell({
    ssm,
    s3: lazyS3(outputs.Region, environment.AWS_ENDPOINT_URL !== undefined),
    instanceId: outputs.InstanceId,
    outputBucket: outputs.ArtifactBucket,
    onlineSeconds,
  });
  const askedAt = Date.now();
  const { stdout } = await shell.run(gatherScript(definitions), {
    timeoutSeconds: hostSeconds,
    signal,
    comment: "make doctor",
  });
  const answeredAt = Date.now();
  const raw = parseRawFacts(stdout);
  const facts = Object.fromEntries(
    Object.entries(definitions).map(([name, { parse }]) => [name, parse(raw[name] ?? "")]),
  ) as HostFacts;
  return { facts, askedAt, answeredAt };
}

/** Keeps the first result; a promise that fails is kept, too. */
function once<Result>(make: () => Result): () => Result {
  let made: { readonly result: Result } | undefined;
  return () => {
    made ??= { result: make() };
    return made.result;
  };
}
