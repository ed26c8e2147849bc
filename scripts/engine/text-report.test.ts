import { describe, expect, it } from "vitest";
import type { EngineEvent, TaskEnded } from "./event.ts";
import { formatEventAsJson } from "./json-report.ts";
import { emptyCounts } from "./recap.ts";
import { formatEvent, formatSeconds } from "./text-report.ts";

const plain = { diff: false, verbose: false, colors: false };
const ended = (more: Partial<TaskEnded>): TaskEnded => ({
  type: "task_ended",
  task: "settings : server.env is written",
  host: "i-1",
  outcome: "changed",
  seconds: 1.234,
  ...more,
});

describe("the text of an event", () => {
  it.each<[EngineEvent, string]>([
    [{ type: "play_started", play: "hosts", hosts: ["i-1"] }, "\nPLAY [hosts] *"],
    [
      { type: "task_started", kind: "task", task: "node : Node.js is installed" },
      "\nTASK [node : Node.js is installed] *",
    ],
    [{ type: "task_started", kind: "handler", task: "services : reload" }, "\nRUNNING HANDLER ["],
    [ended({}), "changed: [i-1] (1.2s)\n"],
    [ended({ outcome: "ok" }), "ok: [i-1] (1.2s)\n"],
    [ended({ outcome: "skipped", because: "no TLS" }), "skipped: [i-1] no TLS (1.2s)\n"],
    [
      ended({ outcome: "failed", error: { code: "x", message: "It broke", hint: "Mend it." } }),
      "failed: [i-1] It broke. Mend it. (1.2s)\n",
    ],
  ])("reads as Ansible's: %j", (event, expected) => {
    const text = formatEvent(event, plain);
    expect(text.slice(0, expected.length)).toBe(expected);
  });

  it("ends with the recap", () => {
    const recap = { "i-1": { ...emptyCounts, ok: 3, changed: 1 } };
    expect(formatEvent({ type: "recap", recap, seconds: 61.9 }, plain)).toMatch(
      /^\nPLAY RECAP \*+\ni-1 : ok=3 +changed=1 +unreachable=0 +failed=0 +skipped=0\n1m 01s in all\n$/,
    );
  });

  it("fills a header to eighty columns", () => {
    const header = formatEvent({ type: "task_started", kind: "task", task: "a : b" }, plain);
    expect(header.trim()).toHaveLength(80);
  });

  const files = [{ path: "/e", before: "A=1\nX_TOKEN=a\n", after: "A=2\nX_TOKEN=b\n" }];

  it("shows a diff only when asked, secrets masked", () => {
    expect(formatEvent(ended({ files }), plain)).not.toContain("A=2");
    const shown = formatEvent(ended({ files }), { ...plain, diff: true });
    expect(shown).toContain("-A=1\n+A=2\n X_TOKEN=[secret]\n");
  });

  it("shows what commands printed only when asked, secrets masked", () => {
    const event = ended({ stdout: "done\npassword=hunter2\n" });
    expect(formatEvent(event, plain)).not.toContain("done");
    expect(formatEvent(event, { ...plain, verbose: true })).toContain(
      "  stdout: done\n  stdout: password=[secret]\n",
    );
  });

  it("is coloured only when asked", () => {
    expect(formatEvent(ended({}), { ...plain, colors: true })).toBe(
      "\x1b[33mchanged: [i-1]\x1b[0m (1.2s)\n",
    );
  });

  it("lets nothing that a host printed steer the terminal", () => {
    const event = ended({ stdout: "a\x1b]0;title\x07b\x1b[2Jc\x9bd\r" });
    const text = formatEvent(event, { ...plain, verbose: true });
    expect(text.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
  });

  it.each([
    [0.04, "0.0s"],
    [59.9, "59.9s"],
    [60, "1m 00s"],
    [605, "10m 05s"],
  ])("says %d seconds as %s", (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text);
  });

  it("is one JSON object a line with --json, diff and secrets masked", () => {
    const line = formatEventAsJson(ended({ files, stdout: "MY_SECRET=1\nx" }));
    expect(line.trimEnd()).not.toContain("\n");
    expect(JSON.parse(line)).toMatchObject({
      type: "task_ended",
      outcome: "changed",
      diff: expect.stringContaining("+A=2"),
      stdout: "MY_SECRET=[secret]\nx",
    });
  });
});
