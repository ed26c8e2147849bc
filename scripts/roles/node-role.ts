import { fact } from "../engine/fact.ts";
import { decideFile, fileFact } from "../engine/file.ts";
import { type Decision, defineRole } from "../engine/operation.ts";
import { type ShellScript, sh, trustedScript } from "../engine/shell-script.ts";
import { decideGivenAuthorities } from "./given-authorities.ts";
import type { HostSettings } from "./host-settings.ts";
import { layout } from "./layout.ts";
import { unpackBeside } from "./unpack.ts";

/** What the other operations call that a small system may lack, and the package that brings it. */
const neededTools: Readonly<Record<string, string>> = {
  curl: "curl",
  tar: "tar",
  gzip: "gzip",
  flock: "util-linux",
  runuser: "util-linux",
  openssl: "openssl",
  logrotate: "logrotate",
};

const architectures: Readonly<Record<string, "x64" | "arm64">> = {
  x86_64: "x64",
  aarch64: "arm64",
};

/** The folders, the tools, and the one Node that everything runs on. */
export function nodeRole(settings: HostSettings) {
  const { version, mirror, sha256 } = settings.node;
  const rootOwned = { owner: "root", group: "root" };
  const folders = [layout.root, layout.node, layout.programs, layout.releases, layout.etc];
  return defineRole({
    name: "node",
    facts: {
      machine: fact(
        sh`uname -m; if ldd --version 2>&1 | grep -qi musl; then echo musl; else echo glibc; fi; . /etc/os-release && echo "$PRETTY_NAME"`,
        parseMachine,
      ),
      missingTools: fact(
        sh`for tool in ${Object.keys(neededTools)}; do command -v "$tool" >/dev/null || echo "$tool"; done`,
        (output) => output.split("\n").filter(Boolean),
      ),
      folders: fact(
        sh`for folder in ${folders}; do stat -c '%n %F %a %U' "$folder"; done`,
        (output) => output,
      ),
      installed: fact(
        sh`${`${layout.node}/${version}/bin/node`} --version`,
        (output) => output.trim() === `v${version}`,
      ),
      current: fileFact(`${layout.node}/current`),
      awsRead: fileFact(layout.awsRead, settings.awsRead),
      givenAuthorities: fileFact(layout.givenAuthorities, settings.givenAuthorities ?? undefined),
    },
    operations: [
      {
        name: "the machine is supported",
        decide: ({ machine }) => decideMachine(machine),
      },
      {
        name: "the tools are there",
        tags: ["packages"],
        timeoutSeconds: 300,
        retries: 2,
        retryDelaySeconds: 10,
        decide: ({ missingTools }) =>
          missingTools.length === 0
            ? { kind: "ok" }
            : {
                kind: "change",
                because: `missing: ${missingTools.join(", ")}`,
                command: installPackages(missingTools.map((tool) => neededTools[tool] ?? tool)),
              },
      },
      {
        name: "the folders are there",
        decide: ({ folders: found }) => {
          const wanted = folders.map((path) => `${path} directory 755 root\n`).join("");
          if (found === wanted) return { kind: "ok" };
          return {
            kind: "change",
            command: sh`set -eu
install -d -m 755 -o root -g root ${folders}`,
          };
        },
      },
      {
        name: "the given authorities are there",
        tags: ["tls"],
        decide: ({ givenAuthorities }) => decideGivenAuthorities(settings, givenAuthorities),
      },
      {
        name: `Node.js ${version} is installed`,
        timeoutSeconds: 600,
        retries: 2,
        decide: ({ installed, machine }) => {
          const architecture = architectures[machine.architecture];
          if (installed) return { kind: "ok" };
          if (architecture === undefined) return { kind: "skipped", because: "no Node for it" };
          const name = `node-v${version}-linux-${architecture}`;
          return {
            kind: "change",
            because: `from ${mirror}/v${version}/${name}.tar.gz`,
            command: installNode(
              version,
              `${mirror}/v${version}/${name}.tar.gz`,
              sha256[architecture],
            ),
          };
        },
      },
      {
        name: `Node.js ${version} is the current one`,
        decide: ({ current }) =>
          current?.kind === "symlink" && current.content === version
            ? { kind: "ok" }
            : { kind: "change", command: switchLink(`${layout.node}/current`, version) },
      },
      {
        name: "the program that reads from AWS is there",
        decide: ({ awsRead }) => {
          const decision = decideFile(awsRead, {
            path: layout.awsRead,
            content: settings.awsRead,
            ...rootOwned,
            mode: "644",
          });
          // Its text is minified: a diff of it tells nobody anything.
          return decision.kind === "change" ? withoutFiles(decision) : decision;
        },
      },
    ],
  });
}

interface Machine {
  readonly architecture: string;
  readonly libc: string;
  readonly system: string;
}

function parseMachine(output: string): Machine {
  const [architecture = "", libc = "", system = ""] = output.split("\n");
  return { architecture, libc, system };
}

function decideMachine({ architecture, libc, system }: Machine): Decision {
  if (architectures[architecture] === undefined) {
    return {
      kind: "refused",
      message: `The machine is ${architecture || "of an unknown kind"}, and Node runs on x86-64 and arm64`,
      hint: "Choose another INSTANCE_TYPE and deploy again.",
    };
  }
  if (libc !== "glibc") {
    return {
      kind: "refused",
      message: `${system} has no glibc, which Node's archive needs`,
      hint: "Use Amazon Linux 2023, Debian or Ubuntu.",
    };
  }
  return { kind: "ok" };
}

function installPackages(names: readonly string[]): ShellScript {
  const packages = [...new Set(names)];
  return sh`set -eu
if command -v dnf >/dev/null; then dnf install -y -q ${packages}
elif command -v apt-get >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q && apt-get install -y -q --no-install-recommends ${packages}
else echo "neither dnf nor apt-get is here" >&2; exit 1
fi`;
}

function installNode(version: string, url: string, sha256: string): ShellScript {
  return unpackBeside(`${layout.node}/${version}`, {
    fetch: sh`curl -fsSL --connect-timeout 15 --speed-limit 1024 --speed-time 30 -o "$part/archive.tar.gz" ${url}
actual=$(sha256sum < "$part/archive.tar.gz" | cut -d ' ' -f 1)
if [ "$actual" != ${sha256} ]; then echo "the archive has the SHA-256 $actual, not ${trustedScript(sha256)}" >&2; exit 1; fi`,
    finish: sh`"$part/unpacked/bin/node" --version`,
    stripped: 1,
  });
}

/** Points a link elsewhere in one step: at no moment is there none. */
export function switchLink(link: string, target: string): ShellScript {
  return sh`set -eu
ln -sfn ${target} ${`${link}.new`}
mv -fT ${`${link}.new`} ${link}`;
}

function withoutFiles(decision: Extract<Decision, { kind: "change" }>): Decision {
  const { files: _, ...rest } = decision;
  return rest;
}
