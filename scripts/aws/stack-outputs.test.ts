import { mkdtempSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  formatStackOutputs,
  parseStackOutputs,
  readStackOutputs,
  removeStackOutputs,
  type StackOutputs,
  writeStackOutputs,
} from "./stack-outputs.ts";

const outputs: StackOutputs = {
  InstancePublicDNS: "ec2-203-0-113-7.compute-1.amazonaws.com",
  InstancePublicIP: "203.0.113.7",
  InstanceId: "i-0123456789abcdef0",
  SSMConnectCommand: "aws ssm start-session",
  ClientConnectionCommand: "npm run -s chat",
  SecurityGroupUpdateCommand: "aws ec2 authorize",
  SecurityGroupUpdateCommand2: "aws ec2 authorize",
  SecurityGroupId: "sg-0123456789abcdef0",
  ArtifactBucket: "mcp-auth-dev-1",
  CognitoUserPoolId: "us-east-1_AbCdEfGhI",
  CognitoClientId: "1example",
  CognitoPublicClientId: "",
  CognitoDomain: "",
  CognitoRegion: "us-east-1",
  ClientSecretParameter: "/mcp-auth/dev/client-secret",
  Region: "us-east-1",
  AccountId: "111122223333",
};
const file = join(mkdtempSync(join(tmpdir(), "cleanauth-outputs-")), "deep", "outputs.json");

test("outputs that are written are read again, and are this user's alone", () => {
  writeStackOutputs(outputs, file);
  expect(readStackOutputs(file)).toEqual(outputs);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("outputs that are not there, or removed, lead to make deploy", () => {
  removeStackOutputs(file);
  removeStackOutputs(file);
  expect(() => readStackOutputs(file)).toThrow(/Cannot read .*outputs\.json: ENOENT/);
});

test("every missing or wrong output is named", () => {
  const { InstanceId: _, ...incomplete } = outputs;
  expect(() => parseStackOutputs({ ...incomplete, SecurityGroupId: 7 })).toThrow(
    "The stack's outputs are incomplete: InstanceId, SecurityGroupId",
  );
  expect(() => parseStackOutputs(null)).toThrow("incomplete: all");
});

test("the table has a line for each output, and a dash for what the stack does not have", () => {
  const lines = formatStackOutputs(outputs);
  expect(lines).toHaveLength(Object.keys(outputs).length);
  expect(lines.find((line) => line.startsWith("CognitoDomain"))).toMatch(/^CognitoDomain +-$/);
});
