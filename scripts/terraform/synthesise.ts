import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { AppError } from "@cleanauth/common/app-error.ts";
import type { Environment } from "@cleanauth/common/environment.ts";
import { exitCode } from "@cleanauth/common/exit-code.ts";
import { z } from "zod";
import { $ } from "zx";

const program = fileURLToPath(new URL("../../cdktf/main.ts", import.meta.url));
const loader = import.meta.resolve("tsx");

/** What CDKTF made: a directory for Terraform. */
export interface SynthesisedStack {
  readonly name: string;
  readonly directory: string;
}

const manifestSchema = z.object({
  stacks: z.record(z.string(), z.object({ workingDirectory: z.string() })),
});

/**
 * Runs the CDKTF program in the current directory.
 *
 * @param environment the stack's settings
 * @param outputDirectory where the stack is written to
 * @throws AppError `configuration_stack` when a setting is refused, else `synth_failed`
 */
export async function synthesise(
  environment: Environment,
  outputDirectory = "cdktf.out",
): Promise<SynthesisedStack> {
  const { exitCode: code, stderr } = await $({
    nothrow: true,
    quiet: true,
    env: { ...environment, CDKTF_OUTDIR: outputDirectory, CHECKPOINT_DISABLE: "1" },
  })`${process.execPath} --import ${loader} ${program}`;
  if (code !== 0) {
    const [message = "", ...hint] = stderr.trim().split(". ");
    throw new AppError(
      code === exitCode.usage ? "configuration_stack" : "synth_failed",
      message || "The stack could not be synthesised",
      hint.join(". ") || "Run `npx cdktf synth` to see why.",
    );
  }
  return readManifest(outputDirectory);
}

function readManifest(outputDirectory: string): SynthesisedStack {
  const file = `${outputDirectory}/manifest.json`;
  const { stacks } = manifestSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  const [[name, stack] = []] = Object.entries(stacks);
  if (name === undefined || stack === undefined || !existsSync(outputDirectory)) {
    throw new AppError(
      "synth_failed",
      `${file} names no stack`,
      "Remove the folder, and run again.",
    );
  }
  return { name, directory: `${outputDirectory}/${stack.workingDirectory}` };
}
