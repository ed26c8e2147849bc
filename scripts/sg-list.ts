import { identifyStackCaller } from "./aws/stack-caller.ts";
import { readStackOutputs } from "./aws/stack-outputs.ts";
import { removeRules } from "./ingress/apply.ts";
import { connectIngress } from "./ingress/host-ingress.ts";
import { planExpiry } from "./ingress/opening-plan.ts";
import { formatRemoval, formatRules } from "./ingress/report.ts";
import { runProgram } from "./program.ts";
import { readFlags } from "./terraform/flags.ts";

// Shows who may reach the host, and removes what has expired.
await runProgram(async () => {
  readFlags(process.argv.slice(2), []);
  const outputs = readStackOutputs();
  await identifyStackCaller(outputs);
  const ingress = connectIngress(outputs);
  const rules = await ingress.group.listRules();
  const now = new Date();
  console.log(`Security group ${ingress.group.id}, ${outputs.Region}\n`);
  console.log(formatRules(rules, now).join("\n"));

  const removal = await removeRules(ingress, planExpiry(rules, now));
  const lines = formatRemoval(removal, "expired");
  if (lines.length > 0) console.log(`\n${lines.join("\n")}`);
});
