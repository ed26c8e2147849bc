import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { makeDataDir } from "../testing/test-server.ts";
import { type SessionRecord, SessionRecords } from "./session-records.ts";

let directory: string;
let now: number;
let problems: string[];
beforeEach(() => {
  const dataDir = makeDataDir();
  onTestFinished(() => dataDir.remove());
  directory = join(dataDir.path, "sessions");
  now = Date.now();
  problems = [];
});

const records = (maximum = 100) =>
  new SessionRecords(directory, {
    maximum,
    idleMilliseconds: 60_000,
    onProblem: (problem) => problems.push(problem),
    now: () => now,
  });
const record = (): SessionRecord => ({
  id: randomUUID(),
  subject: "사용자",
  clientId: "client1",
  initialize: { protocolVersion: "2025-11-25", capabilities: {} },
  follows: [],
});
const files = () => readdirSync(directory).length;

describe("SessionRecords", () => {
  it("gives another process what one has kept, for this user's eyes alone", async () => {
    const kept = record();
    await records().save(kept);
    expect(await records().load(kept.id)).toEqual(kept);
    expect(statSync(join(directory, `${kept.id}.json`)).mode & 0o777).toBe(0o600);
    expect(problems).toEqual([]);
  });

  it("keeps which resources a session follows, whatever else is noted at that moment", async () => {
    const kept = record();
    const mine = records();
    await mine.save(kept);
    const notes = [
      mine.noteFollowed(kept.id, "note://1", true),
      mine.noteFollowed(kept.id, "note://2", true),
      mine.noteFollowed(kept.id, "note://1", true),
      mine.noteFollowed(kept.id, "note://2", false),
      mine.noteFollowed(randomUUID(), "note://3", true),
    ];
    await Promise.all(notes);
    expect(await records().load(kept.id)).toEqual({ ...kept, follows: ["note://1"] });
    expect(files()).toBe(1);
    expect(problems).toEqual([]);
  });

  it("takes a record of before, in which nothing is followed", async () => {
    const { follows, ...before } = record();
    await records().save(record());
    writeFileSync(join(directory, `${before.id}.json`), JSON.stringify(before));
    expect((await records().load(before.id))?.follows).toEqual(follows);
  });

  it("forgets a session that has ended", async () => {
    const kept = record();
    await records().save(kept);
    await records().remove(kept.id);
    expect(await records().load(kept.id)).toBeNull();
    expect(files()).toBe(0);
  });

  it("does not bring back a session that ends while something is noted of it", async () => {
    const mine = records();
    // Noting is some ten steps of reading and writing, and the end comes after any of them.
    for (let step = 0; step < 60; step += 1) {
      const kept = record();
      const { id } = kept;
      await mine.save(kept);
      const noted = mine.noteFollowed(id, "note://1", true);
      for (let passed = 0; passed < step % 20; passed += 1) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      await Promise.all([mine.remove(id), noted, mine.noteFollowed(id, "note://2", true)]);
    }
    expect(files()).toBe(0);
    expect(problems).toEqual([]);
  });

  it.each(["../notes", "", "x", `../sessions/${randomUUID()}`, `${randomUUID()}\n`, "__proto__"])(
    "finds nothing under %j, and looks at no file",
    async (id) => {
      expect(await records().load(id)).toBeNull();
      expect(problems).toEqual([]);
    },
  );

  it("keeps a session for its time after the last use", async () => {
    const [used, unused] = [record(), record()];
    const mine = records();
    await mine.save(used);
    await mine.save(unused);
    now += 50_000;
    await mine.touch(used.id, now);
    now += 15_000;
    expect(await mine.load(used.id)).not.toBeNull();
    expect(await mine.load(unused.id)).toBeNull();
    await mine.removeIdle(used.id);
    await mine.sweep();
    expect(readdirSync(directory)).toEqual([`${used.id}.json`]);
    now += 60_000;
    await mine.removeIdle(used.id);
    expect(files()).toBe(0);
  });

  it("keeps no more than it may: those that were used longest ago go first", async () => {
    const mine = records(10);
    const kept: SessionRecord[] = [];
    for (let count = 0; count < 15; count += 1) {
      const one = record();
      kept.push(one);
      await mine.save(one);
      await mine.touch(one.id, now - 10_000 + count * 10);
    }
    expect(files()).toBeLessThanOrEqual(10);
    expect(await mine.load(kept[0]?.id ?? "")).toBeNull();
    expect(await mine.load(kept[14]?.id ?? "")).not.toBeNull();
  });

  it.each([
    ["that is empty", ""],
    ["that is no JSON", "{"],
    ["of another form", "{}"],
    ["with more in it", JSON.stringify({ ...record(), extra: 1 })],
    ["of another session", JSON.stringify(record())],
  ])("survives a record %s, tells of it and removes it", async (_case, text) => {
    const { id } = record();
    const mine = records();
    await mine.save(record());
    writeFileSync(join(directory, `${id}.json`), text);
    expect(await mine.load(id)).toBeNull();
    expect(problems).toEqual(["the record of a session is damaged"]);
    expect(files()).toBe(1);
  });

  it("keeps a record that cannot be read at present", async () => {
    const { id } = record();
    // Root may read what nobody may, so a folder stands for it.
    mkdirSync(join(directory, `${id}.json`), { recursive: true });
    expect(await records().load(id)).toBeNull();
    expect(problems).toEqual(["a session on disk cannot be read"]);
    expect(files()).toBe(1);
  });

  it("tells of a disk that takes nothing, and fails nobody's request for that", async () => {
    writeFileSync(directory, "a file in the folder's place");
    await records().save(record());
    expect(problems).toEqual(["a session is not kept on disk"]);
  });

  it("removes what a process that was killed has left half-written", async () => {
    const mine = records();
    await mine.save(record());
    writeFileSync(join(directory, `${randomUUID()}.json.tmp`), "{");
    await mine.sweep();
    expect(files()).toBe(2);
    now += 59_000 + 2_000;
    await mine.sweep();
    expect(readdirSync(directory).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });
});
