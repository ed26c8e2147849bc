import { fact } from "../engine/fact.ts";
import type { Decision } from "../engine/operation.ts";
import { sh } from "../engine/shell-script.ts";
import { awsRead } from "./app-role.ts";
import type { HostSettings } from "./host-settings.ts";
import { layout } from "./layout.ts";

const secretVariable = "COGNITO_CLIENT_SECRET";

/**
 * Whether the file holds what the parameter holds, compared on the host: the secret itself never
 * leaves it.
 */
export function clientSecretFact(settings: HostSettings) {
  const { clientSecretParameter: parameter, region } = settings;
  const place = sh`p=${layout.clientSecretEnv}
[ "$(stat -c '%a %U %G' "$p" 2>/dev/null)" = ${`600 ${layout.user} ${layout.user}`} ] || { echo "not written yet"; exit; }`;
  if (parameter === null) {
    return fact(
      sh`${place}
[ -s "$p" ] && echo "there is one, and the app client has none" || echo same`,
      trimmed,
    );
  }
  return fact(
    sh`${place}
if said=$(${awsRead(settings)} parameter ${[region, parameter, secretVariable]} 2>&1); then
  [ "$said" = "$(cat "$p")" ] && echo same || echo "the parameter has changed"
else printf '%s\n' "$said"; fi`,
    trimmed,
  );
}

function trimmed(output: string): string {
  return output.trim() || "unknown";
}

function writeSecret(settings: HostSettings, parameter: string) {
  return sh`set -eu
umask 077
new=${`${layout.clientSecretEnv}.new`}
trap 'rm -f "$new"' EXIT
${awsRead(settings)} parameter ${[settings.region, parameter, secretVariable]} > "$new"
chown ${`${layout.user}:${layout.user}`} "$new"
mv -fT "$new" ${layout.clientSecretEnv}`;
}

function writeNoSecret() {
  return sh`install -m 600 -o ${layout.user} -g ${layout.user} /dev/null ${layout.clientSecretEnv}`;
}

/** Decides whether the host has to read its parameter; what the fact says is shown with `-v`. */
export function decideClientSecret(settings: HostSettings, said: string): Decision {
  if (said === "same") return { kind: "ok" };
  const { clientSecretParameter: parameter } = settings;
  const command = parameter === null ? writeNoSecret() : writeSecret(settings, parameter);
  return { kind: "change", because: said, command };
}
