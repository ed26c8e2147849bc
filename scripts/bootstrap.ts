import { resolve } from "node:path";
import { parseSettings } from "@cleanauth/common/environment.ts";
import { createArtifactStore } from "./aws/artifact-store.ts";
import { readStackOutputs } from "./aws/stack-outputs.ts";
import { leaveClientAccess } from "./client-access.ts";
import { parseRunArguments } from "./engine/arguments.ts";
import { quoteWord } from "./engine/shell-script.ts";
import { runProgram } from "./program.ts";
import { prepareMaterial } from "./roles/host-material.ts";
import { hostPlay } from "./roles/host-play.ts";
import { artifactKey } from "./roles/host-settings.ts";
import { hostSettings, operatorSettings } from "./roles/operator-settings.ts";
import { runOnHosts } from "./run-on-hosts.ts";

const repository = resolve(import.meta.dirname, "..");
/** What was built is kept, for as long as the sources stay as they are. */
const artifactFolder = ".cleanauth/artifacts";

// make bootstrap: installs server and client on the stack's hosts, or brings them up to date.
await runProgram(async (environment) => {
  const wanted = parseRunArguments(process.argv.slice(2));
  const operator = parseSettings(operatorSettings, environment);
  const outputs = readStackOutputs();
  const { material, artifacts, lent } = await prepareMaterial(repository, artifactFolder, operator);
  const settings = hostSettings(operator, outputs, material);

  const takeBack: (() => Promise<void>)[] = [];
  const { facts, reporter } = await runOnHosts(hostPlay(settings), {
    wanted,
    outputs,
    environment,
    async beforeChanges(tasks, s3, { say }) {
      const store = createArtifactStore(s3, outputs.ArtifactBucket);
      for (const { sha256, file, bytes } of artifacts) {
        if (!(await store.uploadOnce(artifactKey(sha256), file, sha256))) continue;
        say(`uploaded ${sha256.slice(0, 12)} (${(bytes / 1e6).toFixed(1)} MB)`);
      }
      // A secret is lent only to a host that is about to fetch it.
      for (const { task, key, content } of lent) {
        if (tasks.has(task)) takeBack.push(await store.lend(key, content));
      }
    },
    async afterwards() {
      await Promise.all(takeBack.map((remove) => remove()));
    },
    goOnWith: (task) =>
      task === null
        ? "make bootstrap"
        : `make bootstrap ARGS=${quoteWord(`--start-at-task ${quoteWord(task)}`)}`,
  });

  if (wanted.check) return;
  const hasTls = settings.tls.kind !== "none";
  const certificate = Object.values(facts)[0]?.["settings.certificate"] || null;
  const lines = await leaveClientAccess(outputs, settings, hasTls ? certificate : null);
  for (const line of lines) reporter.say(line);
});
