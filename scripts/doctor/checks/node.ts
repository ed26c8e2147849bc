import { type Check, failed, ok, type Verdict } from "../check.ts";

const leastMajor = 24;

/** @param version what the host's `node --version` prints; empty where it does not run */
export function judgeNode(version: string): Verdict {
  const [, major] = /^v(\d+)\./.exec(version) ?? [];
  if (major === undefined) return failed("there is no Node.js on the host", "make bootstrap");
  if (Number(major) < leastMajor) {
    return failed(`the host's Node.js is ${version}`, "make bootstrap");
  }
  return ok(`Node.js ${version}`);
}

export const nodeCheck: Check = {
  id: "node",
  title: "Node.js on the host",
  needs: ["agent"],
  async run(context) {
    return judgeNode((await context.host()).facts.node);
  },
};
