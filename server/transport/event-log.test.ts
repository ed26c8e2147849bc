import { describe, expect, it } from "vitest";
import { EventLog, parseEventId } from "./event-log.ts";

const minute = 60_000;

function fill(log: EventLog, streamId: number, texts: readonly string[], now = 0): string[] {
  return texts.map((text) => {
    const id = log.nextId(streamId);
    log.add(id, text, now);
    return id;
  });
}

const after = (log: EventLog, id: string) => {
  const cursor = parseEventId(id);
  return cursor === null ? null : log.after(cursor);
};

describe("EventLog", () => {
  it("gives what came after an event on its own stream, in order, and nothing of others", () => {
    const log = new EventLog(0);
    const first = log.nextId(1);
    fill(log, 2, ["other"]);
    const [second = ""] = fill(log, 1, ["b"]);
    fill(log, 2, ["other"]);
    fill(log, 1, ["c", "d"]);
    expect(after(log, first)).toEqual(["b", "c", "d"]);
    expect(after(log, second)).toEqual(["c", "d"]);
  });

  it("keeps the last half million characters", () => {
    const log = new EventLog(0);
    const ids = fill(log, 1, Array(20).fill("x".repeat(50_000)));
    expect(after(log, ids[0] ?? "")).toHaveLength(10);
    fill(log, 1, ["y".repeat(10_000_000)]);
    expect(log.has(1)).toBe(false);
  });

  it("keeps an event for five minutes", () => {
    const log = new EventLog(0);
    const [first = ""] = fill(log, 1, ["a"], 0);
    fill(log, 1, ["b"], 4 * minute);
    log.prune(5 * minute - 1);
    expect(log.has(1)).toBe(true);
    log.prune(5 * minute);
    expect(after(log, first)).toEqual(["b"]);
    log.prune(9 * minute);
    expect(log.has(1)).toBe(false);
  });

  it("gives ids that are later than those of a process before it", () => {
    const before = new EventLog(1_000);
    const known = fill(before, 0, ["a", "b"]).at(-1) ?? "";
    const log = new EventLog(5_000);
    fill(log, 0, ["new"]);
    expect(after(log, known)).toEqual(["new"]);
  });
});

describe("parseEventId", () => {
  it.each(["", "1", "-1-2", "1-2-3", "a-1", "1-1e5", `1-${"9".repeat(30)}`, "1-2\n", " 1-2"])(
    "takes %j for no id of this server",
    (id) => expect(parseEventId(id)).toBeNull(),
  );
});
