import { type Check, failed, ok, type Verdict } from "../check.ts";

/** @param release the current release's SHA-256; empty where there is none, or not the whole of it */
export function judgeRelease(release: string): Verdict {
  if (release === "") return failed("no release is installed", "make bootstrap");
  return ok(`release ${release.slice(0, 12)}`);
}

export const releaseCheck: Check = {
  id: "release",
  title: "artifact",
  needs: ["agent"],
  async run(context) {
    return judgeRelease((await context.host()).facts.release);
  },
};
