import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;

/** For `mcp-servers.json`: the server of upstream.ts, a process of it for each user. */
export const deskServer = {
  desk: {
    command: process.execPath,
    args: ["--import", tsx, join(import.meta.dirname, "upstream.ts")],
    cleanauth: { process: "per-user" },
  },
};
