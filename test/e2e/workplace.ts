import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const repository = resolve(import.meta.dirname, "../..");
const loader = import.meta.resolve("tsx");
const resultsDirectory = join(repository, "test/e2e/results");

export interface ProgramResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

export interface RunOptions {
  readonly args?: readonly string[];
  /** On top of the workplace's environment; `undefined` takes a variable away. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Sees the program's process and what it says, as it says it. */
  readonly onOutput?: (text: string, program: ChildProcess) => void;
}

/** A directory in which the programs are run as an operator would run them in a clone. */
export interface Workplace {
  readonly directory: string;
  /** Runs a program of `scripts/`, and keeps what it said among the results. */
  run(program: string, options?: RunOptions): Promise<ProgramResult>;
  remove(): void;
}

/**
 * Makes a workplace. Nothing of the developer's own environment reaches what is run there, but PATH
 * and TF_PLUGIN_MIRROR.
 *
 * @param name names the file with the results
 * @param environment what every program gets
 */
export function createWorkplace(
  name: string,
  environment: Readonly<Record<string, string>>,
): Workplace {
  const directory = mkdtempSync(join(tmpdir(), `cleanauth-e2e-${name}-`));
  mkdirSync(resultsDirectory, { recursive: true });
  const resultsFile = join(resultsDirectory, `${name}.txt`);
  writeFileSync(resultsFile, "");
  const base = {
    PATH: process.env.PATH,
    HOME: directory,
    TF_PLUGIN_MIRROR: process.env.TF_PLUGIN_MIRROR,
    ...environment,
  };
  return {
    directory,
    async run(program, options = {}) {
      const result = await runProgram(directory, program, base, options);
      appendFileSync(resultsFile, formatResult(program, options, result));
      return result;
    },
    remove() {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function runProgram(
  directory: string,
  program: string,
  base: Readonly<Record<string, string | undefined>>,
  { args = [], environment = {}, onOutput }: RunOptions,
): Promise<ProgramResult> {
  const started = performance.now();
  const child = spawn(
    process.execPath,
    ["--import", loader, join(repository, "scripts", `${program}.ts`), ...args],
    {
      cwd: directory,
      env: defined({ ...base, ...environment }),
      stdio: ["ignore", "pipe", "pipe"],
      // A process group of its own, as a terminal gives to each command.
      detached: true,
    },
  );
  // A test that is broken off takes its program along, which in turn lets Terraform end cleanly.
  const endProgram = () => child.pid !== undefined && process.kill(-child.pid, "SIGTERM");
  process.once("exit", endProgram);
  const said = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (text: string) => {
      said[stream] += text;
      onOutput?.(text, child);
    });
  }
  const exitCode = await new Promise<number | null>((done, failed) => {
    child.on("error", failed).on("close", done);
  });
  process.removeListener("exit", endProgram);
  return { exitCode, ...said, seconds: (performance.now() - started) / 1000 };
}

function defined(variables: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined));
}

function formatResult(program: string, { args = [] }: RunOptions, result: ProgramResult): string {
  const { exitCode, stdout, stderr, seconds } = result;
  return `$ ${[program, ...args].join(" ")}\n${stderr}${stdout}exit ${exitCode}, ${seconds.toFixed(1)} s\n\n`;
}
