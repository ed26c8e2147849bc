import { join } from "node:path";
import type { Logger } from "@cleanauth/common/log.ts";
import { Activity } from "./activity.ts";
import { PoolKeys } from "./auth/pool-keys.ts";
import { composeApp, type LongLived } from "./compose.ts";
import type { ServerConfig } from "./config.ts";
import type { Gateway } from "./gateway/open-gateway.ts";
import type { McpServerFactory } from "./mcp/mcp-server.ts";
import { createMetrics } from "./metrics.ts";
import { makeDataDir } from "./store/data-dir.ts";
import { NotesStore } from "./store/notes.ts";
import { SessionRecords } from "./store/session-records.ts";
import type { Tool } from "./tools/tool.ts";
import { answerMetrics } from "./transport/answer-metrics.ts";
import { closeListener, createListener, type Listener, listen } from "./transport/listen.ts";
import { Sessions } from "./transport/sessions.ts";
import { Ticker } from "./transport/ticker.ts";

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
  /** Makes another MCP end of sessions than the one with the tools: for tests of the transports. */
  readonly createMcpServer?: McpServerFactory;
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
  { logger, ...options }: StartOptions,
): Promise<RunningServer> {
  const listener = createListener(config.tls);
  const longLived = createLongLived(config, listener, logger);
  const metricsListener = createListener(null);
  let gateway: Gateway | null = null;
  const stopSweeping = sweepSessions(longLived, config.sessionIdleSeconds * 1000);
  const stop = async () => {
    await stopSweeping();
    await stopInOrder(listener, metricsListener, longLived, gateway);
  };
  try {
    const metricsAt = { host: "127.0.0.1", port: config.metricsPort, variable: "METRICS_PORT" };
    const metricsPort = await listen(metricsListener, metricsAt, (bound) =>
      metricsListener.server.on("request", answerMetrics(longLived.metrics, bound)),
    );
    let url = "";
    const at = { host: config.host, port: config.port, variable: "PORT" };
    const port = await listen(listener, at, (bound) => {
      const composed = composeApp(config, bound, longLived, options);
      listener.server.on("request", composed.app);
      ({ publicUrl: url, gateway } = composed);
    });
    longLived.keys.load();
    return { url, port, metricsUrl: `http://127.0.0.1:${metricsPort}/metrics`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function createLongLived(config: ServerConfig, listener: Listener, logger: Logger): LongLived {
  makeDataDir(config.dataDir);
  const notes = openNotes(config.dataDir, logger);
  const idleMilliseconds = config.sessionIdleSeconds * 1000;
  const sessions = new Sessions(
    {
      maximum: config.maxSessions,
      maximumPerCaller: Math.max(fewestPerCaller, Math.floor(config.maxSessions / callersShare)),
      idleMilliseconds,
    },
    () => performance.now(),
  );
  return {
    notes,
    sessions,
    records: new SessionRecords(join(config.dataDir, "sessions"), {
      maximum: config.maxSessions,
      idleMilliseconds,
      onProblem: (problem, error) => logger.warn({ err: error }, problem),
    }),
    keys: new PoolKeys(config.cognito),
    activity: new Activity(),
    metrics: createMetrics(() => sessions.count()),
    ticker: new Ticker((error) => logger.error({ err: error }, "defect in a stream")),
    logger,
    isStopping: () => listener.isClosing,
    startedAtMilliseconds: Date.now(),
  };
}

async function stopInOrder(
  listener: Listener,
  metricsListener: Listener,
  { activity, sessions, ticker, keys, notes }: LongLived,
  gateway: Gateway | null,
): Promise<void> {
  const listenerClosed = closeListener(listener, callsMilliseconds + connectionsMilliseconds);
  await activity.untilIdle(callsMilliseconds);
  // The last answers are written in the turn in which their calls end; streams end after that.
  await new Promise(setImmediate);
  sessions.endStreams();
  await Promise.all([listenerClosed, closeListener(metricsListener, 0)]);
  await sessions.closeAll();
  // The last requests are logged and counted in the turn in which their connections close.
  await new Promise(setImmediate);
  ticker.close();
  keys.close();
  await gateway?.close();
  await notes.close();
}

/**
 * Closes idle sessions, and keeps what is on disk of the others up to date.
 *
 * @returns ends that; what was used last is on disk then
 */
function sweepSessions({ sessions, records }: LongLived, idleMilliseconds: number) {
  const noteUses = () =>
    Promise.all(
      sessions
        .takeUses()
        .map(({ id, millisecondsAgo }) => records.touch(id, Date.now() - millisecondsAgo)),
    );
  const sweep = async () => {
    await noteUses();
    const idle = await sessions.closeIdle();
    await Promise.all(idle.map((id) => records.removeIdle(id)));
  };
  const often = Math.min(30_000, idleMilliseconds / 4);
  const timers = [
    setInterval(() => void sweep(), often),
    // What no process knows any more.
    setInterval(() => void records.sweep(), Math.min(600_000, idleMilliseconds)),
  ];
  void records.sweep();
  return async () => {
    for (const timer of timers) clearInterval(timer);
    await noteUses();
  };
}

function openNotes(dataDir: string, logger: Logger): NotesStore {
  return new NotesStore(join(dataDir, "notes"), {
    onState: (state, error) => {
      if (error === undefined) logger.info({ notes: state }, "notes store");
      else logger.error({ notes: state, err: error }, "notes store");
    },
  });
}
