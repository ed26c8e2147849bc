import { describe, expect, it } from "vitest";
import { asked, conversationOf, key, play, typed } from "../testing/chat-play.ts";
import {
  conversingWith,
  entriesOf,
  line,
  listed,
  offering,
  read,
  resource,
  screen,
} from "../testing/offers-play.ts";
import { columnsOfLine } from "./frame.ts";
import type { AttachmentSummary, Model } from "./model.ts";
import { view } from "./view.ts";

describe("what the server offers", () => {
  it("is listed with what is needed, and by the name that calls it", () => {
    const prompts = entriesOf(play(conversingWith(), ...line("/prompts")).model).at(-1);
    expect(prompts).toMatchObject({
      kind: "list",
      rows: [
        { name: "/greet", text: "About greet" },
        { name: "/briefing", text: "About briefing (needs state)" },
        { name: "/letter", text: "About letter (needs to; takes tone)" },
        { name: "/prompts help" },
        { name: "/memory.recall" },
        { name: "/prompts two words" },
      ],
    });
    const resources = entriesOf(play(conversingWith(), ...line("/resources")).model).at(-1);
    expect(resources).toMatchObject({
      rows: [
        { name: "notes:///all", text: "What notes:///all holds (text/plain, 1.2 kB)" },
        { name: "notes:///{id}", text: expect.stringContaining("to be filled in") },
      ],
    });
  });

  const problem = { code: "server_list_unreadable", message: "No list", hint: "Ask." };
  it.each([
    ["is not listed yet", { state: "listing" as const }, { kind: "notice" }],
    [
      "is nothing",
      listed<never>(),
      { kind: "notice", text: expect.stringMatching(/offers demo no/) },
    ],
    [
      "could not be listed",
      { state: "failed" as const, error: problem },
      { kind: "error", problem },
    ],
  ])("says so where it %s", (_what, listing, entry) => {
    for (const command of ["/prompts", "/resources", "/attach"]) {
      const model = conversingWith({ prompts: listing, resources: listing });
      expect(entriesOf(play(model, ...line(command)).model).at(-1)).toMatchObject(entry);
    }
  });

  it("is shown in part where it is more than anybody reads, and is there once it is listed", () => {
    const many = Array.from({ length: 1_000 }, (_, index) => resource(`notes:///${index}`));
    const resources = { ...listed(...many), isCut: true };
    const before = conversingWith({ resources: { state: "listing" } });
    const server = { ...offering, resources };
    const { model } = play(before, { type: "server_changed", server }, ...line("/resources"));
    const entry = entriesOf(model).at(-1);
    expect(entry?.kind === "list" && entry.rows.length).toBe(102);
    expect(entry).toMatchObject({
      rows: expect.arrayContaining([{ name: "…", text: expect.stringContaining("900 more") }]),
    });
  });
});

describe("a prompt as a command", () => {
  it.each([
    ["/greet", { name: "greet", arguments: {} }],
    ["/memory.recall", { name: "memory.recall", arguments: {} }],
    ["/prompts help", { name: "help", arguments: {} }],
    ["/prompts two words", { name: "two words", arguments: {} }],
    ["/briefing New York", { name: "briefing", arguments: { state: "New York" } }],
    ["/prompts briefing CA", { name: "briefing", arguments: { state: "CA" } }],
  ])("is used by %s", (text, use) => {
    const { model, effects } = play(conversingWith(), ...line(text));
    expect(effects).toEqual([{ type: "use_prompt", ...use }]);
    expect(conversationOf(model)).toMatchObject({ answer: {}, input: { text: "" } });
  });

  it.each(["/help", "/prompts no such", "/greet somebody"])("is not used by %s", (text) => {
    const { effects, model } = play(conversingWith(), ...line(text));
    expect(effects).toEqual([]);
    expect(entriesOf(model)).toHaveLength(1);
  });

  it("asks in a form for what it needs, which the server completes", () => {
    const form = play(conversingWith(), ...line("/letter Kim"));
    const completion = { type: "complete", of: { kind: "prompt", name: "letter" } };
    expect(form.effects).toMatchObject([{ ...completion, field: "to", value: "Kim" }]);
    expect(screen(form.model)).toMatch(/Prompt letter[\s\S]*› to {2}Kim[\s\S]*to\?/);
    const second = play(form.model, key("enter"), typed("f"));
    expect(second.effects.at(-1)).toMatchObject({
      field: "tone",
      value: "f",
      others: { to: "Kim" },
    });
    const values = ["friendly", "formal"];
    const told = play(
      second.model,
      { type: "completed", field: "tone", value: "", values: ["late"] },
      { type: "completed", field: "tone", value: "f", values },
    ).model;
    expect(screen(told)).not.toContain("late");
    const sent = play(told, key("down"), key("down"), key("enter"), key("enter"));
    expect(sent.effects.at(-1)).toEqual({
      type: "use_prompt",
      name: "letter",
      arguments: { to: "Kim", tone: "formal" },
    });
  });

  it("is not used without what it needs, nor when the form is left", () => {
    const form = play(conversingWith(), ...line("/letter")).model;
    const tried = play(form, key("enter"), key("enter"));
    expect(tried.effects.filter(({ type }) => type === "use_prompt")).toEqual([]);
    expect(conversationOf(tried.model).dialogs).toMatchObject([{ wrong: "to", focus: 0 }]);
    for (const leave of ["escape", "interrupt", "end-of-input"] as const) {
      const left = play(form, key(leave));
      expect(left.effects).toEqual([]);
      expect(conversationOf(left.model).dialogs).toEqual([]);
    }
  });

  it("shows what it says for whom, before the model answers", () => {
    const attachments: AttachmentSummary[] = [
      {
        uri: "notes:///1",
        name: "1",
        mimeType: "text/plain",
        bytes: 5,
        kind: "text",
        isCut: false,
      },
    ];
    const { model } = play(conversingWith(), ...line("/greet"), {
      type: "prompt_given",
      entries: [
        { kind: "question", text: "/greet" },
        {
          kind: "given",
          role: "user",
          text: "Say hello.\n".repeat(20),
          attachments,
          isOpen: false,
        },
        { kind: "given", role: "assistant", text: "Hello, how", attachments: [], isOpen: false },
      ],
    });
    const shown = screen(model);
    expect(shown).toContain("» The prompt says for you");
    expect(shown).toContain("16 lines more, Ctrl-O shows all");
    expect(shown).toContain("+ 1  notes:///1  text/plain, 5 B");
    expect(shown).toContain("» The prompt has the model say");
    const open = entriesOf(play(model, key("fold")).model)[1];
    expect(open).toMatchObject({ kind: "given", isOpen: true });
  });

  it("takes along what is attached once it has come, and leaves it where it has not", () => {
    const using = play(conversingWith(), ...line("/attach a:1"), read(1), ...line("/greet")).model;
    const problem = { code: "server_request_failed", message: "No", hint: "" };
    const failed = play(using, { type: "answer_failed", problem }).model;
    expect(conversationOf(failed).attachments).toHaveLength(1);
    const entries = [{ kind: "question", text: "/greet" }] as const;
    const given = play(using, { type: "prompt_given", entries }).model;
    expect(conversationOf(given).attachments).toEqual([]);
  });

  it("waits until the answer that is under way is there", () => {
    const busy = play(conversingWith(), ...line("hello"), ...line("/greet"));
    expect(busy.effects).toEqual([{ type: "ask", question: "hello" }]);
    expect(entriesOf(busy.model).at(-1)).toMatchObject({ kind: "notice" });
  });
});

describe("every screen of these", () => {
  const states: readonly (readonly [string, Model])[] = [
    ["form", play(conversingWith(), ...line("/letter Kim")).model],
    [
      "values",
      play(conversingWith(), ...line("/letter"), {
        type: "completed",
        field: "to",
        value: "",
        values: Array.from({ length: 50 }, (_, index) => "긴 값 ".repeat(index)),
      }).model,
    ],
    [
      "attachments",
      play(
        conversingWith(),
        ...["a:1", "a:2", "한글:3".repeat(30)].flatMap((uri) => line(`/attach ${uri}`)),
        read(1),
        read(2, { name: "🎉".repeat(60) }),
      ).model,
    ],
    ["choices", play(conversingWith(), ...line("/attach")).model],
    ["question", play(asked(), read(1)).model],
  ];
  it.each(states)("of %s fits every size", (_name, model) => {
    for (const [columns, rows] of [
      [80, 24],
      [120, 40],
      [40, 12],
      [20, 6],
      [10, 4],
    ] as const) {
      const { lines } = view({ ...model, size: { columns, rows } });
      expect(lines.length).toBeLessThanOrEqual(rows);
      for (const row of lines) expect(columnsOfLine(row)).toBeLessThanOrEqual(columns);
    }
  });
});
