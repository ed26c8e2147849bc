import { accessSync, constants, mkdirSync } from "node:fs";
import type { Server } from "node:http";
import { join } from "node:path";
import { AppError } from "@cleanauth/common/app-error.ts";
import { issuerOfPool } from "@cleanauth/common/cognito-settings.ts";
import type { Logger } from "@cleanauth/common/log.ts";
import { Activity } from "./activity.ts";
import { createApp } from "./app.ts";
import { createCognitoVerifier } from "./auth/cognito-verifier.ts";
import { acceptedAudiences } from "./auth/metadata.ts";
import { PoolKeys } from "./auth/pool-keys.ts";
import type { ServerConfig } from "./config.ts";
import { judgeHealth } from "./health.ts";
import { closeListener, createListener, listen } from "./listen.ts";
import { createMcpServerFactory } from "./mcp/mcp-server.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import { serverVersion } from "./server-version.ts";
import { NotesStore } from "./store/notes.ts";
import { createTools } from "./tools/index.ts";
import { createToolRegistry } from "./tools/registry.ts";
import type { Tool } from "./tools/tool.ts";
import { callableAs } from "./transport/origin.ts";
import { createRateLimit } from "./transport/rate-limit.ts";
import { Sessions } from "./transport/sessions.ts";
import { createHttpSse } from "./transport/sse.ts";
import { createStreamableHttp } from "./transport/streamable-http.ts";
import { createWeatherService } from "./weather/weather-service.ts";

/** A server that answers. */
export interface RunningServer {
  /** The origin by which callers call it, without a slash at its end. */
  readonly url: string;
  readonly port: number;
  /** Where the metrics are read. */
  readonly metricsUrl: string;
  /**
   * Stops in good order: takes no more connections, finishes what is under way, ends the streams,
   * closes the store. Takes {@link longestStopMilliseconds} at most.
   */
  stop(): Promise<void>;
}

export interface StartOptions {
  readonly logger: Logger;
  /** Tools beside the built-in ones. */
  readonly extraTools?: readonly Tool[];
}

const callsMilliseconds = 7_000;
const connectionsMilliseconds = 2_000;
export const longestStopMilliseconds = 10_000;

/** One caller gets a tenth of all sessions, and a handful on a small server. */
const callersShare = 10;
const fewestPerCaller = 8;

/**
 * Starts the server. It answers before the notes are open and before the pool's keys are fetched;
 * `/health` says so until they are.
 *
 * @throws AppError `configuration_…` when it cannot listen or write
 */
export async function startServer(
  config: ServerConfig,
  { logger, extraTools = [] }: StartOptions,
): Promise<RunningServer> {
  const startedAt = Date.now();
  const listener = createListener(config.tls);
  const notes = openNotes(config.dataDir, logger);
  const keys = new PoolKeys(config.cognito);
  const activity = new Activity();
  const sessions = new Sessions(
    {
      maximum: config.maxSessions,
      maximumPerCaller: Math.max(fewestPerCaller, Math.floor(config.maxSessions / callersShare)),
      idleMilliseconds: config.sessionIdleSeconds * 1000,
    },
    Date.now,
  );
  const metrics = createMetrics(() => sessions.count());
  const metricsListener = createMetricsListener(metrics);
  const rateLimit = createRateLimit(config.rateLimitPerMinute);
  const sweep = setInterval(
    () => void sessions.closeIdle(),
    Math.min(30_000, config.sessionIdleSeconds * 250),
  );

  async function stop(): Promise<void> {
    const listenerClosed = closeListener(listener, callsMilliseconds + connectionsMilliseconds);
    await activity.untilIdle(callsMilliseconds);
    // The last answers are written in the turn in which their calls end; streams end after that.
    await new Promise(setImmediate);
    await sessions.closeAll();
    await Promise.all([listenerClosed, closeListener(metricsListener, 0)]);
    clearInterval(sweep);
    rateLimit.close();
    keys.close();
    await notes.close();
  }

  const answerOn = (port: number): string => {
    const scheme = config.tls === null ? "http" : "https";
    const publicUrl = config.publicUrl ?? `${scheme}://localhost:${port}`;
    const verifier = createCognitoVerifier(config.cognito, keys, acceptedAudiences(publicUrl));
    const weather = createWeatherService({
      baseUrl: config.weatherApiUrl,
      userAgent: `cleanauth-mcp-server/${serverVersion}`,
    });
    const { checks } = verifier;
    const { dataDir } = config;
    const tools = createToolRegistry(
      [...createTools({ checks, weather, notes, dataDir, now: Date.now }), ...extraTools],
      { metrics, logger, activity },
    );
    const createMcpServer = createMcpServerFactory(tools, serverVersion);
    const transportParts = { sessions, createMcpServer, metrics, activity };
    const app = createApp({
      trustProxy: config.trustProxy,
      publicUrl,
      issuer: issuerOfPool(config.cognito.poolId),
      callable: callableAs(publicUrl, { host: config.host, port, scheme }),
      verifier,
      limitRate: rateLimit.handler,
      streamableHttp: createStreamableHttp(transportParts),
      httpSse: createHttpSse(transportParts),
      health: () =>
        judgeHealth({
          version: serverVersion,
          uptimeSeconds: (Date.now() - startedAt) / 1000,
          sessions: sessions.size,
          keys: keys.state,
          notes: notes.state,
        }),
      metrics,
      logger,
    });
    listener.on("request", app);
    return publicUrl;
  };

  try {
    let metricsPort = 0;
    const metricsAt = { host: "127.0.0.1", port: config.metricsPort, variable: "METRICS_PORT" };
    await listen(metricsListener, metricsAt, (port) => {
      metricsPort = port;
    });
    let port = 0;
    let url = "";
    await listen(listener, { host: config.host, port: config.port, variable: "PORT" }, (bound) => {
      port = bound;
      url = answerOn(bound);
    });
    keys.load();
    return { url, port, metricsUrl: `http://127.0.0.1:${metricsPort}/metrics`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function openNotes(dataDir: string, logger: Logger): NotesStore {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    accessSync(dataDir, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new AppError(
      "configuration_data_dir",
      `Cannot keep data in ${dataDir}: ${(error as NodeJS.ErrnoException).code}`,
      "Set DATA_DIR to a folder that this user may write to.",
      { cause: error },
    );
  }
  return new NotesStore(join(dataDir, "notes"), {
    onState: (state, error) => {
      if (error === undefined) logger.info({ notes: state }, "notes store");
      else logger.error({ notes: state, err: error }, "notes store");
    },
  });
}

function createMetricsListener(metrics: Metrics): Server {
  const listener = createListener(null);
  listener.on("request", async (req, res) => {
    if (req.method !== "GET" || req.url !== "/metrics") {
      res.writeHead(404).end();
      return;
    }
    const { text, contentType } = await metrics.read();
    res.writeHead(200, { "Content-Type": contentType }).end(text);
  });
  return listener;
}
