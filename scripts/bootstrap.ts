import { writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { resolve } from "node:path";
import { parseSettings } from "@cleanauth/common/environment.ts";
import { createArtifactStore } from "./aws/artifact-store.ts";
import { connectHosts, lazyS3 } from "./aws/connect-hosts.ts";
import { identifyStackCaller } from "./aws/stack-caller.ts";
import { readStackOutputs } from "./aws/stack-outputs.ts";
import { parseRunArguments } from "./engine/arguments.ts";
import { createHostLock } from "./engine/host-lock.ts";
import { reconcile, requireSuccess } from "./engine/reconcile.ts";
import { createReporter } from "./engine/reporter.ts";
import { limitHosts } from "./engine/selection.ts";
import { quoteWord } from "./engine/shell-script.ts";
import { runProgram } from "./program.ts";
import { prepareMaterial } from "./roles/host-material.ts";
import { hostPlay } from "./roles/host-play.ts";
import { artifactKey, privateKeyObject } from "./roles/host-settings.ts";
import { layout } from "./roles/layout.ts";
import { hostSettings, operatorSettings } from "./roles/operator-settings.ts";
import { fingerprintOf } from "./roles/tls.ts";

/** `make chat` trusts this certificate beside the usual ones. */
const certificateFile = ".cleanauth/server-certificate.pem";
const lockStaleSeconds = 1200;
const repository = resolve(import.meta.dirname, "..");
/** What was built is kept, for as long as the sources stay as they are. */
const artifactFolder = ".cleanauth/artifacts";

// make bootstrap: installs server and client on the stack's hosts, or brings them up to date.
await runProgram(async (environment) => {
  const wanted = parseRunArguments(process.argv.slice(2));
  const operator = parseSettings(operatorSettings, environment);
  const outputs = readStackOutputs();
  const caller = await identifyStackCaller(outputs);
  const prepared = await prepareMaterial(repository, artifactFolder, operator);
  const settings = hostSettings(operator, outputs, prepared.material);

  const reporter = createReporter(process.stdout, wanted);
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  process.once("SIGINT", interrupt).once("SIGTERM", interrupt);
  const s3 = lazyS3(outputs.Region, environment.AWS_ENDPOINT_URL !== undefined);
  const all = await connectHosts(outputs, s3, (host) =>
    reporter.say(`waiting for ${host} to come online in SSM`),
  );
  let takeBack = async () => {};
  const result = await reconcile(hostPlay(settings), limitHosts(all, wanted.limit), {
    ...wanted,
    signal: interruption.signal,
    report: reporter.report,
    lock: createHostLock({
      path: layout.lock,
      holder: `${caller.arn} on ${hostname()} since ${new Date().toISOString()}`,
      staleAfterSeconds: lockStaleSeconds,
    }),
    async beforeChanges() {
      const store = createArtifactStore(await s3(), outputs.ArtifactBucket);
      for (const { sha256, file, bytes } of prepared.artifacts) {
        if (!(await store.uploadOnce(artifactKey(sha256), file, sha256))) continue;
        reporter.say(`uploaded ${sha256.slice(0, 12)} (${(bytes / 1e6).toFixed(1)} MB)`);
      }
      const { privateKey: key } = prepared;
      if (key !== null) takeBack = await store.lend(privateKeyObject(key.sha256), key.pem);
    },
  }).finally(async () => {
    reporter.stop();
    await takeBack();
  });
  requireSuccess(
    result,
    (task) => `make bootstrap ARGS=${quoteWord(`--start-at-task ${quoteWord(task)}`)}`,
  );
  if (wanted.check) return;
  const certificate = Object.values(result.facts)[0]?.["settings.certificate"] ?? "";
  if (settings.tls.kind === "none" || certificate === "") return;
  writeFileSync(certificateFile, certificate);
  reporter.say(`certificate: ${certificateFile}, SHA-256 ${fingerprintOf(certificate)}`);
});
