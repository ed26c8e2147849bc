import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { type Environment, readEnvironment } from "@cleanauth/common/environment.ts";

const root = join(import.meta.dirname, "../..");
// Vitest has no import.meta.resolve where it runs what comes before all tests.
const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;

/** What a child needs of this machine; nothing of the developer's own settings goes in. */
const bareEnvironment = { PATH: process.env.PATH, HOME: process.env.HOME, LANG: "C.UTF-8" };

/** `make start`, run in a folder of its own and on ports of its own. */
export interface LocalStack {
  readonly folder: string;
  /** What `.cleanauth/local.env` said once it was ready. */
  readonly environment: Readonly<Record<string, string>>;
  /** Everything that was printed until `ready`. */
  readonly announcement: string;
  readonly process: ChildProcess;
  /** Sends SIGTERM and returns the exit code. */
  stop(): Promise<number | null>;
}

/**
 * Starts the stack as `make start </dev/null` does and waits for the line that begins with `ready`.
 *
 * @param options.folder where it keeps its state; a new folder by default
 * @param options.environment settings beside the ports
 */
export async function startLocalStack(
  options: { folder?: string; environment?: Environment } = {},
): Promise<LocalStack> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), "cleanauth-chain-"));
  const [port, webPort] = [await freePort(), await freePort()];
  const child = spawn(process.execPath, ["--import", tsx, join(root, "local/main.ts")], {
    cwd: folder,
    env: {
      ...bareEnvironment,
      PORT: String(port),
      WEB_PORT: String(webPort),
      METRICS_PORT: "0",
      // What the web terminal keeps for its users is nothing to whoever runs the tests.
      XDG_STATE_HOME: join(folder, "state"),
      ...options.environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const announcement = await untilReady(child);
  return {
    folder,
    environment: readEnvironment({}, [join(folder, ".cleanauth/local.env")]) as Record<
      string,
      string
    >,
    announcement,
    process: child,
    stop: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null) return resolve(child.exitCode);
        child.once("exit", (code) => resolve(code));
        child.kill("SIGTERM");
      }),
  };
}

export interface Outcome {
  exitCode: number | null;
  stdout: string;
  stderr: string;
  /** The lines of stdout as JSON, where they are. */
  events: readonly Readonly<Record<string, unknown>>[];
}

/**
 * Runs the client as `make chat` does.
 *
 * @param folder the folder whose `.cleanauth/local.env` it finds
 * @param argumentsAfter its arguments
 * @param options.environment variables beside the file
 * @param options.input what it reads on stdin; nothing by default
 */
export async function runClient(
  folder: string,
  argumentsAfter: readonly string[],
  options: { environment?: Environment; input?: string } = {},
): Promise<Outcome> {
  return runProgram("client/main.ts", folder, argumentsAfter, options);
}

/** Runs one of the programs to its end. */
export function runProgram(
  program: string,
  folder: string,
  argumentsAfter: readonly string[],
  options: { environment?: Environment; input?: string } = {},
): Promise<Outcome> {
  const child = spawn(process.execPath, ["--import", tsx, join(root, program), ...argumentsAfter], {
    cwd: folder,
    env: { ...bareEnvironment, ...options.environment },
    stdio: "pipe",
  });
  child.stdin.end(options.input ?? "");
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode) => {
      resolve({ exitCode, stdout, stderr, events: jsonLines(stdout) });
    });
  });
}

function jsonLines(text: string): Record<string, unknown>[] {
  const lines = text.split("\n").filter((line) => line.startsWith("{"));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

async function untilReady(child: ChildProcess): Promise<string> {
  const printed: string[] = [];
  let complaint = "";
  child.stderr?.setEncoding("utf8").on("data", (text) => (complaint += text));
  if (child.stdout === null) throw new Error("the stack's stdout is not a pipe");
  for await (const line of createInterface({ input: child.stdout })) {
    printed.push(line);
    if (line.startsWith("ready")) {
      child.stdout.resume();
      return printed.join("\n");
    }
  }
  throw new Error(`the stack ended before it was ready: ${complaint || printed.join("\n")}`);
}

/**
 * A port that nobody listens on now, and that the system gives to nobody who asks for any: a test beside
 * this one would else be handed it in between.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(15_000, 32_000);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false)).listen(port, "127.0.0.1", () => resolve(true));
    });
    await new Promise((resolve) => server.close(resolve));
    if (isFree) return port;
  }
}
