import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeDataDir } from "../testing/test-server.ts";
import { createNoteIds, isNoteId } from "./note-id.ts";
import { NotesStore, NotesUnavailableError } from "./notes.ts";

let dataDir: ReturnType<typeof makeDataDir>;
let store: NotesStore;
beforeEach(() => {
  dataDir = makeDataDir();
  store = new NotesStore(dataDir.path);
});
afterEach(async () => {
  await store.close();
  dataDir.remove();
});

const allOf = async (owner: string) => (await store.list(owner, { limit: 1000 })).notes;

describe("NotesStore", () => {
  it("gives back what was added, letter for letter, the newest first", async () => {
    const texts = ["first", "우유 사기 🥛", "두 줄\n\t둘째", "ᄒ\u1161ᆫ decomposed"];
    for (const text of texts) await store.add("demo", text);
    expect((await allOf("demo")).map(({ text }) => text)).toEqual(texts.toReversed());
  });

  it("keeps what was acknowledged over closing and opening", async () => {
    const note = await store.add("demo", "stays");
    await store.close();
    store = new NotesStore(dataDir.path);
    expect(await allOf("demo")).toEqual([note]);
  });

  it("pages backwards without losing or repeating a note", async () => {
    for (let count = 0; count < 7; count += 1) await store.add("demo", `note ${count}`);
    const first = await store.list("demo", { limit: 3 });
    const second = await store.list("demo", { limit: 3, before: first.notes.at(-1)?.id });
    const third = await store.list("demo", { limit: 3, before: second.notes.at(-1)?.id });
    const texts = [first, second, third].flatMap(({ notes }) => notes.map(({ text }) => text));
    expect(texts).toEqual([6, 5, 4, 3, 2, 1, 0].map((count) => `note ${count}`));
    expect(first.total).toBe(7);
  });

  it("deletes an owner's note, once", async () => {
    const note = await store.add("demo", "gone");
    expect(await store.remove("demo", note?.id ?? "")).toEqual(note);
    expect(await store.remove("demo", note?.id ?? "")).toBeNull();
    expect(await allOf("demo")).toEqual([]);
  });

  it("finds no note of another owner by its id", async () => {
    const note = await store.add("demo", "mine");
    expect(await store.remove("admin", note?.id ?? "")).toBeNull();
    expect(await allOf("admin")).toEqual([]);
    expect(await store.filter("admin", () => true)).toEqual([]);
    expect(await allOf("demo")).toHaveLength(1);
  });

  it("keeps owners apart whose subjects contain separators or begin alike", async () => {
    const owners = ["a", "a/", "a/b", "a0", "ab", "__proto__", "../a", "", "한", "\u0000"];
    for (const owner of owners) await store.add(owner, `of ${owner}`);
    for (const owner of owners) {
      expect(
        (await allOf(owner)).map(({ text }) => text),
        owner,
      ).toEqual([`of ${owner}`]);
    }
  });

  it.each([
    "../",
    "/",
    "__proto__",
    "constructor",
    "*",
    "%00",
    "\u0000",
    "x".repeat(1_000_000),
    "0/0",
  ])("finds nothing under the id %.20s", async (id) => {
    await store.add("demo", "mine");
    expect(await store.remove("demo", id)).toBeNull();
    expect((await store.list("demo", { limit: 5, before: id })).notes).toEqual([]);
    expect(await allOf("demo")).toHaveLength(1);
  });

  it("takes no more than the bound, however many are added at once", async () => {
    await store.close();
    store = new NotesStore(dataDir.path, { maximumPerOwner: 10 });
    await Promise.all(Array.from({ length: 7 }, (_, n) => store.add("demo", `${n}`)));
    const more = await Promise.all(Array.from({ length: 20 }, (_, n) => store.add("demo", `${n}`)));
    expect(more.filter((note) => note !== null)).toHaveLength(3);
    expect((await store.list("demo", { limit: 1 })).total).toBe(10);
    expect(await store.add("admin", "others are not in the way")).not.toBeNull();
  });

  it("takes a thousand notes of one owner unless told otherwise", () => {
    expect(store.maximumPerOwner).toBe(1_000);
  });

  it("waits for the process that has the store open, and opens when that lets go", async () => {
    await store.add("demo", "from the old process");
    const states: string[] = [];
    const next = new NotesStore(dataDir.path, {
      retryMilliseconds: 10,
      onState: (state) => states.push(state),
    });
    const notes = next.list("demo", { limit: 10 });
    while (next.state !== "locked") await new Promise((resolve) => setTimeout(resolve, 5));
    await store.close();
    expect((await notes).notes).toHaveLength(1);
    expect(states).toEqual(["locked", "open"]);
    await next.close();
  });

  it("waits a bounded time only", async () => {
    await store.add("demo", "open");
    const next = new NotesStore(dataDir.path, { waitMilliseconds: 30, retryMilliseconds: 5 });
    await expect(next.add("demo", "x")).rejects.toThrow(NotesUnavailableError);
    await next.close();
  });

  it("says that it has failed, once, when its folder cannot be used", async () => {
    const states: string[] = [];
    const broken = new NotesStore("/dev/null/notes", {
      retryMilliseconds: 1,
      onState: (state) => states.push(state),
    });
    while (broken.state !== "failed") await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, 60));
    await expect(broken.add("demo", "x")).rejects.toThrow(NotesUnavailableError);
    expect(states).toEqual(["failed"]);
    await broken.close();
  });
});

describe("createNoteIds", () => {
  it("makes ids that go up even when the clock goes back or stands still", () => {
    const clock = [5000, 5000, 4000, 6000];
    const nextId = createNoteIds(() => clock.shift() ?? 0);
    const ids = [nextId(), nextId(), nextId(), nextId()];
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(4);
    expect(ids.every(isNoteId)).toBe(true);
  });
});
