import { AppError } from "@cleanauth/common/app-error.ts";
import { formatStackOutputs, parseStackOutputs, writeStackOutputs } from "./aws/stack-outputs.ts";
import { runProgram } from "./program.ts";
import { readFlags } from "./terraform/flags.ts";
import { prepareStack } from "./terraform/prepared-stack.ts";

// make outputs: what the deployed stack tells, read from its state (--json for machines).
await runProgram(async (environment) => {
  const { json } = readFlags(process.argv.slice(2), ["json"]);
  const { name, state } = await prepareStack(environment, (text) => console.error(text));
  if (Object.keys(state.outputs).length === 0) {
    throw new AppError("stack_outputs_missing", `${name} is not deployed`, "Run `make deploy`.");
  }
  const outputs = parseStackOutputs(state.outputs);
  writeStackOutputs(outputs);
  console.log(json ? JSON.stringify(outputs) : formatStackOutputs(outputs).join("\n"));
});
