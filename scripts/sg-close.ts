import { parseSettings } from "@cleanauth/common/environment.ts";
import { chalk } from "zx";
import { identifyStackCaller } from "./aws/stack-caller.ts";
import { readStackOutputs } from "./aws/stack-outputs.ts";
import { removeRules } from "./ingress/apply.ts";
import { connectIngress } from "./ingress/host-ingress.ts";
import { identityName } from "./ingress/ingress-rule.ts";
import { closingSettings } from "./ingress/ingress-settings.ts";
import { planClosing, planExpiry } from "./ingress/opening-plan.ts";
import { formatRemovalPlan } from "./ingress/report.ts";
import { runProgram } from "./program.ts";
import { paintChanges } from "./terminal/paint-changes.ts";
import { readFlags } from "./terraform/flags.ts";

// Takes back what make sg-open let in: the caller's own rules, or everybody's with ALL=1.
await runProgram(async (environment) => {
  readFlags(process.argv.slice(2), []);
  const settings = parseSettings(closingSettings, environment);
  const outputs = readStackOutputs();
  const caller = await identifyStackCaller(outputs);
  const by = settings.ALL ? null : identityName(caller.arn);

  const ingress = connectIngress(outputs);
  const rules = await ingress.group.listRules();
  const now = new Date();
  const closing = planClosing(rules, {
    by,
    cidr: settings.CIDR ?? null,
    ports: settings.PORTS ?? null,
  });
  const expired = planExpiry(rules, now).filter((rule) => !closing.includes(rule));
  const removals = [...expired, ...closing];
  if (closing.length === 0) console.log(nothingToClose(by));
  if (removals.length === 0) return;
  console.log(`Security group ${ingress.group.id}, ${outputs.Region}\n`);
  console.log(`${paintChanges(formatRemovalPlan(removals, now), chalk)}\n`);

  const removal = await removeRules(ingress, removals);
  console.log(`${removal.removed.length} of ${removals.length} removed.`);
  if (removal.failure !== null) throw removal.failure;
});

function nothingToClose(by: string | null): string {
  if (by === null) return "Nothing to close: no such rule was made by make sg-open.";
  return `Nothing to close: no such rule of ${by}. make sg-list shows all, ALL=1 closes those of others too.`;
}
