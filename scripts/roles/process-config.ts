import { clientApp, layout, serverApp } from "./layout.ts";

/** What the running programs were started from; a change of any of it calls for a reload. */
export const revisionFiles = {
  [serverApp]: [layout.processes, layout.serverEnv, layout.certificate],
  [clientApp]: [layout.processes, layout.clientEnv, layout.clientSecretEnv, layout.authorities],
} as const;

/** Under this name a running program says what it was started from; pm2 hands it on. */
export const revisionVariable = "CLEANAUTH_REVISION";

// The server answers what is under way for up to ten seconds before it ends.
const killMilliseconds = 12_000;
const readyMilliseconds = 20_000;

/**
 * pm2's configuration. It is a program: pm2 loads it at every start and reload, and so the revision
 * is that of what lies on the host at that moment.
 *
 * - cluster mode with one instance: a reload starts the new process before it ends the old one, and
 *   sessions live in one process;
 * - settings by `--env-file`: they stay out of what pm2 keeps and shows, and are read anew.
 */
export function processConfig(): string {
  return `// Written by make bootstrap; what is changed here by hand is put back by its next run.
const { createHash } = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");

function revision(app, files) {
  const hash = createHash("sha256");
  for (const file of files) if (fs.existsSync(file)) hash.update(fs.readFileSync(file));
  const release = path.basename(fs.readlinkSync(${JSON.stringify(layout.current)}));
  return \`\${app}:\${release}:\${hash.digest("hex").slice(0, 16)}\`;
}

function app(name, script, log, environmentFiles, files) {
  return {
    name,
    script: ${JSON.stringify(`${layout.current}/`)} + script,
    cwd: ${JSON.stringify(layout.home)},
    exec_mode: "cluster",
    instances: 1,
    wait_ready: true,
    listen_timeout: ${readyMilliseconds},
    kill_timeout: ${killMilliseconds},
    restart_delay: 1000,
    merge_logs: true,
    out_file: ${JSON.stringify(`${layout.logs}/`)} + log,
    error_file: ${JSON.stringify(`${layout.logs}/`)} + log,
    node_args: environmentFiles.map((file) => "--env-file=" + file),
    env: { ${revisionVariable}: revision(name, files), NODE_ENV: "production" },
  };
}

module.exports = {
  apps: [
    app(
      ${JSON.stringify(serverApp)},
      "server/main.js",
      "server.log",
      ${JSON.stringify([layout.serverEnv])},
      ${JSON.stringify(revisionFiles[serverApp])},
    ),
    app(
      ${JSON.stringify(clientApp)},
      "client/web/main.js",
      "client.log",
      ${JSON.stringify([layout.clientEnv, layout.clientSecretEnv])},
      ${JSON.stringify(revisionFiles[clientApp])},
    ),
  ],
};
`;
}

/** systemd's unit: pm2 and with it both programs come back after a reboot. */
export function systemdUnit(): string {
  return `# Written by make bootstrap; what is changed here by hand is put back by its next run.
[Unit]
Description=CLEANAUTH: MCP server and terminal client, kept by pm2
Wants=network-online.target
After=network-online.target

[Service]
Type=forking
User=${layout.user}
Group=${layout.user}
WorkingDirectory=${layout.home}
PIDFile=${layout.processManagerHome}/pm2.pid
# A program that does not come up is pm2's to try again; it must not take pm2 down.
ExecStart=-${layout.pm2} start ${layout.processes}
ExecReload=${layout.pm2} reload ${layout.processes}
ExecStop=${layout.pm2} kill
TimeoutStartSec=90
TimeoutStopSec=45
Restart=on-failure
RestartSec=5
UMask=0027
LimitNOFILE=65536
NoNewPrivileges=true
ProtectSystem=full
ProtectHome=true
PrivateTmp=true

[Install]
WantedBy=multi-user.target
`;
}

/** logrotate's configuration: a week of logs, compressed, reopened by pm2. */
export function logRotation(): string {
  return `# Written by make bootstrap; what is changed here by hand is put back by its next run.
${layout.logs}/*.log ${layout.processManagerHome}/pm2.log {
  su ${layout.user} ${layout.user}
  daily
  maxsize 50M
  rotate 7
  compress
  delaycompress
  missingok
  notifempty
  create 0640 ${layout.user} ${layout.user}
  sharedscripts
  postrotate
    ${layout.pm2} reloadLogs >/dev/null
  endscript
}
`;
}
