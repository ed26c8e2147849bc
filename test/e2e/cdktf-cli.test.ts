import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify, stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { furnishAccount } from "./aws/account.ts";
import { createClients } from "./aws/clients.ts";
import { type Emulator, startEmulator } from "./aws/emulator.ts";
import { requirePrograms } from "./aws/requirements.ts";

// CDKTF's own command line, for those who know it: `npx cdktf …` in the project's directory.
// Run by this very Node: npx takes another one where some package of the project brings it along.

const repository = resolve(import.meta.dirname, "../..");
const directory = mkdtempSync(join(tmpdir(), "cleanauth-e2e-cdktf-"));
const output = join(directory, "cdktf.out");
let emulator: Emulator;

beforeAll(async () => {
  requirePrograms("terraform", "moto_server");
  requireBinaryForThisNode();
  emulator = await startEmulator();
  await furnishAccount(createClients(emulator).ec2);
});

afterAll(async () => {
  await emulator?.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** What its command line loads is compiled for each version of Node, and not for any after 22. */
function requireBinaryForThisNode(): void {
  const [major = 0] = process.versions.node.split(".").map(Number);
  if (major <= 22) return;
  throw new Error(
    `CDKTF's command line does not run on Node ${major}: try this with Node 20 or 22`,
  );
}

async function cdktf(...args: string[]): Promise<string> {
  const { PATH, HOME, TF_PLUGIN_MIRROR: mirror } = process.env;
  const configuration = join(directory, "terraform.rc");
  writeFileSync(
    configuration,
    mirror === undefined
      ? ""
      : `provider_installation {\n  filesystem_mirror {\n    path = "${mirror}"\n  }\n}\n`,
  );
  const words = [join(repository, "node_modules/cdktf-cli/bundle/bin/cdktf"), ...args];
  const { stdout } = await promisify(execFile)(process.execPath, [...words, "--output", output], {
    cwd: repository,
    env: {
      ...{ PATH, HOME, ENVIRONMENT_NAME: "cdktf-cli", CHECKPOINT_DISABLE: "1" },
      ...emulator.environment,
      TF_CLI_CONFIG_FILE: configuration,
    },
  });
  return stripVTControlCharacters(stdout);
}

test("npx cdktf synth writes the stack", async () => {
  expect(await cdktf("synth")).toContain(
    "Generated Terraform code for the stacks: mcp-auth-cdktf-cli",
  );
  const json = readFileSync(join(output, "stacks/mcp-auth-cdktf-cli/cdk.tf.json"), "utf8");
  expect(JSON.parse(json).terraform.required_version).toBe(">= 1.10.0");
});

test("npx cdktf diff shows what would be made", async () => {
  // CDKTF completes the lock file at the registry, past any mirror, unless told not to.
  const plan = await cdktf("diff", "--skip-provider-lock");
  expect(plan).toMatch(/Plan: \d+ to add, 0 to change, 0 to destroy\./);
});
