import { createInMemoryServices } from "@cleanauth/client/testing/in-memory-services.ts";
import { startWebServer } from "@cleanauth/client/web/web-server.ts";
import { createLogger } from "@cleanauth/common/log.ts";

// The web terminal as `mcp-client` runs it, with the world in memory: what is measured is the screens
// and not the far ends. All come from one address here, so the limit for one address is raised. What is
// left behind is to be seen soon, so a screen waits only a second for its browser to come back.

const server = await startWebServer({
  services: createInMemoryServices({ pace: 5 }),
  logger: createLogger("mcp-client"),
  host: "127.0.0.1",
  port: Number(process.env.PORT),
  version: "1.0.0",
  limits: {
    connections: 1_000,
    connectionsPerAddress: 1_000,
    connectionBurst: 1e6,
    keepSeconds: 1,
  },
});
// What is no longer used must not count; without this it would be a matter of when V8 looks.
process.on("SIGUSR2", () => {
  globalThis.gc?.();
  process.stdout.write(`heap in use: ${process.memoryUsage().heapUsed}\n`);
});
process.on("SIGTERM", async () => {
  await server.close("The measurement is over.");
  process.exit();
});
