import { execFileSync, spawn } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export interface CommandResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
  /** User and system time of the command and what it started. */
  readonly cpuSeconds: number;
}

export interface CommandOptions {
  readonly args?: readonly string[];
  /** On top of the operator's environment; an empty value takes a variable away. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Gets the process id when the command has said something that matches, once. */
  readonly on?: { readonly said: RegExp; call(pid: number): void };
}

/** An operator with a clone of this project: what he changes in it makes another release. */
export interface Operator {
  readonly directory: string;
  /** Runs a program of the clone, `scripts/bootstrap.ts`, and keeps what it said among the results. */
  run(program: string, options?: CommandOptions): Promise<CommandResult>;
  /** Changes a source of the clone. */
  edit(path: string, change: (text: string) => string): void;
  remove(): void;
}

const repository = resolve(import.meta.dirname, "../../..");
const results = join(repository, "test/e2e/results");
/** Programs that the operator's commands need, and their size: Terraform's bindings stay away. */
const leftOut = new Set(["@cdktf", "cdktf", "cdktf-cli", "@cleanauth"]);
const folders = ["common", "server", "client", "local", "scripts", "cdktf"];

/**
 * Clones this project as it lies here, with hard links to what is installed.
 *
 * @param name of the file with the results
 * @param environment the operator's whole environment but PATH and HOME
 */
export function createOperator(
  name: string,
  environment: Readonly<Record<string, string>>,
): Operator {
  const directory = mkdtempSync(join(tmpdir(), "cleanauth-operator-"));
  for (const folder of folders) {
    cpSync(join(repository, folder), join(directory, folder), { recursive: true });
  }
  for (const file of ["package.json", "package-lock.json", "tsconfig.json"]) {
    cpSync(join(repository, file), join(directory, file));
  }
  linkPackages(directory);
  mkdirSync(results, { recursive: true });
  const resultsFile = join(results, `${name}.txt`);
  writeFileSync(resultsFile, "");
  return {
    directory,
    async run(program, options = {}) {
      const result = await run(directory, program, environment, options);
      const command = [program, ...(options.args ?? [])].join(" ");
      appendFileSync(
        resultsFile,
        `$ ${command}\n${result.stdout}${result.stderr}exit ${result.exitCode}, ${result.seconds.toFixed(1)} s, ${result.cpuSeconds.toFixed(1)} s of CPU\n\n`,
      );
      return result;
    },
    edit(path, change) {
      const file = join(directory, path);
      writeFileSync(file, change(readFileSync(file, "utf8")));
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

function linkPackages(directory: string): void {
  const from = join(repository, "node_modules");
  const to = join(directory, "node_modules");
  mkdirSync(join(to, "@cleanauth"), { recursive: true });
  const names = readdirSync(from).filter((name) => !leftOut.has(name));
  const copy = (flag: string) =>
    execFileSync("cp", [flag, ...names.map((name) => join(from, name)), to], { stdio: "pipe" });
  try {
    copy("-al");
  } catch {
    // Another file system: hard links do not reach there.
    copy("-a");
  }
  for (const folder of folders) {
    execFileSync("ln", ["-s", join("../..", folder), join(to, "@cleanauth", folder)]);
  }
}

async function run(
  directory: string,
  program: string,
  environment: Readonly<Record<string, string>>,
  options: CommandOptions,
): Promise<CommandResult> {
  const startedAt = performance.now();
  // bash's `time` tells what a command cost, whatever it started.
  const child = spawn(
    "bash",
    [
      "-c",
      'TIMEFORMAT="%U %S"; time "$@" 2>&3',
      "-",
      process.execPath,
      "--import",
      "tsx",
      program,
      ...(options.args ?? []),
    ],
    {
      cwd: directory,
      env: withoutEmpty({
        PATH: process.env.PATH,
        HOME: directory,
        ...environment,
        ...options.environment,
      }),
      stdio: ["pipe", "pipe", "pipe", "pipe"],
      detached: true,
    },
  );
  const said = ["", "", "", ""];
  let on = options.on;
  for (const at of [1, 2, 3]) {
    child.stdio[at]?.on("data", (chunk: Buffer) => {
      said[at] += chunk.toString();
      if (on?.said.test(said[at] ?? "") && child.pid !== undefined) {
        const { call } = on;
        on = undefined;
        call(child.pid);
      }
    });
  }
  child.stdin?.end(options.input ?? "");
  const exitCode = await new Promise<number | null>((done, failed) => {
    child.on("error", failed).on("close", done);
  });
  const [, stdout = "", time = "", stderr = ""] = said;
  const cpuSeconds = time
    .trim()
    .split(/\s+/)
    .slice(-2)
    .map(Number)
    .reduce((a, b) => a + b, 0);
  return { exitCode, stdout, stderr, seconds: (performance.now() - startedAt) / 1000, cpuSeconds };
}

function withoutEmpty(variables: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => Boolean(value)));
}
