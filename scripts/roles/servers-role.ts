import { fact } from "../engine/fact.ts";
import { type Decision, defineRole } from "../engine/operation.ts";
import { type ShellScript, sh } from "../engine/shell-script.ts";
import { awsRead } from "./app-role.ts";
import { type HostSettings, serversFileObject } from "./host-settings.ts";
import { layout, nodeProgram } from "./layout.ts";
import type { ServerPackage } from "./servers-file.ts";

/** The name of the operation that fetches the servers file. */
export const serversFileTask = "the servers file is there";

const wantedAttributes = `600 ${layout.user} ${layout.user}`;

/**
 * The MCP servers behind this one: their file, and the packages that it runs. The file may hold
 * secrets, so it comes from the bucket, never in a command, and no diff shows it. The server sees by
 * itself that it has changed.
 */
export function serversRole(settings: HostSettings) {
  const packages = settings.serversFile?.packages ?? [];
  return defineRole({
    name: "servers",
    facts: {
      file: fact(
        sh`p=${layout.serversFile}
[ -e "$p" ] && printf '%s %s' "$(sha256sum < "$p" | cut -c 1-64)" "$(stat -c '%a %U %G' "$p")"`,
        (output) => output.trim(),
      ),
      packages: fact(
        sh`for folder in ${packages.map(({ server }) => folderOf(server))}; do
${nodeProgram} -p ${printInstalled} "$folder" 2>/dev/null || echo none
done`,
        (output) => output.split("\n"),
      ),
    },
    operations: [
      ...packages.map((wanted, at) => ({
        name: `${wanted.name} ${wanted.version} is installed`,
        timeoutSeconds: 300,
        retries: 1,
        decide: ({ packages: found }: { packages: readonly string[] }): Decision =>
          found[at] === lockedAs(wanted)
            ? { kind: "ok" }
            : { kind: "change", command: installPackage(wanted) },
      })),
      {
        name: serversFileTask,
        decide: ({ file }) => decideServersFile(settings, file),
      },
    ],
  });
}

/** Prints what npm has installed, as its own lockfile in node_modules tells. */
const printInstalled = `const lock = JSON.parse(require("fs").readFileSync(process.argv[1] + "/node_modules/.package-lock.json"));
const own = Object.keys(JSON.parse(require("fs").readFileSync(process.argv[1] + "/package.json")).dependencies);
own.map((name) => { const it = lock.packages["node_modules/" + name]; return name + "@" + it.version + " " + it.integrity; }).join(",")`;

function lockedAs({ name, version, integrity }: ServerPackage): string {
  return `${name}@${version} ${integrity}`;
}

/** The folder in which the server starts that entry's processes, one level up: `npx` looks there. */
function folderOf(server: string): string {
  return `${layout.data}/servers/${server}`;
}

/** As the service user, without the package's own scripts; what is not what was looked at goes again. */
function installPackage(wanted: ServerPackage): ShellScript {
  const { server, name, version } = wanted;
  const npm = `${layout.node}/current/bin/npm`;
  return sh`set -eu
folder=${folderOf(server)}
install -d -m 700 -o ${layout.user} -g ${layout.user} ${`${layout.data}/servers`} "$folder"
as() { runuser -u ${layout.user} -- env -i HOME=${layout.home} PATH=${`${layout.node}/current/bin:/usr/bin:/bin`} "$@"; }
cd "$folder"
rm -rf node_modules package.json package-lock.json
printf '{"private":true}' | as tee package.json >/dev/null
as ${npm} install --ignore-scripts --no-audit --no-fund --loglevel=error --save-exact ${`${name}@${version}`}
found=$(as ${nodeProgram} -p ${printInstalled} "$folder")
if [ "$found" != ${lockedAs(wanted)} ]; then
  rm -rf node_modules
  echo "npm installed $found, not "${lockedAs(wanted)} >&2
  exit 1
fi`;
}

function decideServersFile(settings: HostSettings, found: string): Decision {
  const wanted = settings.serversFile;
  const path = layout.serversFile;
  if (wanted === null) {
    return found === "" ? { kind: "ok" } : { kind: "change", command: sh`rm -f ${path}` };
  }
  if (found === `${wanted.sha256} ${wantedAttributes}`) return { kind: "ok" };
  const { region, artifactBucket } = settings;
  const object = [region, artifactBucket, serversFileObject(wanted.sha256), wanted.sha256];
  return {
    kind: "change",
    because: found === "" ? "it is missing" : "it differs",
    command: sh`set -eu
umask 077
new=${`${path}.new`}
trap 'rm -f "$new"' EXIT
${awsRead(settings)} object ${object} "$new"
chown ${`${layout.user}:${layout.user}`} "$new"
mv -fT "$new" ${path}`,
  };
}
