/** Where everything lies on the host, and whose it is. */
export const layout = {
  user: "cleanauth",
  root: "/opt/cleanauth",
  node: "/opt/cleanauth/node",
  processManager: "/opt/cleanauth/pm2",
  releases: "/opt/cleanauth/releases",
  /** A link to one of the releases. */
  current: "/opt/cleanauth/current",
  /** A link to the release that was current before. */
  previous: "/opt/cleanauth/previous",
  programs: "/opt/cleanauth/bin",
  awsRead: "/opt/cleanauth/bin/aws-read.mjs",
  pm2: "/opt/cleanauth/bin/pm2",
  activate: "/opt/cleanauth/bin/activate",
  etc: "/etc/cleanauth",
  serverEnv: "/etc/cleanauth/server.env",
  clientEnv: "/etc/cleanauth/client.env",
  /** By itself, so that no one who reads the other settings reads it, too. */
  clientSecretEnv: "/etc/cleanauth/client-secret.env",
  /** The MCP servers behind this one. */
  serversFile: "/etc/cleanauth/mcp-servers.json",
  processes: "/etc/cleanauth/pm2.config.cjs",
  certificate: "/etc/cleanauth/tls/certificate.pem",
  privateKey: "/etc/cleanauth/tls/key.pem",
  tls: "/etc/cleanauth/tls",
  givenAuthorities: "/etc/cleanauth/given-authorities.pem",
  /** What the programs trust beside Node's own list. */
  authorities: "/etc/cleanauth/authorities.pem",
  home: "/var/lib/cleanauth",
  data: "/var/lib/cleanauth/data",
  processManagerHome: "/var/lib/cleanauth/pm2",
  logs: "/var/log/cleanauth",
  unit: "/etc/systemd/system/cleanauth.service",
  logRotation: "/etc/logrotate.d/cleanauth",
  lock: "/run/cleanauth-bootstrap.lock",
} as const;

/** The Node that is current, whichever version that is. */
export const nodeProgram = `${layout.node}/current/bin/node`;

export const serverPort = 8080;
export const webTerminalPort = 8501;
/** pm2's names of the two programs. */
export const serverApp = "mcp-server";
export const clientApp = "mcp-client";

/** Handlers: what follows from a change, once, at the end. */
export const startProcessManager = "start pm2";
export const reloadServer = `reload ${serverApp}`;
export const reloadClient = `reload ${clientApp}`;
