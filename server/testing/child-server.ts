import { type ChildProcess, spawn } from "node:child_process";
import { environmentFor } from "./test-server.ts";
import type { TestUserPool } from "./user-pool.ts";

/** A server in a process of its own, started as the host and `make start` do it. */
export interface ChildServer {
  readonly process: ChildProcess;
  /** The URL with the address; known once it has said that it is ready. */
  readonly base: string;
  /** All that came on stdout. */
  readonly stdout: () => string;
  /** Waits for the process to end and gives its exit code, or the signal that ended it. */
  exited(): Promise<number | string>;
}

/** Runs `server/main.ts` with these variables and nothing else of the environment. */
export function runServer(settings: Record<string, string>): {
  readonly process: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  exited(): Promise<number | string>;
} {
  const child = spawn(
    process.execPath,
    ["--import", "tsx", new URL("../main.ts", import.meta.url).pathname],
    {
      cwd: new URL("..", import.meta.url).pathname,
      env: settings,
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    },
  );
  const output = { stdout: "", stderr: "" };
  child.stdout?.on("data", (chunk) => {
    output.stdout += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    output.stderr += chunk;
  });
  const exited = new Promise<number | string>((resolve) => {
    child.once("close", (code, signal) => resolve(code ?? signal ?? "unknown"));
  });
  return {
    process: child,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    exited: () => exited,
  };
}

/**
 * Starts a server process and waits until it says that it is ready.
 *
 * @param settings environment variables that the test wants otherwise
 */
export async function startChildServer(
  pool: TestUserPool,
  dataDir: string,
  settings: Record<string, string> = {},
): Promise<ChildServer> {
  const running = runServer({ ...environmentFor(pool, dataDir), ...settings });
  await new Promise<void>((resolve, reject) => {
    running.process.on("message", (message) => {
      // The TypeScript loader sends messages of its own.
      if (message === "ready") resolve();
    });
    running.process.once("exit", () => reject(new Error(running.stderr())));
  });
  // The message may overtake the line, which comes another way.
  for (;;) {
    const port = /"port":(\d+)/.exec(running.stdout())?.[1];
    if (port !== undefined) return { ...running, base: `http://127.0.0.1:${port}` };
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
