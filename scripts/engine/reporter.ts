import type { RunArguments } from "./arguments.ts";
import type { EngineEvent, Report } from "./event.ts";
import { formatEventAsJson } from "./json-report.ts";
import { createProgress } from "./progress.ts";
import { formatEvent } from "./text-report.ts";

/** Where a run's output goes. */
export interface OutputStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export interface Reporter {
  readonly report: Report;
  /** Says something that belongs to no task. */
  say(text: string): void;
  /** Leaves the terminal clean, whatever happened. */
  stop(): void;
}

/** Writes a run's events as Ansible would, or as JSON lines; colours and a spinner on a terminal only. */
export function createReporter(
  stream: OutputStream,
  options: Pick<RunArguments, "diff" | "verbose" | "json">,
): Reporter {
  if (options.json) {
    return {
      report: (event) => void stream.write(formatEventAsJson(event)),
      say: (text) => void stream.write(`${JSON.stringify({ type: "note", text })}\n`),
      stop: () => {},
    };
  }
  const isTerminal = stream.isTTY === true;
  const progress = isTerminal ? createProgress(stream) : null;
  const format = (event: EngineEvent) => formatEvent(event, { ...options, colors: isTerminal });
  return {
    report: (event) => {
      if (progress === null) stream.write(format(event));
      else progress.write(format(event), event);
    },
    say: (text) => {
      if (progress === null) stream.write(`${text}\n`);
      else progress.say(`${text}\n`);
    },
    stop: () => progress?.stop(),
  };
}
