import { isInstalled, requirePrograms } from "../aws/requirements.ts";

const howTo: Readonly<Record<string, string>> = {
  "systemd-nspawn": "apt-get install systemd-container",
  debootstrap: "apt-get install debootstrap",
  nsenter: "apt-get install util-linux",
  openssl: "apt-get install openssl",
};

/**
 * Fails when something is missing that a booted host needs: a test that is skipped in silence proves
 * nothing.
 *
 * @throws Error that names what is missing and how to get it
 */
export function requireHostPrograms(): void {
  requirePrograms("terraform", "moto_server");
  const missing = Object.entries(howTo).filter(([name]) => !isInstalled(name));
  const problems = missing.map(([name, how]) => `${name} is missing: ${how}`);
  if (process.platform !== "linux") problems.push("a booted host needs Linux");
  if (process.getuid?.() !== 0) problems.push("a booted host needs root: run it with sudo");
  if (problems.length > 0) {
    throw new Error(`The end-to-end test of the host cannot run.\n${problems.join("\n")}`);
  }
}
