import { quoteWord, type ShellScript, sh, trustedScript } from "../engine/shell-script.ts";
import {
  clientApp,
  layout,
  nodeProgram,
  serverApp,
  serverPort,
  webTerminalPort,
} from "./layout.ts";
import { revisionFiles, revisionVariable } from "./process-config.ts";

/** pm2 as its user, with nothing of the caller's environment: `pm2 list`, `pm2 logs`, … */
export function processManagerProgram(folder: string, trustsMore: boolean): string {
  const variables = processManagerEnvironment(folder, trustsMore).map(quoteWord).join(" ");
  return `#!/bin/sh
# Written by make bootstrap; what is changed here by hand is put back by its next run.
cd ${layout.home} || exit 1
if [ "$(id -u)" = 0 ]; then as='runuser -u ${layout.user} --'; else as=; fi
exec $as env -i ${variables} \\
  ${nodeProgram} ${folder}/node_modules/pm2/bin/pm2 "$@"
`;
}

/** The whole environment of pm2's daemon, and so of the programs. */
export function processManagerEnvironment(folder: string, trustsMore: boolean): readonly string[] {
  return [
    `CLEANAUTH_PM2=${folder}`,
    `HOME=${layout.home}`,
    ...(trustsMore ? [`NODE_EXTRA_CA_CERTS=${layout.authorities}`] : []),
    `PATH=${layout.node}/current/bin:/usr/bin:/bin`,
    "PM2_DISCRETE_MODE=true",
    `PM2_HOME=${layout.processManagerHome}`,
  ];
}

/** Shell functions that say what an app should run and what it runs. */
function revisionFunctions(): string {
  const filesOf = (app: keyof typeof revisionFiles) => revisionFiles[app].join(" ");
  return `wanted() {
  case $1 in
    ${serverApp}) inputs='${filesOf(serverApp)}' ;;
    ${clientApp}) inputs='${filesOf(clientApp)}' ;;
  esac
  printf '%s:%s:%s\\n' "$1" "$(basename "$(readlink ${layout.current})")" \\
    "$(cat $inputs 2>/dev/null | sha256sum | cut -c 1-16)"
}
running() {
  grep -aoh "${revisionVariable}\\":\\"$1:[0-9a-f]*:[0-9a-f]*" /proc/[0-9]*/environ 2>/dev/null | cut -d '"' -f 3 | sort -u
}`;
}

/** Prints `app wanted running` for both programs. */
export function revisionsScript(): ShellScript {
  return sh`${trustedScript(revisionFunctions())}
for app in ${[serverApp, clientApp]}; do echo "$app $(wanted "$app") $(running "$app" | paste -sd ,)"; done`;
}

/**
 * Puts what is installed into service: `activate mcp-server`. The new process is first tried beside
 * the old one, on another port; one that does not become healthy there never replaces it. Where the
 * release is to blame, the link goes back to the release that runs.
 */
export function activationProgram(scheme: "http" | "https", trustsMore: boolean): string {
  const trusted = trustsMore ? `NODE_EXTRA_CA_CERTS=${layout.authorities}` : "";
  return `#!/bin/sh
# Written by make bootstrap; what is changed here by hand is put back by its next run.
set -u
app=$1
case $app in
  ${serverApp})
    url=${scheme}://127.0.0.1:${serverPort}/health trial_url=${scheme}://127.0.0.1:1${serverPort}/health
    trial_settings="PORT=1${serverPort} METRICS_PORT=0" program=server/main.js log=${layout.logs}/server.log
    files=--env-file=${layout.serverEnv} healthy='"status":"ok"' ;;
  ${clientApp})
    url=${scheme}://127.0.0.1:${webTerminalPort}/health trial_url=${scheme}://127.0.0.1:1${webTerminalPort}/health
    trial_settings="WEB_PORT=1${webTerminalPort}" program=client/web/main.js log=${layout.logs}/client.log
    files="--env-file=${layout.clientEnv} --env-file=${layout.clientSecretEnv}" healthy= ;;
  *) echo "usage: activate ${serverApp}|${clientApp}" >&2; exit 2 ;;
esac
${revisionFunctions()}

# Tries for so many seconds; leaves the last answer in $answer.
is_healthy() {
  until=$(( $(date +%s) + $2 ))
  while :; do
    if answer=$(curl -ksS --max-time 3 --fail-with-body "$1" 2>&1); then
      case $answer in *"$healthy"*) return 0 ;; esac
    fi
    [ "$(date +%s)" -lt "$until" ] || return 1
    if [ $# -gt 2 ] && ! kill -0 "$3" 2>/dev/null; then return 1; fi
    sleep 0.3
  done
}

short() { printf '%s' "$1" | head -c 400 | tr '\\n' ' '; }

try_beside() {
  scratch=$(mktemp -d) && chown ${layout.user} "$scratch"
  runuser -u ${layout.user} -- env -i HOME="$scratch" PATH=${layout.node}/current/bin:/usr/bin:/bin ${trusted} \\
    NODE_ENV=production HOST=127.0.0.1 DATA_DIR="$scratch/data" $trial_settings \\
    ${nodeProgram} $files ${layout.current}/$program > "$scratch/log" 2>&1 &
  trial=$!
  is_healthy "$trial_url" 30 "$trial"
  result=$?
  kill "$trial" 2>/dev/null
  wait "$trial" 2>/dev/null
  [ $result = 0 ] || said=$(grep -av '^ *at \\|^ *$\\|^ *^\\|^Node.js v' "$scratch/log" | tail -n 3)
  rm -rf "$scratch"
  return $result
}

put_into_service() {
  systemctl is-active --quiet cleanauth.service || systemctl restart cleanauth.service
  ${layout.pm2} startOrReload ${layout.processes} --only "$app" --update-env --force >/dev/null 2>&1
  until_runs=$(( $(date +%s) + 30 ))
  while [ "$(running "$app")" != "$(wanted "$app")" ]; do
    [ "$(date +%s)" -lt "$until_runs" ] || return 1
    sleep 0.3
  done
  is_healthy "$url" 30
}

release_of() { printf '%s' "$1" | cut -d : -f 2; }

# Back to the release that was in service; fails, because what was asked for is not in service.
give_up() {
  tried=$(basename "$(readlink ${layout.current})")
  if [ -n "$good" ] && [ "$good" != "$tried" ] && [ -d ${layout.releases}/"$good" ]; then
    ln -sfn "releases/$good" ${layout.current}.new && mv -fT ${layout.current}.new ${layout.current}
    if [ "$(running "$app")" != "$(wanted "$app")" ]; then put_into_service || true; fi
    echo "$app of release $(printf '%.12s' "$tried") did not become healthy; switched back to release $(printf '%.12s' "$good"). It said: $(short "$1")" >&2
  else
    echo "$app did not become healthy; what was in service stays as it is. It said: $(short "$1")" >&2
  fi
  exit 1
}

before=$(running "$app" | head -n 1)
good=$(release_of "$before")
[ -n "$good" ] || good=$(basename "$(readlink ${layout.previous} 2>/dev/null)" 2>/dev/null)
if [ "$before" = "$(wanted "$app")" ] && is_healthy "$url" 30; then
  echo "$app runs what is installed"
  exit 0
fi
said=
if [ -n "$before" ] && ! try_beside; then give_up "\${said:-$answer}"; fi
put_into_service || give_up "$answer / $(tail -n 2 $log 2>/dev/null)"
echo "$app runs what is installed"
`;
}
