import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createWorkplace, repository, type Workplace } from "../workplace.ts";

/** An operator with a clone of this project: what he changes in it makes another release. */
export interface Operator extends Workplace {
  /** Changes a source of the clone. */
  edit(path: string, change: (text: string) => string): void;
}

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
  return {
    ...createWorkplace(name, environment, directory),
    edit(path, change) {
      const file = join(directory, path);
      writeFileSync(file, change(readFileSync(file, "utf8")));
    },
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
