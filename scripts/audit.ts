import { existsSync } from "node:fs";
import { join } from "node:path";
import { auditUsage, parseAuditArguments } from "./audit/audit-arguments.ts";
import { chooseEntries, formatEntries } from "./audit/audit-entries.ts";
import { readLocalAuditLog } from "./audit/local-audit-log.ts";
import { stackOutputsFile } from "./aws/stack-outputs.ts";
import { runProgram } from "./program.ts";

// Shows who called which tool of which server behind the gateway: on the stack's hosts, or on this
// machine where none is deployed. For this machine it needs no package that make start does without.
await runProgram(async (environment) => {
  const isDeployed = existsSync(stackOutputsFile);
  const wanted = parseAuditArguments(process.argv.slice(2), { now: new Date(), isDeployed });
  if (wanted.help) return console.log(auditUsage);
  const dataDir = environment.DATA_DIR ?? ".cleanauth/data";
  const readLines = async () => {
    if (wanted.local) return readLocalAuditLog(join(dataDir, "audit", "audit.log"));
    const { readHostsAuditLogs } = await import("./audit/hosts-audit-logs.ts");
    const isEmulated = environment.AWS_ENDPOINT_URL !== undefined;
    return readHostsAuditLogs(wanted, isEmulated, (line) => console.error(line));
  };
  const chosen = chooseEntries(await readLines(), wanted);
  for (const line of formatEntries(chosen, wanted.json)) console.log(line);
});
