import { formatStackOutputs, parseStackOutputs, writeStackOutputs } from "./aws/stack-outputs.ts";
import { runProgram } from "./program.ts";
import { readFlags } from "./terraform/flags.ts";
import { formatPlan, requireConfirmation } from "./terraform/plan.ts";
import { checkNewNames, checkSettings, prepareStack } from "./terraform/prepared-stack.ts";
import { protectLocalState } from "./terraform/state.ts";

// make deploy: synthesises the stack, applies it, prints the outputs (--json for machines).
await runProgram(async (environment) => {
  const { json } = readFlags(process.argv.slice(2), ["json"]);
  const stack = await prepareStack(environment, say);
  await checkSettings(stack);

  const changes = await stack.terraform.plan("deploy");
  for (const line of formatPlan(changes)) say(line);
  try {
    requireConfirmation(changes, stack.name, environment.CONFIRM);
    await checkNewNames(stack, changes);
    // Also without a change: outputs may be new.
    await stack.terraform.apply(changes);
  } finally {
    stack.terraform.discard();
    protectLocalState(stack.name);
  }

  const { outputs } = await stack.terraform.readState();
  const parsed = parseStackOutputs(outputs);
  writeStackOutputs(parsed);
  console.log(json ? JSON.stringify(parsed) : formatStackOutputs(parsed).join("\n"));
});

// Progress goes to stderr, so that stdout is the result alone.
function say(text: string): void {
  console.error(text);
}
