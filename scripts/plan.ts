import { runProgram } from "./program.ts";
import { readFlags } from "./terraform/flags.ts";
import { formatPlan } from "./terraform/plan.ts";
import { checkNewNames, checkSettings, prepareStack } from "./terraform/prepared-stack.ts";

// make plan: what make deploy would do, and nothing done (--json for machines).
await runProgram(async (environment) => {
  const { json } = readFlags(process.argv.slice(2), ["json"]);
  const stack = await prepareStack(environment, (text) => console.error(text));
  await checkSettings(stack);
  try {
    const changes = await stack.terraform.plan("deploy");
    await checkNewNames(stack, changes);
    const summary = changes.map(({ after: _, ...change }) => change);
    console.log(json ? JSON.stringify(summary) : formatPlan(changes).join("\n"));
  } finally {
    stack.terraform.discard();
  }
});
