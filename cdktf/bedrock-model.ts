import type { Home } from "./home.ts";

/** What a role must be allowed to invoke so that one model answers, as ARNs. */
export interface ModelResources {
  /** The inference profile that the model is reached through, or `null` for a model called by itself. */
  readonly profileArn: string | null;
  readonly modelArns: readonly string[];
}

// https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html
const profilePrefix = /^(us|us-gov|eu|apac|jp|au|ca|sa|me|global)\./;

/**
 * The resources behind a `BEDROCK_MODEL_ID`. An inference profile stands for a model that Bedrock may
 * run in any region of the profile, so its model is named in all of them.
 * https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-prereq.html
 *
 * @param modelId the id or ARN of a foundation model or an inference profile
 * @param home partition, region and account of the caller
 */
export function modelResources(modelId: string, home: Home): ModelResources {
  const [, kind = "", name = ""] = /^arn:[^/]*:([a-z-]+)\/(.+)$/.exec(modelId) ?? [];
  if (kind === "inference-profile") {
    return { profileArn: modelId, modelArns: [modelArn(withoutPrefix(name), home)] };
  }
  // This kind of ARN does not say which model is behind it. Any is allowed, through this profile alone.
  if (kind === "application-inference-profile") {
    return { profileArn: modelId, modelArns: [modelArn("*", home)] };
  }
  if (kind !== "") return { profileArn: null, modelArns: [modelId] };
  if (!profilePrefix.test(modelId))
    return { profileArn: null, modelArns: [modelArn(modelId, home)] };
  return {
    profileArn: `arn:${home.partition}:bedrock:${home.region}:${home.accountId}:inference-profile/${modelId}`,
    modelArns: [modelArn(withoutPrefix(modelId), home)],
  };
}

function modelArn(modelName: string, home: Home): string {
  return `arn:${home.partition}:bedrock:*::foundation-model/${modelName}`;
}

function withoutPrefix(profileId: string): string {
  return profileId.replace(profilePrefix, "");
}
