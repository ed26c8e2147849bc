import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { NotesStore } from "../store/notes.ts";
import { makeDataDir } from "../testing/test-server.ts";
import { callTool, demoCaller } from "../testing/tool-caller.ts";
import { createAddNote } from "./add-note.ts";
import { createDeleteNote } from "./delete-note.ts";
import { createListNotes } from "./list-notes.ts";
import { createSearchNotes } from "./search-notes.ts";

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

const admin = { ...demoCaller, subject: "admin", username: "admin" };
const add = (text: unknown, caller = demoCaller) =>
  callTool(createAddNote(store), { text }, caller);
const search = (query: unknown, caller = demoCaller) =>
  callTool(createSearchNotes(store), { query }, caller);

describe("add_note and list_notes", () => {
  it("keep a Korean note and show it with its id", async () => {
    const added = await add("회의는 3시 🕒");
    const id = (await store.list(demoCaller.subject, { limit: 1 })).notes[0]?.id;
    expect(added).toMatchObject({
      kind: "done",
      structured: { note: { id, text: "회의는 3시 🕒" } },
    });
    const listed = await callTool(createListNotes(store), {});
    expect(listed.text).toContain(`[${id}]`);
    expect(listed.text).toContain("회의는 3시 🕒");
  });

  it("keep callers apart", async () => {
    await add("mine");
    const listed = await callTool(createListNotes(store), {}, admin);
    expect(listed).toMatchObject({
      text: "You have no notes.",
      structured: { total: 0, notes: [] },
    });
  });

  it.each([
    ["newline and tab", "a\n\tb"],
    ["text of the longest length", "한".repeat(4_000)],
    ["what looks like markup", "<script>alert(1)</script> `rm -rf` $HOME"],
  ])("take %s as it is", async (_case, text) => {
    expect(await add(text)).toMatchObject({ kind: "done", structured: { note: { text } } });
  });

  it.each([
    ["nothing", ""],
    ["only spaces", " \n\t "],
    ["NUL", "a\u0000b"],
    ["an escape sequence", "\u001b[2Jgone"],
    ["a carriage return", "a\rb"],
    ["DEL", "a\u007f"],
    ["C1", "a\u009b2J"],
    ["half a surrogate pair", "a\ud83d"],
    ["too long a text", "x".repeat(4_001)],
    ["a number", 7],
    ["no text at all", undefined],
  ])("refuse %s and name the argument", async (_case, text) => {
    const outcome = await add(text);
    expect(outcome.kind).toBe("invalid-arguments");
    expect(outcome.text).toContain("text: ");
  });

  it("say what to do when there are too many notes", async () => {
    await store.close();
    store = new NotesStore(dataDir.path, { maximumPerOwner: 1 });
    await add("the only one");
    expect(await add("one more")).toMatchObject({
      kind: "failed",
      text: expect.stringContaining("delete some first"),
    });
  });

  it("say that nothing was changed when the store cannot be reached", async () => {
    await store.close();
    for (const outcome of [await add("x"), await search("x")]) {
      expect(outcome).toMatchObject({
        kind: "failed",
        text: expect.stringContaining("nothing was changed"),
      });
    }
  });
});

describe("search_notes", () => {
  beforeEach(async () => {
    await add("Buy MILK and bread");
    await add("서울 회의록 정리");
    await add("Straße".toUpperCase());
    await add("another's milk", admin);
  });

  it.each([
    ["in any case", "milk", "Buy MILK and bread"],
    ["by all words in any order", "bread buy", "Buy MILK and bread"],
    ["within a longer Korean word", "회의", "서울 회의록 정리"],
    ["by decomposed Korean", "회의록".normalize("NFD"), "서울 회의록 정리"],
  ])("finds a note %s", async (_case, query, text) => {
    expect(await search(query)).toMatchObject({ structured: { total: 1, notes: [{ text }] } });
  });

  it.each(["milk cheese", "another", ".*", "%", "부산"])("finds nothing for %s", async (query) => {
    expect(await search(query)).toMatchObject({ structured: { total: 0, notes: [] } });
  });

  it("finds a note that was kept in decomposed form by its composed one", async () => {
    await add("냉면".normalize("NFD"));
    expect(await search("냉면")).toMatchObject({ structured: { total: 1 } });
  });

  it.each(["", "   ", "x".repeat(201)])("refuses the query %j", async (query) => {
    expect((await search(query)).kind).toBe("invalid-arguments");
  });
});

describe("delete_note", () => {
  it("deletes one's own note and says which", async () => {
    const added = await store.add(demoCaller.subject, "old");
    const outcome = await callTool(createDeleteNote(store), { id: added?.id });
    expect(outcome).toMatchObject({ kind: "done", structured: { deleted: { text: "old" } } });
    expect((await store.list(demoCaller.subject, { limit: 1 })).total).toBe(0);
  });

  it("answers another's note, and anything that is no id, as not there, in the same words", async () => {
    const mine = await store.add(demoCaller.subject, "mine");
    const ids = [
      mine?.id,
      "000000000000-00000000",
      "../../etc/passwd",
      "__proto__",
      "x".repeat(1e5),
    ];
    const outcomes = await Promise.all(
      ids.map((id) => callTool(createDeleteNote(store), { id }, admin)),
    );
    expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome))).size).toBe(1);
    expect(outcomes[0]).toMatchObject({ kind: "failed" });
    expect((await store.list(demoCaller.subject, { limit: 1 })).total).toBe(1);
  });
});
