import { exitCode } from "@cleanauth/common/exit-code.ts";
import { chalk } from "zx";
import { checks } from "./doctor/checks.ts";
import { createDoctorContext } from "./doctor/context.ts";
import { formatAsJson, formatLink, formatSummary, hasFailure } from "./doctor/report.ts";
import { runChecks } from "./doctor/run-checks.ts";
import { runProgram } from "./program.ts";
import { readFlags } from "./terraform/flags.ts";

// Looks at every link of the chain, and says what mends those that are broken.
await runProgram(async (environment) => {
  const { json } = readFlags(process.argv.slice(2), ["json"]);
  const interruption = new AbortController();
  process.once("SIGINT", () => interruption.abort());
  const context = createDoctorContext(environment, interruption.signal);
  const titleWidth = Math.max(...checks.map(({ title }) => title.length));
  const isLive = !json && process.stdout.isTTY;
  const links = await runChecks(
    checks,
    context,
    ({ title }) => {
      if (isLive) process.stdout.write(chalk.dim(`…            ${title}`));
    },
    (link) => {
      if (isLive) process.stdout.write("\r\x1b[K");
      if (!json) console.log(formatLink(link, titleWidth, chalk));
    },
  );
  console.log(json ? formatAsJson(links) : `\n${formatSummary(links)}`);
  if (hasFailure(links)) process.exitCode = exitCode.failed;
});
