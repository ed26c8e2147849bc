import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket/index.js";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration/index.js";
import {
  App,
  LocalBackend,
  Op,
  TerraformOutput,
  TerraformSelf,
  TerraformStack,
  TerraformVariable,
} from "cdktf";
import { expect, test } from "vitest";
import { toHcl } from "./hcl.ts";

const app = new App({ outdir: mkdtempSync(join(tmpdir(), "cleanauth-hcl-")), stackTraces: false });
const stack = new TerraformStack(app, "example");
stack.addOverride("terraform.required_version", ">= 1.10.0");
new LocalBackend(stack, { path: "x.tfstate" });
const variable = new TerraformVariable(stack, "given", { type: "string", default: "" });
const bucket = new S3Bucket(stack, "bucket", {
  bucket: variable.stringValue,
  tags: { Owner: 'a "quoted" $${name}\n' },
  lifecycle: {
    ignoreChanges: ["tags"],
    postcondition: [
      { condition: Op.eq(TerraformSelf.getString("region"), "us-east-1"), errorMessage: "Wrong." },
    ],
  },
});
new S3BucketLifecycleConfiguration(stack, "expiry", {
  bucket: bucket.id,
  rule: [
    { id: "one", status: "Enabled", filter: [{ prefix: "x/" }] },
    { id: "two", status: "Enabled" },
  ],
  dependsOn: [bucket],
});
new TerraformOutput(stack, "Command", { value: `say "$(id)" to ${bucket.arn}!` });
const hcl = toHcl(stack);

test("blocks are blocks, attributes are attributes", () => {
  expect(hcl).toContain('  rule {\n    id = "one"\n    status = "Enabled"\n    filter {\n');
  expect(hcl.match(/^ {2}rule \{$/gm)).toHaveLength(2);
  expect(hcl).toMatch(/^ {2}tags = \{$/m);
});

test("conditions are blocks, and what is ignored or depended on is named without quotes", () => {
  expect(hcl).toContain('    postcondition {\n      condition = (self.region == "us-east-1")\n');
  expect(hcl).toContain("ignore_changes = [tags]");
  expect(hcl).toContain("depends_on = [aws_s3_bucket.bucket]");
});

test("a reference alone stands without quotes, one within text keeps the text's quotes escaped", () => {
  expect(hcl).toContain("bucket = var.given");
  expect(hcl).toContain(`value = "say \\"$(id)\\" to \${aws_s3_bucket.bucket.arn}!"`);
});

test("text that only looks like a reference stays text", () => {
  expect(hcl).toContain('"Owner" = "a \\"quoted\\" $${name}\\n"');
});

test("a default that is empty is written down", () => {
  expect(hcl).toContain('variable "given" {\n  default = ""\n  type = string\n}');
});

test("the settings of Terraform itself are complete", () => {
  expect(hcl).toContain('required_version = ">= 1.10.0"');
  expect(hcl).toContain('  backend "local" {\n    path = "x.tfstate"\n  }');
});
