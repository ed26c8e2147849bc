import { existsSync } from "node:fs";
import { join } from "node:path";
import { type AuditArguments, auditUsage, parseAuditArguments } from "./audit/audit-arguments.ts";
import { chooseEntries, formatEntries } from "./audit/audit-entries.ts";
import { readLocalAuditLog } from "./audit/local-audit-log.ts";
import { connectHosts, lazyS3 } from "./aws/connect-hosts.ts";
import { identifyStackCaller } from "./aws/stack-caller.ts";
import { readStackOutputs, stackOutputsFile } from "./aws/stack-outputs.ts";
import { limitHosts } from "./engine/selection.ts";
import { followLogs } from "./logs/follow-logs.ts";
import { runProgram } from "./program.ts";
import { layout } from "./roles/layout.ts";

// Shows who called which tool of which server behind the gateway: on the stack's hosts, or on this
// machine where none is deployed.
await runProgram(async (environment) => {
  const isDeployed = existsSync(stackOutputsFile);
  const wanted = parseAuditArguments(process.argv.slice(2), { now: new Date(), isDeployed });
  if (wanted.help) return console.log(auditUsage);
  const dataDir = environment.DATA_DIR ?? ".cleanauth/data";
  const lines = wanted.local
    ? readLocalAuditLog(join(dataDir, "audit", "audit.log"))
    : await readHostsAuditLogs(wanted, environment.AWS_ENDPOINT_URL !== undefined);
  const chosen = chooseEntries(lines, wanted);
  for (const line of formatEntries(chosen, wanted.json)) console.log(line);
});

async function readHostsAuditLogs(
  { since, limit }: AuditArguments,
  isEmulated: boolean,
): Promise<readonly string[]> {
  const outputs = readStackOutputs();
  await identifyStackCaller(outputs);
  const all = await connectHosts(outputs, lazyS3(outputs.Region, isEmulated), (host) =>
    console.error(`waiting for ${host} to come online in SSM`),
  );
  const files = [{ name: "audit", path: `${layout.data}/audit/audit.log` }];
  const signal = new AbortController().signal;
  const read = async ({ shell }: (typeof all)[number]) => {
    const lines: string[] = [];
    const looks = followLogs(shell, { files, since, follows: false, signal });
    for await (const look of looks) lines.push(...look.lines);
    return lines;
  };
  return (await Promise.all(limitHosts(all, limit).map(read))).flat();
}
