import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** moto's server, an emulator of AWS, on loopback. */
export interface Moto {
  readonly port: number;
  stop(): Promise<void>;
}

const startSeconds = 60;

/** Starts an emulator with nothing in it but what every account has. */
export async function startMoto(): Promise<Moto> {
  const port = await freePort();
  const child = spawn("moto_server", ["-H", "127.0.0.1", "-p", String(port)], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  // However the test ends: a left emulator would keep its port and its memory.
  process.once("exit", () => child.kill("SIGKILL"));
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2000);
  });
  for (let waited = 0; waited < startSeconds * 4; waited += 1) {
    if (child.exitCode !== null) throw new Error(`moto_server ended at once: ${said}`);
    if (await answers(port)) return { port, stop: () => stop(child) };
    await sleep(250);
  }
  await stop(child);
  throw new Error(`moto_server did not answer within ${startSeconds} seconds: ${said}`);
}

async function answers(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/moto-api/`).then(
    ({ ok }) => ok,
    () => false,
  );
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const late = setTimeout(() => child.kill("SIGKILL"), 5_000);
  await ended;
  clearTimeout(late);
}

// moto does not tell which port it got, so one is chosen for it.
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
