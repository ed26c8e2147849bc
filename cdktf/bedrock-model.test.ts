import { expect, test } from "vitest";
import { modelResources } from "./bedrock-model.ts";

const home = { partition: "aws", region: "ap-northeast-2", accountId: "111122223333" };
const model = (name: string) => `arn:aws:bedrock:*::foundation-model/${name}`;
const profile = (name: string) =>
  `arn:aws:bedrock:ap-northeast-2:111122223333:inference-profile/${name}`;

test.each([
  [
    "a foundation model is invoked by itself",
    "amazon.nova-lite-v1:0",
    null,
    model("amazon.nova-lite-v1:0"),
  ],
  [
    "a dot in a model's version makes it no profile",
    "minimax.minimax-m2.1",
    null,
    model("minimax.minimax-m2.1"),
  ],
  [
    "a global profile stands for its model",
    "global.anthropic.claude-haiku-4-5-20251001-v1:0",
    profile("global.anthropic.claude-haiku-4-5-20251001-v1:0"),
    model("anthropic.claude-haiku-4-5-20251001-v1:0"),
  ],
  [
    "a regional profile stands for its model",
    "us-gov.anthropic.claude-x",
    profile("us-gov.anthropic.claude-x"),
    model("anthropic.claude-x"),
  ],
  [
    "a profile's ARN is taken as it is",
    profile("apac.amazon.nova-pro-v1:0"),
    profile("apac.amazon.nova-pro-v1:0"),
    model("amazon.nova-pro-v1:0"),
  ],
  [
    "an application profile does not say which model it stands for",
    "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abc123",
    "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abc123",
    model("*"),
  ],
  [
    "a model's ARN is taken as it is",
    "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0",
    null,
    "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0",
  ],
])("%s", (_, modelId, profileArn, modelArn) => {
  expect(modelResources(modelId, home)).toEqual({ profileArn, modelArns: [modelArn] });
});
