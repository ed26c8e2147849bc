import { mkdtempSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { recentNode } from "../support/recent-node.ts";

const { resolve } = createRequire(import.meta.url);

/** How a foreign program is started. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
}

/** mcp-remote, between a client that speaks stdio and a server behind OAuth. */
export function mcpRemote(...args: string[]): Program {
  return program(
    "mcp-remote",
    join(dirname(resolve("mcp-remote/package.json")), "dist"),
    "proxy.js",
    args,
  );
}

/** The Inspector's command line. */
export function inspectorCli(...args: string[]): Program {
  return inspector("--cli", ...args);
}

/** The Inspector's page, and the program behind it, for one server. */
export function inspectorPage(serverUrl: string): Program {
  return inspector("--web", "--transport", "http", "--server-url", serverUrl);
}

function inspector(...args: string[]): Program {
  const root = dirname(resolve("@modelcontextprotocol/inspector/package.json"));
  return program("The MCP Inspector", join(root, "clients/launcher/build"), "index.js", args);
}

function program(name: string, folder: string, file: string, args: readonly string[]): Program {
  return { command: recentNode(name), args: [join(folder, file), ...args] };
}

/**
 * An environment with a home of its own, where the programs keep their tokens. Nothing opens a
 * browser: what would be opened is printed as well.
 */
export function strangersEnvironment(): Record<string, string> & { readonly HOME: string } {
  return {
    PATH: process.env.PATH ?? "",
    HOME: mkdtempSync(join(tmpdir(), "cleanauth-clients-")),
    BROWSER: "true",
    MCP_AUTO_OPEN_ENABLED: "true",
    MCP_INSPECTOR_SECRET_STORE: "file",
  };
}
