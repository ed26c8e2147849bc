import { AppError } from "@cleanauth/common/app-error.ts";
import { chalk } from "zx";
import { connectHosts, lazyS3 } from "./aws/connect-hosts.ts";
import { identifyStackCaller } from "./aws/stack-caller.ts";
import { readStackOutputs } from "./aws/stack-outputs.ts";
import { limitHosts } from "./engine/selection.ts";
import { followLogs } from "./logs/follow-logs.ts";
import { filterLines } from "./logs/line-filter.ts";
import { parseLogArguments } from "./logs/log-arguments.ts";
import { formatLogLine } from "./logs/log-line.ts";
import { runProgram } from "./program.ts";
import { printableLine } from "./terminal/printable.ts";

// Shows the logs of server and client as they grow on the host, until Ctrl-C.
await runProgram(async (environment) => {
  const wanted = parseLogArguments(process.argv.slice(2), environment, new Date());
  const outputs = readStackOutputs();
  await identifyStackCaller(outputs);
  const s3 = lazyS3(outputs.Region, environment.AWS_ENDPOINT_URL !== undefined);
  const all = await connectHosts(outputs, s3, (host) =>
    console.error(`waiting for ${host} to come online in SSM`),
  );
  const hosts = limitHosts(all, wanted.limit);

  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  process.once("SIGINT", interrupt).once("SIGTERM", interrupt);
  // A reader such as head has seen enough.
  process.stdout.once("error", interrupt);
  const format = wanted.raw ? printableLine : formatLogLine;
  const show = async ({ name: host, shell }: (typeof hosts)[number]) => {
    for await (const { name, lines, isCut } of followLogs(shell, {
      ...wanted,
      signal: interruption.signal,
    })) {
      const chosen = wanted.pattern === null ? lines : filterLines(lines, wanted.pattern);
      const label = hosts.length === 1 ? name.padEnd(6) : `${host} ${name.padEnd(6)}`;
      if (isCut)
        console.error(`${name}: only the last ${lines.length} lines; older ones are on the host`);
      for (const line of chosen) console.log(`${chalk.dim(`${label} |`)} ${format(line)}`);
    }
  };
  try {
    await Promise.all(hosts.map(show));
  } catch (error) {
    interruption.abort();
    // Ctrl-C is how one stops looking, not a failure.
    if (!(error instanceof AppError) || error.code !== "interrupted") throw error;
  }
});
