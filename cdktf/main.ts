import { writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { formatError } from "@cleanauth/common/app-error.ts";
import { readEnvironment } from "@cleanauth/common/environment.ts";
import { exitCodeOf } from "@cleanauth/common/exit-code.ts";
import { App } from "cdktf";
import { AuthHostStack } from "./auth-host-stack.ts";
import { readStackProps } from "./config.ts";
import { toHcl } from "./hcl.ts";

// Synthesises the stack into `cdktf.out/` (or CDKTF_OUTDIR), as Terraform's JSON, or as HCL when
// SYNTH_HCL_OUTPUT is true; both variables are CDKTF's own.
try {
  const props = readStackProps(readEnvironment(process.env));
  // CDKTF's own check runs a program named terraform, which is not there beside OpenTofu alone. The
  // stack's required_version says the same to either.
  const app = new App({ stackTraces: false, skipValidation: true });
  const stackDirectory = resolve(app.outdir, "stacks", props.name);
  const stack = new AuthHostStack(app, {
    ...props,
    // Relative, because Terraform asks for a new `init` when a state seems to have moved.
    projectDirectory: relative(stackDirectory, process.cwd()),
  });
  app.synth();
  if (app.hclOutput) writeFileSync(join(stackDirectory, "cdk.tf"), toHcl(stack));
} catch (error) {
  console.error(formatError(error));
  process.exitCode = exitCodeOf(error);
}
