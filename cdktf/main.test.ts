import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

const directory = mkdtempSync(join(tmpdir(), "cleanauth-cdktf-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

// Says at its end how much memory the program took at most.
const meter =
  "data:text/javascript,process.on('exit',()=>console.error('kilobytes',process.resourceUsage().maxRSS))";

function synth(environment: Record<string, string> = {}) {
  const started = performance.now();
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      "--import",
      import.meta.resolve("tsx"),
      "--import",
      meter,
      join(import.meta.dirname, "main.ts"),
    ],
    { cwd: directory, encoding: "utf8", env: { PATH: process.env.PATH, ...environment } },
  );
  const kilobytes = Number(/kilobytes (\d+)/.exec(stderr)?.[1]);
  const message = stderr.replace(/kilobytes \d+\n/, "");
  return { status, message, kilobytes, seconds: (performance.now() - started) / 1000 };
}

test("synthesises in under 5 seconds and 400 MB of memory", () => {
  const { status, message, kilobytes, seconds } = synth();
  expect(message).toBe("");
  expect(status).toBe(0);
  expect(existsSync(join(directory, "cdktf.out/stacks/mcp-auth-dev/cdk.tf.json"))).toBe(true);
  expect(seconds).toBeLessThan(5);
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
