import { formatError } from "@cleanauth/common/app-error.ts";
import { type Environment, readEnvironment } from "@cleanauth/common/environment.ts";
import { exitCodeOf } from "@cleanauth/common/exit-code.ts";
import { $ } from "zx";

/**
 * Runs one of the programs in this folder: reads the environment and `.env`, and turns whatever is
 * thrown into one line on stderr and an exit code.
 *
 * @param program gets the joined environment, with empty values left out
 */
export async function runProgram(
  program: (environment: Environment) => Promise<void>,
): Promise<void> {
  // State, plans and outputs are written by this process and its children: for this user alone.
  process.umask(0o077);
  $.quiet = true;
  try {
    const environment = readEnvironment(process.env);
    // The AWS SDK and Terraform read the environment themselves; they are to see the same one.
    for (const name of Object.keys(process.env)) delete process.env[name];
    Object.assign(process.env, environment);
    await program(environment);
  } catch (error) {
    console.error(formatError(error));
    process.exitCode = exitCodeOf(error);
  }
}
