import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

const directory = mkdtempSync(join(tmpdir(), "cleanauth-cdktf-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

// Says at its end how much memory the program took at most, and how much of a processor: the clock on
// the wall tells of whatever else the machine does.
const meter =
  "data:text/javascript,process.on('exit',()=>{const{maxRSS,userCPUTime,systemCPUTime}=process.resourceUsage();console.error('usage',maxRSS,(userCPUTime+systemCPUTime)/1e6)})";

function synth(environment: Record<string, string> = {}) {
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      "--import",
      import.meta.resolve("tsx"),
      "--import",
      meter,
      join(import.meta.dirname, "main.ts"),
    ],
    // No PATH: synthesis runs no other program, neither Terraform nor OpenTofu.
    { cwd: directory, encoding: "utf8", env: environment },
  );
  const usage = /usage (\d+) ([\d.]+)\n/;
  const [, kilobytes, cpuSeconds] = (usage.exec(stderr) ?? []).map(Number);
  return { status, message: stderr.replace(usage, ""), kilobytes, cpuSeconds };
}

test("synthesises without Terraform, in under 5 seconds of processor time and 400 MB of memory", () => {
  const { status, message, kilobytes, cpuSeconds } = synth();
  expect(message).toBe("");
  expect(status).toBe(0);
  expect(existsSync(join(directory, "cdktf.out/stacks/mcp-auth-dev/cdk.tf.json"))).toBe(true);
  expect(cpuSeconds).toBeLessThan(5);
  expect(kilobytes).toBeLessThan(400_000);
});

test("writes HCL when CDKTF asks for it", () => {
  expect(synth({ SYNTH_HCL_OUTPUT: "true", CDKTF_OUTDIR: "hcl" }).status).toBe(0);
  expect(existsSync(join(directory, "hcl/stacks/mcp-auth-dev/cdk.tf"))).toBe(true);
});

test("refuses wrong settings in one line, with exit code 2", () => {
  const { status, message } = synth({ VPC_ID: "mine", OWNER: "<" });
  expect(status).toBe(2);
  expect(message).toMatch(/^Wrong configuration: OWNER must .*; VPC_ID must .*\n$/);
});
