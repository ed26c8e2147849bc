import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { runBesideHost } from "../beside-host.ts";
import type { HostLife } from "./host-life.ts";

/**
 * Signs in on the host's web terminal and asks who one is.
 *
 * @param certificate what is trusted beside the usual authorities, in PEM
 * @returns the last screen
 * @throws Error with the screen on which the answer did not come
 */
export async function askInWebTerminal(
  life: HostLife,
  url = "ws://localhost:8501/terminal",
  certificate = "",
): Promise<string> {
  const { host, password, operator } = life.deployment();
  const plan = {
    url,
    username: "demo",
    password,
    question: "who am I?",
    answer: "(says|답입니다):\\s+Signed in as demo[\\s\\S]*● ready",
  };
  const trusted = join(operator.directory, "web-terminal-authority.pem");
  writeFileSync(trusted, certificate);
  const { exitCode, stdout, stderr } = await runBesideHost(
    host,
    [join(import.meta.dirname, "../web-terminal-main.ts")],
    certificate === "" ? {} : { NODE_EXTRA_CA_CERTS: trusted },
    JSON.stringify(plan),
  );
  if (exitCode !== 0) throw new Error(`The web terminal did not answer: ${stderr}\n${stdout}`);
  return stdout;
}
