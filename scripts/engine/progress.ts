import type { EngineEvent } from "./event.ts";
import { formatSeconds } from "./text-report.ts";

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const frameMilliseconds = 120;

/** A line at the bottom of a terminal that shows that a host is at work, and for how long. */
export interface Progress {
  /** Removes the line, writes the event's text, and puts the line back while a task runs. */
  write(text: string, event: EngineEvent): void;
  /** Writes a text above the line. */
  say(text: string): void;
  stop(): void;
}

/**
 * @param terminal a TTY
 */
export function createProgress(terminal: { write(text: string): unknown }): Progress {
  let timer: NodeJS.Timeout | undefined;
  let startedAt = 0;
  let frame = 0;
  const clear = () => terminal.write("\r\x1b[K");
  const draw = () => {
    frame = (frame + 1) % frames.length;
    const elapsed = formatSeconds((performance.now() - startedAt) / 1000);
    terminal.write(`\r\x1b[K${frames[frame]} ${elapsed}`);
  };
  const stop = () => {
    if (timer === undefined) return;
    clearInterval(timer);
    timer = undefined;
    clear();
  };
  return {
    write(text, event) {
      if (timer !== undefined) clear();
      terminal.write(text);
      if (event.type === "task_started") {
        startedAt = performance.now();
        timer ??= setInterval(draw, frameMilliseconds);
      }
      if (event.type === "recap" || event.type === "interrupted") stop();
    },
    say(text) {
      if (timer !== undefined) clear();
      terminal.write(text);
    },
    stop,
  };
}
