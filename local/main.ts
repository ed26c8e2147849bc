import { spawn } from "node:child_process";
import { formatError } from "@cleanauth/common/app-error.ts";
import { type Environment, parseSettings, readEnvironment } from "@cleanauth/common/environment.ts";
import { exitCode, exitCodeOf } from "@cleanauth/common/exit-code.ts";
import { announcement } from "./announcement.ts";
import { localSettings } from "./far-ends.ts";
import { type Stack, startStack } from "./stack.ts";
import { argumentsToRun } from "./supervised-process.ts";

// `make start`: the whole chain on one machine. With a terminal the chat client takes it over and the
// stack ends with the client; without one the stack runs until SIGINT or SIGTERM.

const isInteractive = process.stdin.isTTY === true && process.stdout.isTTY === true;

let stack: Stack | undefined;
let stopRequested = false;
let wakeUp = () => {};
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    stopRequested = true;
    wakeUp();
  });
}

try {
  process.exitCode = await run();
} catch (error) {
  console.error(formatError(error));
  process.exitCode = exitCodeOf(error);
} finally {
  await stack?.stop();
}
process.exit();

async function run(): Promise<number> {
  const environment = readEnvironment(process.env);
  const settings = parseSettings(localSettings, environment);
  stack = await startStack({
    settings,
    environment,
    // A notice in the middle of the client's screen would tear it; the logs have it there.
    onNotice: (message) => isInteractive || console.log(message),
  });
  console.log(announcement(stack));
  if (stopRequested) return exitCode.done;
  if (isInteractive) return runClient(stack.clientEnvironment);

  console.log("ready (Ctrl-C ends it)");
  await new Promise<void>((resolve) => {
    wakeUp = resolve;
    if (stopRequested) resolve();
  });
  return exitCode.done;
}

function runClient(environment: Environment): Promise<number> {
  const client = spawn(process.execPath, argumentsToRun("client/main.ts"), {
    env: { ...environment },
    stdio: "inherit",
  });
  wakeUp = () => client.kill("SIGTERM");
  return new Promise((resolve, reject) => {
    client.once("error", reject);
    client.once("exit", (code) => resolve(code ?? exitCode.failed));
  });
}
