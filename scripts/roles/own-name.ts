import { fact } from "../engine/fact.ts";
import type { Decision } from "../engine/operation.ts";
import { sh } from "../engine/shell-script.ts";
import type { HostSettings } from "./host-settings.ts";

/** Whether the host finds itself under the name that its certificate is for. */
export function ownNameFact(settings: HostSettings) {
  return fact(
    sh`grep -c ${`^127\\.0\\.0\\.1 ${ownNameOf(settings)} # cleanauth$`} /etc/hosts`,
    (output) => output === "1\n",
  );
}

export function decideOwnName(settings: HostSettings, isKnown: boolean): Decision {
  if (settings.tls.kind !== "given") return { kind: "skipped", because: "it is localhost" };
  return isKnown ? { kind: "ok" } : { kind: "change", command: nameOneself(ownNameOf(settings)) };
}

function ownNameOf({ tls }: HostSettings): string {
  return tls.kind === "given" ? tls.name : "localhost";
}

/**
 * The client beside the server calls it by the name that the certificate is for; through the public
 * address it would have to be let in by the security group.
 */
function nameOneself(name: string) {
  return sh`set -eu
new=/etc/hosts.cleanauth
grep -v ' # cleanauth$' /etc/hosts > "$new" || true
printf '127.0.0.1 %s # cleanauth\n' ${name} >> "$new"
cat "$new" > /etc/hosts
rm -f "$new"`;
}
