import { AppError } from "@cleanauth/common/app-error.ts";
import { parseSettings } from "@cleanauth/common/environment.ts";
import { stackSettings } from "@cleanauth/common/stack-settings.ts";
import { $ } from "zx";
import { runProgram } from "./program.ts";
import { findTerraform } from "./terraform/binary.ts";
import { readFlags } from "./terraform/flags.ts";
import { synthesise } from "./terraform/synthesise.ts";

// make hcl: the stack as plain HCL in hcl/, with the same state: the way out of CDKTF.
await runProgram(async (environment) => {
  readFlags(process.argv.slice(2), []);
  parseSettings(stackSettings, environment);
  const { path: terraform } = await findTerraform(environment);
  const stack = await synthesise({ ...environment, SYNTH_HCL_OUTPUT: "true" }, "hcl");
  const $here = $({ env: { ...environment, CHECKPOINT_DISABLE: "1" }, nothrow: true, quiet: true });

  const formatted = await $here`${terraform} -chdir=${stack.directory} fmt cdk.tf`;
  if (formatted.exitCode !== 0) {
    throw new AppError(
      "hcl_invalid",
      `Terraform cannot read ${stack.directory}/cdk.tf`,
      "Please report it.",
    );
  }
  console.log(`${stack.directory}/cdk.tf`);
});
