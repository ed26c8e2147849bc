import { fact } from "../engine/fact.ts";
import { decideFile, fileFact } from "../engine/file.ts";
import { defineRole } from "../engine/operation.ts";
import { joinLines, sh } from "../engine/shell-script.ts";
import { clientSecretFact, decideClientSecret } from "./client-secret.ts";
import { formatEnvironmentFile } from "./environment-file.ts";
import { decideGivenAuthorities } from "./given-authorities.ts";
import type { HostSettings } from "./host-settings.ts";
import { layout, reloadClient, reloadServer } from "./layout.ts";
import { decideOwnName, ownNameFact } from "./own-name.ts";
import { certificateFact, certificateTask, decideCertificate, privateKeyFact } from "./tls.ts";

const userOwned = { owner: layout.user, group: layout.user };

/** What both programs are told, in files that only their user reads. */
export function settingsRole(settings: HostSettings) {
  const folders = [
    { path: layout.tls, mode: "755", owner: "root" },
    { path: layout.home, mode: "700", owner: layout.user },
    { path: layout.data, mode: "700", owner: layout.user },
    { path: layout.processManagerHome, mode: "700", owner: layout.user },
    { path: layout.logs, mode: "750", owner: layout.user },
  ];
  return defineRole({
    name: "settings",
    facts: {
      user: fact(sh`getent passwd ${layout.user} | cut -d : -f 6,7`, (output) => output.trim()),
      folders: fact(
        sh`for folder in ${folders.map(({ path }) => path)}; do stat -c '%n %a %U' "$folder"; done`,
        (output) => output,
      ),
      serverEnv: fileFact(layout.serverEnv, serverEnvironmentFile(settings).content),
      clientEnv: fileFact(layout.clientEnv, clientEnvironmentFile(settings).content),
      clientSecret: clientSecretFact(settings),
      certificate: certificateFact(),
      privateKey: privateKeyFact(),
      givenAuthorities: fileFact(layout.givenAuthorities, settings.givenAuthorities ?? undefined),
      ownName: ownNameFact(settings),
      authorities: fact(
        sh`[ "$(sha256sum < ${layout.authorities})" = "$(cat /dev/null ${authoritySources(settings)} | sha256sum)" ] && echo same`,
        (output) => output === "same\n",
      ),
    },
    operations: [
      {
        name: `the user ${layout.user} is there, without a login shell`,
        decide: ({ user }) =>
          /^\/var\/lib\/cleanauth:.*\/(nologin|false)$/.test(user)
            ? { kind: "ok" }
            : { kind: "change", command: makeUser(user !== "") },
      },
      {
        name: "the folders are there",
        decide: ({ folders: found }) => {
          const wanted = folders.map(({ path, mode, owner }) => `${path} ${mode} ${owner}\n`);
          if (found === wanted.join("")) return { kind: "ok" };
          const lines = folders.map(
            ({ path, mode, owner }) => sh`install -d -m ${mode} -o ${owner} -g ${owner} ${path}`,
          );
          return { kind: "change", command: joinLines([sh`set -eu`, ...lines]) };
        },
      },
      {
        name: "server.env is written",
        notifies: [reloadServer],
        decide: ({ serverEnv }) => decideFile(serverEnv, serverEnvironmentFile(settings)),
      },
      {
        name: "client.env is written",
        notifies: [reloadClient],
        decide: ({ clientEnv }) => decideFile(clientEnv, clientEnvironmentFile(settings)),
      },
      {
        name: "the client secret is read from its parameter",
        tags: ["secret"],
        notifies: [reloadClient],
        retries: 2,
        decide: ({ clientSecret }) => decideClientSecret(settings, clientSecret),
      },
      {
        name: certificateTask,
        tags: ["tls"],
        notifies: [reloadServer, reloadClient],
        decide: ({ certificate, privateKey }) =>
          decideCertificate(settings, certificate, privateKey),
      },
      {
        name: "the host finds itself under its own name",
        tags: ["tls"],
        decide: ({ ownName }) => decideOwnName(settings, ownName),
      },
      {
        name: "the trusted authorities are together",
        tags: ["tls"],
        notifies: [reloadServer, reloadClient],
        decide: ({ authorities, certificate, privateKey, givenAuthorities }) => {
          const sources = authoritySources(settings);
          if (sources.length === 0) {
            return { kind: "skipped", because: "Node's own list is enough" };
          }
          // What this run is about to write is not among the facts yet.
          const stays =
            decideCertificate(settings, certificate, privateKey).kind !== "change" &&
            decideGivenAuthorities(settings, givenAuthorities).kind !== "change";
          return authorities && stays
            ? { kind: "ok" }
            : {
                kind: "change",
                command: sh`set -eu
umask 022
cat ${sources} > ${`${layout.authorities}.new`}
mv -fT ${`${layout.authorities}.new`} ${layout.authorities}`,
              };
        },
      },
    ],
  });
}

export function serverEnvironmentFile({ serverEnvironment }: HostSettings) {
  const content = formatEnvironmentFile(serverEnvironment);
  return { path: layout.serverEnv, content, ...userOwned, mode: "600" };
}

export function clientEnvironmentFile({ clientEnvironment }: HostSettings) {
  const content = formatEnvironmentFile(clientEnvironment);
  return { path: layout.clientEnv, content, ...userOwned, mode: "600" };
}

/** What the programs have to trust beside Node's own list; empty for nothing. */
export function authoritySources({ tls, givenAuthorities }: HostSettings): readonly string[] {
  return [
    ...(givenAuthorities === null ? [] : [layout.givenAuthorities]),
    // The client beside the server calls it by its certificate, too.
    ...(tls.kind === "none" ? [] : [layout.certificate]),
  ];
}

function makeUser(isThere: boolean) {
  const options = ["--home-dir", layout.home, "--shell", "/usr/sbin/nologin"];
  return isThere
    ? sh`usermod --home ${layout.home} --shell /usr/sbin/nologin ${layout.user}`
    : sh`useradd --system --user-group --no-create-home ${options} ${layout.user}`;
}
