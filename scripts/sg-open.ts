import { AppError } from "@cleanauth/common/app-error.ts";
import { parseSettings } from "@cleanauth/common/environment.ts";
import { chalk } from "zx";
import { plainHttpWarning, serverUrl } from "./aws/server-url.ts";
import { identifyStackCaller } from "./aws/stack-caller.ts";
import { readStackOutputs } from "./aws/stack-outputs.ts";
import { applyStep, removeRules, type StepDone } from "./ingress/apply.ts";
import { type Cidr, isTooWide, widestWithoutForce } from "./ingress/cidr.ts";
import { connectIngress } from "./ingress/host-ingress.ts";
import { identityName } from "./ingress/ingress-rule.ts";
import { openingSettings } from "./ingress/ingress-settings.ts";
import { planExpiry, planOpening } from "./ingress/opening-plan.ts";
import { findPublicAddress } from "./ingress/public-address.ts";
import {
  formatOpeningPlan,
  formatOpeningResult,
  formatRemoval,
  formatRemovalPlan,
} from "./ingress/report.ts";
import { runProgram } from "./program.ts";
import { paintChanges } from "./terminal/paint-changes.ts";
import { readFlags } from "./terraform/flags.ts";

// Lets one address, or a range, reach the host's ports for a while.
await runProgram(async (environment) => {
  readFlags(process.argv.slice(2), []);
  const settings = parseSettings(openingSettings, environment);
  const outputs = readStackOutputs();
  if (settings.CIDR !== undefined) refuseTooWide(settings.CIDR, settings.FORCE);
  const caller = await identifyStackCaller(outputs);
  const cidr = settings.CIDR ?? (await findPublicAddress(settings.CHECKIP_URL));
  const now = new Date();
  const wanted = {
    cidr,
    ports: settings.PORTS,
    by: identityName(caller.arn),
    until: new Date(Math.ceil(now.getTime() / 1000 + settings.TTL) * 1000),
  };

  const ingress = connectIngress(outputs);
  const rules = await ingress.group.listRules();
  const steps = planOpening(rules, wanted);
  const expired = planExpiry(rules, now, steps);
  console.log(`Security group ${ingress.group.id}, ${outputs.Region}\n`);
  const plan = [...formatRemovalPlan(expired, now), ...formatOpeningPlan(wanted, steps, now)];
  console.log(`${paintChanges(plan, chalk)}\n`);

  const removal = await removeRules(ingress, expired);
  const done: StepDone[] = [];
  for (const step of steps) done.push(await applyStep(ingress, step, wanted));
  for (const line of formatRemoval(removal, "expired")) console.log(line);
  for (const line of formatOpeningResult(done, wanted)) console.log(line);
  const warning = plainHttpWarning(serverUrl(outputs, environment));
  if (warning !== null) console.error(chalk.yellow(`Warning: ${warning}`));
});

function refuseTooWide(cidr: Cidr, force: boolean): void {
  if (!isTooWide(cidr) || force) return;
  throw new AppError(
    "usage_cidr_too_wide",
    `${cidr.text} is wider than ${widestWithoutForce(cidr)}: it would let a large part of the internet in`,
    "Give a narrower range, or FORCE=1 if that is what you mean.",
  );
}
