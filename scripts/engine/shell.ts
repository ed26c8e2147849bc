import type { ShellScript } from "./shell-script.ts";

/** How a host is reached: over SSM, as a local process, or by a test's fake. */
export interface Shell {
  /**
   * Runs a script as root with `sh` and waits for its end. A script that fails is a result.
   *
   * @throws AppError `host_…` when the host cannot be reached or told to run it, `command_timed_out`
   *   when it ran for longer than it may, `interrupted` when the signal stopped it; by then the
   *   script has been cancelled on the host
   */
  run(script: ShellScript, options: RunOptions): Promise<ShellResult>;
}

export interface RunOptions {
  readonly timeoutSeconds: number;
  readonly signal?: AbortSignal;
  /** What the run is for, where the shell keeps a history; no secret. */
  readonly comment?: string;
}

export interface ShellResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A machine that a play runs on. */
export interface Host {
  /** What the output calls it, and what `--limit` names: an instance id. */
  readonly name: string;
  /** Other names under which `--limit` finds it. */
  readonly aliases?: readonly string[];
  readonly shell: Shell;
}
