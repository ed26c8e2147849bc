import type { EngineEvent } from "./event.ts";
import { maskSecrets, unifiedDiff } from "./unified-diff.ts";

/** Words an event as one JSON object on one line; file changes become masked unified diffs. */
export function formatEventAsJson(event: EngineEvent): string {
  if (event.type !== "task_ended") return `${JSON.stringify(event)}\n`;
  const { files, stdout, stderr, ...rest } = event;
  return `${JSON.stringify({
    ...rest,
    ...(files === undefined ? {} : { diff: files.map(unifiedDiff).join("") }),
    ...(stdout === undefined ? {} : { stdout: maskSecrets(stdout) }),
    ...(stderr === undefined ? {} : { stderr: maskSecrets(stderr) }),
  })}\n`;
}
