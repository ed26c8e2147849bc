import { formatError } from "@cleanauth/common/app-error.ts";
import { exitCode, exitCodeOf } from "@cleanauth/common/exit-code.ts";
import type { Attack, Outcome } from "./attack.ts";
import { attackGroups } from "./attack-groups.ts";
import { prepareTarget, type Target } from "./target.ts";

// `make attack`: plays what docs/threats.md speaks of against a running server. One line for each: what
// was tried, what answered, why it comes to nothing.

try {
  const [url, ...more] = process.argv.slice(2);
  if (more.length > 0 || url?.startsWith("-")) {
    console.error('Usage: make attack, or make attack ARGS="http://localhost:PORT"');
    process.exit(exitCode.usage);
  }
  const target = await prepareTarget(url);
  console.log(`Attacks on ${target.url}`);
  console.log(
    "(Tokens that a pool's own key has signed: on a second server, whose pool's keys are known.)\n",
  );
  const failed = await playAll(target).finally(() => target.stop());
  process.exit(failed === 0 ? exitCode.done : exitCode.failed);
} catch (error) {
  console.error(formatError(error));
  process.exit(exitCodeOf(error));
}

/** @returns how many attacks got through */
async function playAll(target: Target): Promise<number> {
  const slow = new Map(
    Object.values(attackGroups)
      .flat()
      .filter(({ isSlow }) => isSlow)
      .map((attack) => [attack, outcomeOf(attack, target)]),
  );
  let [passed, failed] = [0, 0];
  for (const [group, attacks] of Object.entries(attackGroups)) {
    for (const attack of attacks) {
      const { answer, isRefused } = await (slow.get(attack) ?? outcomeOf(attack, target));
      if (isRefused) passed += 1;
      else failed += 1;
      const mark = isRefused ? "refused" : "GOT THROUGH";
      console.log(`${mark}  ${group}: ${attack.tried} → ${answer} (${attack.because})`);
    }
  }
  console.log(`\n${passed} passed, ${failed} failed`);
  return failed;
}

async function outcomeOf(attack: Attack, target: Target): Promise<Outcome> {
  try {
    return await attack.play(target);
  } catch (error) {
    return { answer: `it could not be played: ${error}`, isRefused: false };
  }
}
