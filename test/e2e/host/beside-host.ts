import { spawn } from "node:child_process";
import type { BootedHost } from "./booted-host.ts";

export interface BesideResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program of this repository in the host's network and with its names, so that it reaches the
 * host on `localhost` and AWS where the host finds it.
 *
 * @param environment its whole environment but PATH
 * @param input what it reads
 * @param meanwhile done when the program has begun to speak; its input ends after that, else at once
 */
export function runBesideHost(
  host: BootedHost,
  program: readonly string[],
  environment: Readonly<Record<string, string>>,
  input = "",
  meanwhile?: () => Promise<unknown>,
): Promise<BesideResult> {
  const child = spawn(
    "nsenter",
    [
      "-t",
      String(host.leader()),
      "-n",
      "--",
      "unshare",
      "--mount",
      "sh",
      "-c",
      'mount --bind "$1" /etc/hosts && shift && exec "$@"',
      "-",
      `${host.root}/etc/hosts`,
      process.execPath,
      "--import",
      import.meta.resolve("tsx"),
      ...program,
    ],
    { env: { PATH: process.env.PATH, ...environment }, stdio: "pipe" },
  );
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  child.stdin.on("error", () => {});
  child.stdin.write(input);
  const ended = new Promise<BesideResult>((resolve, reject) => {
    child.on("error", reject).on("close", (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
  if (meanwhile === undefined) {
    child.stdin.end();
    return ended;
  }
  const begun = new Promise((resolve) => child.stdout.once("data", resolve));
  // A program that ends without a word leaves nothing to be done meanwhile.
  const done = Promise.race([begun.then(meanwhile), ended]).finally(() => child.stdin.end());
  return done.then(() => ended);
}
