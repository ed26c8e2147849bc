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
 */
export function runBesideHost(
  host: BootedHost,
  program: readonly string[],
  environment: Readonly<Record<string, string>>,
  input = "",
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
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.on("error", reject).on("close", (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
}
