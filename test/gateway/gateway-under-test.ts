import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { ClientCapabilities } from "@modelcontextprotocol/sdk/types.js";
import { makeDataDir, startTestServer, type TestServer } from "../../server/testing/test-server.ts";

/** A server with servers behind it, and users who call it. */
export interface GatewayUnderTest {
  readonly server: TestServer;
  /** A client of the SDK's for a user; the same user again is another session of the same subject. */
  user(subject: string, options?: UserOptions): Promise<Client>;
  /** Writes the servers file anew. */
  rewrite(content: unknown): void;
  auditLog(): Record<string, unknown>[];
  stop(): Promise<void>;
}

export interface UserOptions {
  readonly groups?: readonly string[];
  readonly scope?: string;
  readonly capabilities?: ClientCapabilities;
}

const program = join(import.meta.dirname, "stdio-server.ts");

/** In a servers file it stands for the process's own folder. */
export const folderMark = ["$", "{folder}"].join("");

/** The entry of the server on standard streams that the tests put behind. */
export function stdioEntry(cleanauth: object = {}, env: object = {}) {
  const args = ["--import", import.meta.resolve("tsx"), program, folderMark];
  return { command: process.execPath, args, env, cleanauth };
}

/** Starts a server whose servers file has these entries. */
export async function startGateway(mcpServers: object): Promise<GatewayUnderTest> {
  const folder = makeDataDir();
  const file = join(folder.path, "mcp-servers.json");
  const dataDir = join(folder.path, "data");
  const rewrite = (content: unknown) => writeFileSync(file, JSON.stringify(content));
  rewrite({ mcpServers });
  const server = await startTestServer({ MCP_SERVERS_FILE: file, DATA_DIR: dataDir });
  const clients: Client[] = [];
  return {
    server,
    rewrite,
    async user(subject, { groups = ["user"], scope, capabilities = {} } = {}) {
      const token = await server.pool.token({
        sub: subject,
        username: subject,
        "cognito:groups": groups,
        ...(scope !== undefined && { scope }),
      });
      const client = new Client({ name: "test", version: "1" }, { capabilities });
      await client.connect(
        new StreamableHTTPClientTransport(new URL(`${server.base}/mcp`), {
          requestInit: { headers: { Authorization: `Bearer ${token}` } },
        }) as Parameters<Client["connect"]>[0],
      );
      clients.push(client);
      return client;
    },
    auditLog: () =>
      readFileSync(join(dataDir, "audit", "audit.log"), "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    async stop() {
      await Promise.all(clients.map((client) => client.close()));
      await server.stop();
      folder.remove();
    },
  };
}

/** Calls a tool and gives the text of its result. */
export async function textOf(client: Client, name: string, args: object = {}): Promise<string> {
  const { content } = await client.callTool({ name, arguments: { ...args } });
  const [item] = content as { text?: string }[];
  return item?.text ?? "";
}
