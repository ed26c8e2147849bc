import { describe, it } from "vitest";
import { type Case, expectVerdict } from "../testing/expect-verdict.ts";
import { judgeInstance } from "./instance.ts";
import { judgeOutputs } from "./outputs.ts";
import { judgeTools } from "./tools.ts";

const host = { instanceId: "i-1", region: "us-east-1" };
const terraform = { version: "Terraform 1.11.4" };
const plugin = { version: "1.2.707.0" };

describe("this machine and the stack", () => {
  it.each<Case>([
    [
      "all tools are there",
      judgeTools({ node: "24.1.0", terraform, plugin }),
      /^Node.js 24.1.0, Terraform 1.11.4, session-manager-plugin 1.2.707.0$/,
      null,
    ],
    [
      "the plugin is missing, which one command needs",
      judgeTools({ node: "20.19.0", terraform, plugin: { missing: "it is not installed" } }),
      /make tunnel needs session-manager-plugin, and it is not installed/,
      null,
    ],
    [
      "Node.js is too old",
      judgeTools({ node: "20.18.9", terraform, plugin }),
      /20.18.9 is too old/,
      /nodejs.org/,
    ],
    [
      "the credentials are of the stack's account",
      judgeOutputs({ AccountId: "1", InstanceId: "i-1", Region: "us-east-1" }, "1"),
      /i-1 in us-east-1/,
      null,
    ],
    [
      "the credentials are of another account",
      judgeOutputs({ AccountId: "1", InstanceId: "i-1", Region: "us-east-1" }, "2"),
      /in account 1, the credentials are of 2/,
      /AWS_PROFILE/,
    ],
    ["the instance runs", judgeInstance("running", host), /running/, null],
    [
      "the instance is stopped",
      judgeInstance("stopped", host),
      /stopped/,
      /^aws ec2 start-instances --region us-east-1 --instance-ids i-1$/,
    ],
    ["the instance is terminated", judgeInstance("terminated", host), /terminated/, /make deploy/],
    ["the instance is gone", judgeInstance(null, host), /gone/, /make deploy/],
    ["the instance starts", judgeInstance("pending", host), /starting/, /^aws ec2 wait/],
  ])("%s", (_situation, verdict, detail, fix) => expectVerdict(verdict, detail, fix));
});
