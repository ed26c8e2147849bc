import { hostname } from "node:os";
import { connectHosts, lazyS3 } from "./aws/connect-hosts.ts";
import { identifyStackCaller } from "./aws/stack-caller.ts";
import { readStackOutputs } from "./aws/stack-outputs.ts";
import { parseRunArguments } from "./engine/arguments.ts";
import { createHostLock } from "./engine/host-lock.ts";
import { reconcile, requireSuccess } from "./engine/reconcile.ts";
import { createReporter } from "./engine/reporter.ts";
import { limitHosts } from "./engine/selection.ts";
import { runProgram } from "./program.ts";
import { layout } from "./roles/layout.ts";
import { rollbackRole } from "./roles/rollback-role.ts";

const lockStaleSeconds = 1200;

// make rollback: puts the release before the current one into service again.
await runProgram(async (environment) => {
  const wanted = parseRunArguments(process.argv.slice(2));
  const outputs = readStackOutputs();
  const caller = await identifyStackCaller(outputs);
  const reporter = createReporter(process.stdout, wanted);
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  process.once("SIGINT", interrupt).once("SIGTERM", interrupt);
  const s3 = lazyS3(outputs.Region, environment.AWS_ENDPOINT_URL !== undefined);
  const all = await connectHosts(outputs, s3, (host) =>
    reporter.say(`waiting for ${host} to come online in SSM`),
  );
  const play = { name: "MCP hosts", roles: [rollbackRole()] };
  const result = await reconcile(play, limitHosts(all, wanted.limit), {
    ...wanted,
    signal: interruption.signal,
    report: reporter.report,
    lock: createHostLock({
      path: layout.lock,
      holder: `${caller.arn} on ${hostname()} since ${new Date().toISOString()}`,
      staleAfterSeconds: lockStaleSeconds,
    }),
  }).finally(() => reporter.stop());
  requireSuccess(result, () => "make bootstrap");
});
