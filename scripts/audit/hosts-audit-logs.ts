import { connectHosts, lazyS3 } from "../aws/connect-hosts.ts";
import { identifyStackCaller } from "../aws/stack-caller.ts";
import { readStackOutputs } from "../aws/stack-outputs.ts";
import { limitHosts } from "../engine/selection.ts";
import { followLogs } from "../logs/follow-logs.ts";
import { layout } from "../roles/layout.ts";
import type { AuditArguments } from "./audit-arguments.ts";

/**
 * Reads the audit logs of the stack's hosts.
 *
 * @param isEmulated whether another program stands for AWS
 * @param tell told which host is waited for
 * @returns their lines, host by host
 */
export async function readHostsAuditLogs(
  { since, limit }: Pick<AuditArguments, "since" | "limit">,
  isEmulated: boolean,
  tell: (line: string) => void,
): Promise<readonly string[]> {
  const outputs = readStackOutputs();
  await identifyStackCaller(outputs);
  const all = await connectHosts(outputs, lazyS3(outputs.Region, isEmulated), (host) =>
    tell(`waiting for ${host} to come online in SSM`),
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
