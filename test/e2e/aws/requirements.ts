import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";

const howTo: Readonly<Record<string, string>> = {
  terraform: "install Terraform 1.10 or newer: developer.hashicorp.com/terraform/install",
  moto_server: "install the AWS emulator: pip install 'moto[server]'",
};

/**
 * Fails when a program is missing that the end-to-end test cannot do without: a test that is skipped
 * in silence proves nothing.
 *
 * @throws Error that names every missing program and how to get it
 */
export function requirePrograms(...names: readonly string[]): void {
  const missing = names.filter((name) => !isInstalled(name));
  if (missing.length > 0) {
    const lines = missing.map((name) => `${name} is missing: ${howTo[name]}`);
    throw new Error(`The end-to-end test cannot run.\n${lines.join("\n")}`);
  }
  const mirror = process.env.TF_PLUGIN_MIRROR;
  if (mirror !== undefined && !existsSync(mirror)) {
    throw new Error(`TF_PLUGIN_MIRROR names ${mirror}, which does not exist`);
  }
}

/** Whether a program is found. */
export function isInstalled(name: string): boolean {
  try {
    execFileSync("sh", ["-c", `command -v ${name}`], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
