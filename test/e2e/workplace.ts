import { spawn } from "node:child_process";
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Readable } from "node:stream";

export const repository = resolve(import.meta.dirname, "../..");
const loader = import.meta.resolve("tsx");
const resultsDirectory = join(repository, "test/e2e/results");

export interface ProgramResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
  /** User and system time of the program and what it started. */
  readonly cpuSeconds: number;
}

export interface RunOptions {
  readonly args?: readonly string[];
  /** On top of the workplace's environment; an empty value or `undefined` takes a variable away. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** What is typed, or piped. */
  readonly input?: string;
  /** Sees what the program says, as it says it, and gets its process group. */
  readonly onOutput?: (text: string, group: ProcessGroup) => void;
}

export interface ProcessGroup {
  /** To all of it, as a terminal does it. */
  signal(name: "SIGINT" | "SIGKILL"): void;
}

/** A directory in which the programs are run as an operator would run them in a clone. */
export interface Workplace {
  readonly directory: string;
  /** Runs a program of `scripts/`, and keeps what it said among the results. */
  run(program: string, options?: RunOptions): Promise<ProgramResult>;
  /** Runs any command, and keeps what it said. */
  command(words: readonly string[], options?: RunOptions): Promise<ProgramResult>;
  remove(): void;
}

/**
 * Makes a workplace. Nothing of the developer's own environment reaches what is run there, but PATH
 * and TF_PLUGIN_MIRROR.
 *
 * @param name names the file with the results
 * @param environment what every program gets
 * @param clone where the programs lie; this repository unless told otherwise
 */
export function createWorkplace(
  name: string,
  environment: Readonly<Record<string, string>>,
  clone?: string,
): Workplace {
  const directory = clone ?? mkdtempSync(join(tmpdir(), `cleanauth-e2e-${name}-`));
  mkdirSync(resultsDirectory, { recursive: true });
  const resultsFile = join(resultsDirectory, `${name}.txt`);
  writeFileSync(resultsFile, "");
  const base = {
    PATH: process.env.PATH,
    HOME: directory,
    TF_PLUGIN_MIRROR: process.env.TF_PLUGIN_MIRROR,
    ...environment,
  };
  const runWords = async (shown: string, words: readonly string[], options: RunOptions = {}) => {
    const result = await runCommand(directory, words, base, options);
    appendFileSync(resultsFile, formatResult(shown, options, result));
    return result;
  };
  return {
    directory,
    run(program, options) {
      const path = join(clone ?? repository, "scripts", `${program}.ts`);
      return runWords(program, [process.execPath, "--import", loader, path], options);
    },
    command: (words, options) => runWords(words.join(" "), words, options),
    remove() {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Does something once, when the program has said something that matches. */
export function when(
  said: RegExp,
  act: (group: ProcessGroup) => void,
): NonNullable<RunOptions["onOutput"]> {
  let text = "";
  let isDone = false;
  return (chunk, group) => {
    text += chunk;
    if (isDone || !said.test(text)) return;
    isDone = true;
    act(group);
  };
}

async function runCommand(
  directory: string,
  words: readonly string[],
  base: Readonly<Record<string, string | undefined>>,
  { args = [], environment = {}, input = "", onOutput }: RunOptions,
): Promise<ProgramResult> {
  const started = performance.now();
  // bash's `time` tells what a command cost, whatever it started.
  const timed = 'TIMEFORMAT="%U %S"; time "$@" 2>&3';
  const child = spawn("bash", ["-c", timed, "-", ...words, ...args], {
    cwd: directory,
    env: given({ ...base, ...environment }),
    stdio: ["pipe", "pipe", "pipe", "pipe"],
    // A process group of its own, as a terminal gives to each command.
    detached: true,
  });
  const group: ProcessGroup = {
    signal: (name) => child.pid !== undefined && process.kill(-child.pid, name),
  };
  // A test that is broken off takes its program along, which in turn lets Terraform end cleanly.
  const endProgram = () => child.pid !== undefined && process.kill(-child.pid, "SIGTERM");
  process.once("exit", endProgram);
  const said = ["", "", "", ""];
  for (const at of [1, 2, 3]) {
    const stream = child.stdio[at] as Readable;
    stream.setEncoding("utf8").on("data", (text: string) => {
      said[at] += text;
      onOutput?.(text, group);
    });
  }
  child.stdin?.on("error", () => {}).end(input);
  const exitCode = await new Promise<number | null>((done, failed) => {
    child.on("error", failed).on("close", done);
  });
  process.removeListener("exit", endProgram);
  const [, stdout = "", times = "", stderr = ""] = said;
  const [user = 0, system = 0] = times.trim().split(/\s+/).slice(-2).map(Number);
  const seconds = (performance.now() - started) / 1000;
  return { exitCode, stdout, stderr, seconds, cpuSeconds: user + system };
}

function given(variables: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => Boolean(value)));
}

function formatResult(shown: string, { args = [] }: RunOptions, result: ProgramResult): string {
  const { exitCode, stdout, stderr, seconds, cpuSeconds } = result;
  return `$ ${[shown, ...args].join(" ")}\n${stderr}${stdout}exit ${exitCode}, ${seconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} s of CPU\n\n`;
}
