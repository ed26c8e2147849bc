import { formatError } from "@cleanauth/common/app-error.ts";
import { readEnvironment } from "@cleanauth/common/environment.ts";
import { exitCode, exitCodeOf } from "@cleanauth/common/exit-code.ts";
import { createLogger, flushed } from "@cleanauth/common/log.ts";
import { parseServerConfig } from "./config.ts";
import { longestStopMilliseconds, type RunningServer, startServer } from "./start-server.ts";

const logger = createLogger("server");

// What this process writes is for this user alone.
process.umask(0o077);

process.on("uncaughtException", (error) => {
  logger.fatal({ err: error }, "defect");
  process.exit(exitCode.failed);
});

try {
  const config = parseServerConfig(readEnvironment(process.env));
  if (config.cognito.standInUrl !== null) {
    logger.warn(
      { standInUrl: config.cognito.standInUrl },
      "LOCAL MODE: tokens are verified with the keys of a stand-in. Never run this on a real host",
    );
  }
  const running = await startServer(config, { logger });
  const { url, metricsUrl } = running;
  logger.info(
    { url, host: config.host, port: running.port, metricsUrl, dataDir: config.dataDir },
    "listening",
  );
  stopOnSignal(running);
  // pm2 keeps the process before this one until then.
  process.send?.("ready");
} catch (error) {
  console.error(formatError(error));
  process.exit(exitCodeOf(error));
}

function stopOnSignal(running: RunningServer): void {
  let isStopping = false;
  const stop = async (signal: string) => {
    if (isStopping) process.exit(exitCode.interrupted);
    isStopping = true;
    logger.info({ signal }, "stopping");
    setTimeout(() => {
      logger.error("stopping took too long");
      process.exit(exitCode.failed);
    }, longestStopMilliseconds).unref();
    await running.stop();
    logger.info("stopped");
    await flushed(logger);
    process.exit(exitCode.done);
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  // Whoever started this process is gone, be it by kill -9: nothing else would end it.
  process.on("disconnect", () => isStopping || stop("disconnect"));
}
