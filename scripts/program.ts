import { formatError } from "@cleanauth/common/app-error.ts";
import { type Environment, readEnvironment } from "@cleanauth/common/environment.ts";
import { exitCodeOf } from "@cleanauth/common/exit-code.ts";

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
  try {
    const environment = withRegion(readEnvironment(process.env));
    // The AWS SDK and Terraform read the environment themselves; they are to see the same one.
    for (const name of Object.keys(process.env)) delete process.env[name];
    Object.assign(process.env, environment, {
      // Seven lines about Node's next years, in front of every message.
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    });
    await program(environment);
  } catch (error) {
    console.error(formatError(error));
    process.exitCode = exitCodeOf(error);
  }
}

// The SDK for JavaScript alone does not know the older name of the variable.
function withRegion(environment: Environment): Environment {
  const region = environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION;
  return region === undefined ? environment : { ...environment, AWS_REGION: region };
}
