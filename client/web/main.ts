import { formatError } from "@cleanauth/common/app-error.ts";
import { exitCode, exitCodeOf } from "@cleanauth/common/exit-code.ts";
import { createLogger, flushed } from "@cleanauth/common/log.ts";
import { farewellTexts } from "../chat/texts/farewell-texts.ts";
import { awsEnvironment, readClientEnvironment, readClientSettings } from "../config.ts";
import { createServices } from "../create-services.ts";
import { isLoopbackUrl } from "../loopback.ts";
import manifest from "../package.json" with { type: "json" };
import { startWebServer } from "./web-server.ts";
import { listenError, readWebSettings } from "./web-settings.ts";

// `mcp-client`: the terminal client for browsers, on port 8501. Whoever opens the page signs in for
// themselves; no user name and no password of this process's environment is used.

const logger = createLogger("mcp-client");

try {
  await run();
} catch (error) {
  console.error(formatError(error));
  process.exit(exitCodeOf(error));
}

async function run(): Promise<void> {
  const environment = readClientEnvironment(process.env);
  const settings = readWebSettings(environment);
  const services = createServices(readClientSettings(environment), {
    tokensPerDay: settings.tokensPerDay,
  });
  // The AWS SDK reads these by itself, once it is loaded.
  Object.assign(process.env, awsEnvironment(environment));

  const { version } = manifest;
  const server = await startWebServer({ ...settings, services, logger, version }).catch(
    (error: unknown) => {
      throw listenError(error, settings);
    },
  );

  const scheme = settings.tls === undefined ? "http" : "https";
  const url = new URL(
    `${scheme}://${settings.host.includes(":") ? `[${settings.host}]` : settings.host}`,
  );
  logger.info({ host: settings.host, port: server.port, scheme }, "listening");
  if (settings.tls === undefined && !isLoopbackUrl(url)) {
    logger.warn(
      "Passwords typed on this page cross the network in clear. Set TLS_CERT_FILE and TLS_KEY_FILE, or reach it through a tunnel.",
    );
  }

  let isLeaving = false;
  const leave = async (signal: string, code: number) => {
    if (isLeaving) return;
    isLeaving = true;
    logger.info({ signal, connections: server.connections() }, "leaving");
    await server.close(farewellTexts.restarting);
    await flushed(logger);
    process.exit(code);
  };
  process.on("SIGTERM", () => void leave("SIGTERM", exitCode.done));
  process.on("SIGINT", () => void leave("SIGINT", exitCode.done));
  // Whoever started this process is gone, be it by kill -9: nothing else would end it.
  process.on("disconnect", () => void leave("disconnect", exitCode.done));
  // After a defect nothing can be relied on: everyone is told, and pm2 starts the program again.
  process.on("uncaughtException", (error) => {
    logger.fatal({ err: error }, "defect");
    void leave("uncaughtException", exitCode.failed);
  });
  process.send?.("ready");
}
