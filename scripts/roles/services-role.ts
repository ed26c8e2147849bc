import { fact } from "../engine/fact.ts";
import { decideFile, type FileFact, fileFact, type WantedFile } from "../engine/file.ts";
import { type Decision, defineRole, type Handler } from "../engine/operation.ts";
import { joinLines, sh } from "../engine/shell-script.ts";
import {
  activationProgram,
  processManagerEnvironment,
  processManagerProgram,
  revisionsScript,
} from "./activation.ts";
import { processManagerFolder } from "./app-role.ts";
import type { HostSettings } from "./host-settings.ts";
import {
  clientApp,
  layout,
  reloadClient,
  reloadServer,
  serverApp,
  startProcessManager,
} from "./layout.ts";
import { logRotation, processConfig, systemdUnit } from "./process-config.ts";
import { authoritySources } from "./settings-role.ts";

/** Both programs under pm2, brought back after a reboot, with logs that do not fill the disk. */
export function servicesRole(settings: HostSettings) {
  const trustsMore = authoritySources(settings).length > 0;
  const scheme = settings.tls.kind === "none" ? "http" : "https";
  const folder = processManagerFolder(settings);
  const wantedDaemon = [
    ...processManagerEnvironment(folder, trustsMore),
    `${layout.node}/${settings.node.version}/bin/node`,
  ].join("\n");
  const file = (path: string, content: string, mode = "644") => ({
    path,
    content,
    owner: "root",
    group: "root",
    mode,
  });
  const files = {
    pm2: file(layout.pm2, processManagerProgram(folder, trustsMore), "755"),
    activate: file(layout.activate, activationProgram(scheme, trustsMore), "755"),
    processes: file(layout.processes, processConfig()),
    unit: file(layout.unit, systemdUnit()),
    logRotation: file(layout.logRotation, logRotation()),
  };
  const factOf = ({ path, content }: WantedFile) => fileFact(path, content);
  return defineRole({
    name: "services",
    facts: {
      pm2: factOf(files.pm2),
      activate: factOf(files.activate),
      processes: factOf(files.processes),
      unit: factOf(files.unit),
      logRotation: factOf(files.logRotation),
      enabled: fact(
        sh`systemctl is-enabled cleanauth.service logrotate.timer`,
        (output) => output === "enabled\nenabled\n",
      ),
      daemon: fact(
        sh`pid=$(cat ${`${layout.processManagerHome}/pm2.pid`}) && [ -d "/proc/$pid" ] &&
systemctl is-active --quiet cleanauth.service &&
tr '\0' '\n' < "/proc/$pid/environ" | grep -E '^(CLEANAUTH_PM2|HOME|NODE_EXTRA_CA_CERTS|PATH|PM2_DISCRETE_MODE|PM2_HOME)=' | sort &&
readlink "/proc/$pid/exe"`,
        (output) => output.trim(),
      ),
      revisions: fact(revisionsScript(), parseRevisions),
    },
    operations: [
      {
        name: "the pm2 command is there",
        decide: ({ pm2 }) => decideFile(pm2, files.pm2),
      },
      {
        name: "the activate command is there",
        decide: ({ activate }) => decideFile(activate, files.activate),
      },
      {
        name: "pm2's configuration is written",
        notifies: [reloadServer, reloadClient],
        decide: ({ processes }) => decideFile(processes, files.processes),
      },
      {
        name: "the systemd unit is written",
        decide: ({ unit }) => decideUnit(unit, files.unit),
      },
      {
        name: "the log rotation is written",
        decide: ({ logRotation: current }) => decideFile(current, files.logRotation),
      },
      {
        name: "unit and log rotation are enabled",
        decide: ({ enabled }) =>
          enabled
            ? { kind: "ok" }
            : {
                kind: "change",
                command: sh`systemctl enable cleanauth.service && systemctl enable --now logrotate.timer`,
              },
      },
      {
        name: `pm2 ${settings.processManager.version} runs on Node.js ${settings.node.version}`,
        notifies: [startProcessManager, reloadServer, reloadClient],
        decide: ({ daemon }) =>
          daemon === wantedDaemon
            ? { kind: "ok" }
            : { kind: "change", because: daemon === "" ? "it does not run" : "it runs otherwise" },
      },
      ...appOperations(),
    ],
    handlers: serviceHandlers(),
  });
}

function appOperations() {
  const apps = [
    [serverApp, reloadServer],
    [clientApp, reloadClient],
  ] as const;
  return apps.map(([app, handler]) => ({
    name: `${app} runs what is installed`,
    notifies: [handler],
    decide: ({ revisions }: { revisions: Revisions }): Decision => {
      const { wanted, running } = revisions[app] ?? { wanted: "", running: "" };
      if (running !== "" && running === wanted) return { kind: "ok" };
      return { kind: "change", because: running === "" ? "it does not run" : `it runs ${running}` };
    },
  }));
}

/** What puts changes into service, in this order. */
export function serviceHandlers(): readonly Handler[] {
  return [
    {
      name: startProcessManager,
      command: sh`systemctl restart cleanauth.service`,
      timeoutSeconds: 180,
    },
    { name: reloadServer, command: sh`${layout.activate} ${serverApp}`, timeoutSeconds: 240 },
    { name: reloadClient, command: sh`${layout.activate} ${clientApp}`, timeoutSeconds: 240 },
  ];
}

type Revisions = Readonly<Record<string, { wanted: string; running: string }>>;

function parseRevisions(output: string): Revisions {
  const lines = output.split("\n").map((line) => line.split(" "));
  return Object.fromEntries(
    lines.map(([app = "", wanted = "", running = ""]) => [app, { wanted, running }]),
  );
}

function decideUnit(current: FileFact | null, wanted: WantedFile): Decision {
  const decision = decideFile(current, wanted);
  if (decision.kind !== "change" || decision.command === undefined) return decision;
  const command = joinLines([
    sh`(
${decision.command}
) && systemctl daemon-reload`,
  ]);
  return { ...decision, command };
}
