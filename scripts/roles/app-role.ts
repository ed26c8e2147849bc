import { fact } from "../engine/fact.ts";
import { fileFact } from "../engine/file.ts";
import { defineRole } from "../engine/operation.ts";
import { type ShellScript, sh } from "../engine/shell-script.ts";
import { artifactKey, type HostSettings } from "./host-settings.ts";
import { layout, nodeProgram, reloadClient, reloadServer } from "./layout.ts";
import { switchLink } from "./node-role.ts";
import { unpackBeside } from "./unpack.ts";

const keptReleases = 3;
/** Written last into an unpacked artifact: only a whole one has it. */
const wholeMark = ".complete";

/** The release and pm2: fetched from the bucket, checked, unpacked beside what runs, and switched. */
export function appRole(settings: HostSettings) {
  const release = settings.release.sha256;
  const processManager = processManagerFolder(settings);
  return defineRole({
    name: "app",
    facts: {
      release: wholeFact(`${layout.releases}/${release}`),
      processManager: wholeFact(processManager),
      current: fileFact(layout.current),
      releases: fact(sh`ls -1t ${layout.releases}`, (output) => output.split("\n").filter(Boolean)),
    },
    operations: [
      {
        name: `pm2 ${settings.processManager.version} is unpacked`,
        tags: ["release"],
        timeoutSeconds: 300,
        retries: 2,
        decide: ({ processManager: isThere }) =>
          isThere
            ? { kind: "ok" }
            : {
                kind: "change",
                command: unpack(settings, settings.processManager.sha256, processManager),
              },
      },
      {
        name: `release ${release.slice(0, 12)} is unpacked`,
        tags: ["release"],
        timeoutSeconds: 300,
        retries: 2,
        decide: ({ release: isThere }) =>
          isThere
            ? { kind: "ok" }
            : {
                kind: "change",
                command: unpack(settings, release, `${layout.releases}/${release}`),
              },
      },
      {
        name: `release ${release.slice(0, 12)} is the current one`,
        tags: ["release"],
        notifies: [reloadServer, reloadClient],
        decide: ({ current }) =>
          current?.kind === "symlink" && current.content === `releases/${release}`
            ? { kind: "ok" }
            : {
                kind: "change",
                because: `it was ${current?.content ?? "none"}`,
                command: switchRelease(release),
              },
      },
      {
        name: `the last ${keptReleases} releases are kept`,
        tags: ["release"],
        // The new one counts before it is there.
        decide: ({ releases }) =>
          releases.filter((name) => name !== release).length < keptReleases
            ? { kind: "ok" }
            : { kind: "change", command: removeOldReleases() },
      },
    ],
  });
}

/** Named by version and content: pm2's own dependencies may change without it. */
export function processManagerFolder({ processManager }: HostSettings): string {
  const { version, sha256 } = processManager;
  return `${layout.processManager}/${version}-${sha256.slice(0, 8)}`;
}

function wholeFact(folder: string) {
  return fact(sh`[ -e ${`${folder}/${wholeMark}`} ] && echo yes`, (output) => output === "yes\n");
}

function unpack(settings: HostSettings, sha256: string, target: string): ShellScript {
  const source = [settings.region, settings.artifactBucket, artifactKey(sha256), sha256];
  return unpackBeside(target, {
    fetch: sh`${awsRead(settings)} object ${source} "$part/archive.tar.gz"`,
    finish: sh`: > "$part/unpacked/"${wholeMark}
chmod -R u=rwX,go=rX "$part/unpacked"`,
  });
}

/** The program that reads from AWS, with the authorities that the operator gave. */
export function awsRead({ givenAuthorities }: HostSettings): ShellScript {
  const trusted =
    givenAuthorities === null ? [] : [`NODE_EXTRA_CA_CERTS=${layout.givenAuthorities}`];
  return sh`env -i ${trusted} ${nodeProgram} ${layout.awsRead}`;
}

/** Makes a release current, remembers the one before, and says so by its age: the newest are kept. */
export function switchRelease(release: string): ShellScript {
  return sh`set -eu
before=$(readlink ${layout.current} || true)
if [ -n "$before" ] && [ "$before" != ${`releases/${release}`} ]; then
  ln -sfn "$before" ${`${layout.previous}.new`}
  mv -fT ${`${layout.previous}.new`} ${layout.previous}
fi
touch ${`${layout.releases}/${release}`}
${switchLink(layout.current, `releases/${release}`)}`;
}

function removeOldReleases(): ShellScript {
  return sh`set -eu
cd ${layout.releases}
current=$(basename "$(readlink ${layout.current})")
ls -1t | grep -vx "$current" | tail -n ${`+${keptReleases}`} | while read -r name; do rm -rf -- "$name"; done`;
}
