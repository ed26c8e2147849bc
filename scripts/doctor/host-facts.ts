import { parseEnv } from "node:util";
import { parseJson } from "@cleanauth/common/parse-json.ts";
import { z } from "zod";
import { fact, type ValuesOf } from "../engine/fact.ts";
import { sh } from "../engine/shell-script.ts";
import {
  clientApp,
  layout,
  nodeProgram,
  serverApp,
  serverPort,
  webTerminalPort,
} from "../roles/layout.ts";

/** What of the settings is looked at: none of these is a secret, and nothing else leaves the host. */
const comparedSettings = [
  "COGNITO_POOL_ID",
  "COGNITO_CLIENT_ID",
  "COGNITO_PUBLIC_CLIENT_ID",
  "PUBLIC_URL",
  "BEDROCK_MODEL_ID",
] as const;

const trusted = sh`if [ -s ${layout.authorities} ]; then export NODE_EXTRA_CA_CERTS=${layout.authorities}
elif [ -s ${layout.givenAuthorities} ]; then export NODE_EXTRA_CA_CERTS=${layout.givenAuthorities}; fi`;

/** What the doctor wants to know from inside of the host. Every script only reads. */
export function hostFacts(stack: {
  readonly region: string;
  readonly keysUrl: string;
  /** Empty where there is none. */
  readonly secretParameter: string;
  /** What is asked when the host's own settings name no model. */
  readonly modelId: string;
}) {
  return {
    /** Seconds since 1970 by the host's clock. */
    clock: fact(sh`date +%s.%N`, Number),
    node: fact(sh`${nodeProgram} --version`, trimmed),
    release: fact(
      sh`release=$(readlink ${layout.current}) && [ -e ${`${layout.current}/.complete`} ] && basename "$release"`,
      trimmed,
    ),
    server: fact(settingsOf(layout.serverEnv), parseEnv),
    client: fact(settingsOf(layout.clientEnv), parseEnv),
    /** `same`, `differs`, or what the role was answered with; the secret itself stays on the host. */
    secret: fact(
      sh`${trusted}
if said=$(${nodeProgram} ${layout.awsRead} parameter ${stack.region} ${stack.secretParameter} COGNITO_CLIENT_SECRET 2>&1); then
  [ "$said" = "$(cat ${layout.clientSecretEnv} 2>/dev/null)" ] && echo same || echo differs
else printf '%s\n' "$said" | head -c 400; fi`,
      trimmed,
    ),
    // Asking pm2 would start its daemon where there is none.
    processes: fact(
      sh`pid=$(cat ${`${layout.processManagerHome}/pm2.pid`}) && [ -d "/proc/$pid" ] || { echo '[]'; exit; }
${layout.pm2} jlist | ${nodeProgram} -e ${listProcesses}`,
      parseProcesses,
    ),
    serverHealth: fact(healthOf(layout.serverEnv, serverPort), parseHealth),
    clientHealth: fact(healthOf(layout.clientEnv, webTerminalPort), parseHealth),
    /** How many keys the pool publishes, or why they cannot be had from here. */
    keys: fact(
      sh`${trusted}
${nodeProgram} -e ${countKeys} ${stack.keysUrl} 2>&1 | head -c 400`,
      trimmed,
    ),
    /** `ok`, or what Bedrock answered to the host's role. */
    model: fact(
      sh`${trusted}
model=$(sed -n 's/^BEDROCK_MODEL_ID=//p' ${layout.clientEnv})
[ -n "$model" ] || model=${stack.modelId}
${nodeProgram} ${layout.awsRead} model ${stack.region} "$model" 2>&1 | head -c 600`,
      trimmed,
    ),
  };
}

export type HostFacts = ValuesOf<ReturnType<typeof hostFacts>>;

function trimmed(output: string): string {
  return output.trim();
}

function settingsOf(file: string) {
  const names = comparedSettings.map((name) => `^${name}=`).join("|");
  return sh`grep -E ${names} ${file}`;
}

/** Of pm2's own list, which holds each program's environment, no more than this. */
const listProcesses = `let text = "";
process.stdin.on("data", (piece) => { text += piece; }).on("end", () => {
  const list = JSON.parse(text.slice(text.indexOf("[")));
  console.log(JSON.stringify(list.map(({ name, pm2_env: { status, restart_time } }) =>
    ({ name, status, restarts: restart_time }))));
});`;

const processList = z.array(
  z.object({ name: z.string(), status: z.string(), restarts: z.number() }),
);

export type HostProcess = z.output<typeof processList>[number];

/** The two programs as pm2 sees them; empty where pm2 does not run. */
function parseProcesses(output: string): readonly HostProcess[] {
  const parsed = processList.safeParse(parseJson(output));
  if (!parsed.success) return [];
  return parsed.data.filter(({ name }) => name === serverApp || name === clientApp);
}

/** `-k`: the certificate names the host's public names, and this asks loopback. */
function healthOf(file: string, port: number) {
  return sh`scheme=http
grep -q '^TLS_CERT_FILE=.' ${file} && scheme=https
curl -ksS --max-time 5 -w '\n%{http_code}' "$scheme://127.0.0.1:"${port}/health 2>&1`;
}

const health = z.object({
  status: z.string(),
  checks: z.record(z.string(), z.string()).optional(),
  servers: z.record(z.string(), z.string()).optional(),
});

/** What a program says of itself, or what was said in its place. */
export interface HostHealth {
  readonly httpStatus: number;
  readonly status: string | null;
  readonly checks: Readonly<Record<string, string>>;
  readonly said: string;
}

function parseHealth(output: string): HostHealth {
  const [, said = "", code = "0"] = /^([\s\S]*?)\s*(\d{3})\s*$/.exec(output) ?? [];
  const parsed = health.safeParse(parseJson(said));
  return {
    httpStatus: Number(code),
    status: parsed.success ? parsed.data.status : null,
    checks: { ...parsed.data?.checks, ...failingServers(parsed.data?.servers ?? {}) },
    said: said.slice(0, 200),
  };
}

/** A server behind the gateway that cannot be started concerns its own users, and whoever mends it. */
function failingServers(states: Readonly<Record<string, string>>): Record<string, string> {
  const failing = Object.entries(states).filter(([, state]) => state === "failing");
  return Object.fromEntries(
    failing.map(([name]) => [`server ${name}`, "it cannot be kept running"]),
  );
}

const countKeys = `fetch(process.argv[1], { signal: AbortSignal.timeout(8000) })
  .then(async (answer) => console.log(answer.ok ? (await answer.json()).keys.length : answer.status + " " + answer.statusText))
  .catch((error) => console.log(error.cause?.code ?? error.message));`;
