import { clientApp, serverApp } from "../../roles/layout.ts";
import { type Check, failed, ok, type Verdict } from "../check.ts";
import type { HostProcess } from "../host-facts.ts";

// A program that was reloaded has started again, too: only many starts say that it does not stay up.
const manyRestarts = 50;

/** Whether pm2 keeps both programs running. */
export function judgeProcesses(processes: readonly HostProcess[]): Verdict {
  if (processes.length === 0) return failed("pm2 does not run", "make bootstrap");
  const states: string[] = [];
  for (const app of [serverApp, clientApp]) {
    const found = processes.find(({ name }) => name === app);
    const log = `make logs FILES=${app === serverApp ? "server" : "client"} says why`;
    if (found === undefined) return failed(`pm2 does not know ${app}`, "make bootstrap");
    if (found.status !== "online") {
      return failed(`${app} is ${found.status}`, `make bootstrap; ${log}`);
    }
    states.push(`${app} is online`);
    if (found.restarts >= manyRestarts)
      states.push(`it was started ${found.restarts} times (${log})`);
  }
  return ok(states.join(", "));
}

export const processesCheck: Check = {
  id: "processes",
  title: "programs under pm2",
  needs: ["node", "release"],
  async run(context) {
    return judgeProcesses((await context.host()).facts.processes);
  },
};
