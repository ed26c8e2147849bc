import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger } from "@cleanauth/common/log.ts";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { SSEClientTransport } from "@modelcontextprotocol/sdk/client/sse.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { parseServerConfig } from "../config.ts";
import { type RunningServer, type StartOptions, startServer } from "../start-server.ts";
import { startUserPool, type TestUserPool } from "./user-pool.ts";

/** A server under test with the pool whose tokens it accepts, all in this process. */
export interface TestServer extends RunningServer {
  readonly pool: TestUserPool;
  /** The URL with the address, so that no name has to be resolved. */
  readonly base: string;
  /** Every line that was logged, as it was written. */
  readonly logLines: readonly string[];
  /** A client of the SDK's over `/mcp`; closed with the server. */
  connect(token: string): Promise<Client>;
  /** A client of the SDK's over `/sse`; closed with the server. */
  connectOverSse(token: string): Promise<Client>;
  /** Waits until the pool's keys are fetched and the notes are open. */
  untilHealthy(): Promise<void>;
}

/** The environment of a server in local mode that believes a test pool. */
export function environmentFor(
  pool: Pick<TestUserPool, "poolId" | "clientId" | "url">,
  dataDir: string,
): Record<string, string> {
  return {
    PORT: "0",
    METRICS_PORT: "0",
    DATA_DIR: dataDir,
    COGNITO_POOL_ID: pool.poolId,
    COGNITO_CLIENT_ID: pool.clientId,
    CLEANAUTH_LOCAL: "1",
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: pool.url,
    RATE_LIMIT_PER_MINUTE: "0",
  };
}

/** A folder of its own for each test. */
export function makeDataDir(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "cleanauth-server-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/**
 * Starts a server.
 *
 * @param settings environment variables that the test wants otherwise
 */
export async function startTestServer(
  settings: Record<string, string> = {},
  options: Partial<StartOptions> & { readonly pool?: TestUserPool } = {},
): Promise<TestServer> {
  const pool = options.pool ?? (await startUserPool());
  const dataDir = makeDataDir();
  const logLines: string[] = [];
  const logger = createLogger("server", { write: (line) => void logLines.push(line) });
  const config = parseServerConfig({ ...environmentFor(pool, dataDir.path), ...settings });
  const running = await startServer(config, { logger, ...options });
  const base = `http://127.0.0.1:${running.port}`;
  const clients: Client[] = [];

  async function connectWith(
    transport: StreamableHTTPClientTransport | SSEClientTransport,
  ): Promise<Client> {
    const client = new Client({ name: "test", version: "1" });
    await client.connect(transport);
    clients.push(client);
    return client;
  }

  return {
    ...running,
    pool,
    base,
    logLines,
    connect: (token) =>
      connectWith(
        new StreamableHTTPClientTransport(new URL(`${base}/mcp`), {
          requestInit: { headers: { Authorization: `Bearer ${token}` } },
        }),
      ),
    connectOverSse: (token) =>
      connectWith(
        new SSEClientTransport(new URL(`${base}/sse`), {
          requestInit: { headers: { Authorization: `Bearer ${token}` } },
        }),
      ),
    async untilHealthy() {
      for (;;) {
        const health = (await (await fetch(`${base}/health`)).json()) as { status: string };
        if (health.status === "ok") return;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    async stop() {
      await Promise.all(clients.map((client) => client.close()));
      await running.stop();
      dataDir.remove();
      if (options.pool === undefined) await pool.close();
    },
  };
}
