import cluster from "node:cluster";

// What pm2 does in cluster mode with one instance: a process that holds the port, and in it the server.
// On "reload" a second server is started, and when that is ready the first one is asked to end.

const settings = JSON.parse(process.argv[2] ?? "{}") as Record<string, string>;
cluster.setupPrimary({
  exec: new URL("../main.ts", import.meta.url).pathname,
  execArgv: ["--import", "tsx"],
  silent: false,
});

const start = () =>
  new Promise<ReturnType<typeof cluster.fork>>((resolve) => {
    const worker = cluster.fork(settings);
    worker.on("message", (message) => {
      if (message === "ready") resolve(worker);
    });
  });

let present = await start();
process.send?.("ready");
process.on("message", async (message) => {
  if (message !== "reload") return;
  const before = present;
  present = await start();
  before.process.once("exit", (code) => process.send?.(`reloaded ${code}`));
  before.process.kill("SIGINT");
});
process.on("disconnect", () => process.exit());
