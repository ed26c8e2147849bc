import { describe, expect, it } from "vitest";
import { createReporter } from "./reporter.ts";

const events = [
  { type: "task_started", kind: "task", task: "a : b" },
  { type: "task_ended", task: "a : b", host: "h", outcome: "ok", seconds: 1 },
  { type: "recap", recap: {}, seconds: 1 },
] as const;

function written(stream: { isTTY?: boolean }, json = false) {
  const texts: string[] = [];
  const reporter = createReporter(
    { ...stream, write: (text: string) => texts.push(text) },
    { diff: false, verbose: false, json },
  );
  return { texts, reporter };
}

describe("a run's output", () => {
  it("has neither colours nor a spinner where it is no terminal", async () => {
    const { texts, reporter } = written({});
    for (const event of events) reporter.report(event);
    expect(texts.join("").replaceAll("\n", "")).not.toMatch(/\p{Cc}|\p{Script=Braille}/u);
  });

  it("on a terminal shows that the host is at work, for how long, and cleans up at the end", async () => {
    const { texts, reporter } = written({ isTTY: true });
    reporter.report(events[0]);
    await expect.poll(() => texts.join("")).toMatch(/⠙ 0\.\ds/);
    reporter.report(events[1]);
    reporter.report(events[2]);
    const length = texts.length;
    expect(texts.at(-1)).toBe("\r\x1b[K");
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(texts).toHaveLength(length);
  });

  it("keeps a remark from being written into the spinner's line", async () => {
    const { texts, reporter } = written({ isTTY: true });
    reporter.report(events[0]);
    await expect.poll(() => texts.length).toBeGreaterThan(2);
    reporter.say("uploaded");
    expect(texts.slice(-2)).toEqual(["\r\x1b[K", "uploaded\n"]);
    reporter.stop();
  });

  it("is JSON lines with --json, remarks included", () => {
    const { texts, reporter } = written({ isTTY: true }, true);
    for (const event of events) reporter.report(event);
    reporter.say("uploaded");
    expect(texts.map((line) => JSON.parse(line).type)).toEqual([
      "task_started",
      "task_ended",
      "recap",
      "note",
    ]);
  });
});
