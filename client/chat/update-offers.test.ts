import { describe, expect, it } from "vitest";
import type { Prompt, Resource } from "../agent/offers.ts";
import {
  asked,
  conversationOf,
  key,
  play,
  server,
  start,
  typed,
  user,
} from "../testing/chat-play.ts";
import { columnsOfLine } from "./frame.ts";
import type { Message } from "./messages.ts";
import type { AttachmentSummary, Model, ServerSummary } from "./model.ts";
import { view } from "./view.ts";

const argument = (name: string, required = false) => ({ name, description: `${name}?`, required });
const prompt = (name: string, ...given: Prompt["arguments"]): Prompt => {
  return { name, description: `About ${name}`, arguments: given };
};
const resource = (uri: string, ...variables: Resource["variables"]): Resource => {
  return { uri, description: `What ${uri} holds`, mimeType: "text/plain", bytes: 1_234, variables };
};
const listed = <Item>(...items: Item[]) => ({ state: "listed" as const, items, isCut: false });

const offering: ServerSummary = {
  ...server,
  prompts: listed(
    prompt("greet"),
    prompt("briefing", argument("state", true)),
    prompt("letter", argument("to", true), argument("tone")),
    prompt("help"),
    prompt("memory.recall"),
    prompt("two words"),
  ),
  resources: listed(resource("notes:///all"), resource("notes:///{id}", argument("id", true))),
  completes: true,
};

/** A conversation with a server that offers something. */
function conversing(more: Partial<ServerSummary> = {}): Model {
  const connected: Message = { type: "connected", server: { ...offering, ...more } };
  return play(start(), { type: "signed_in", user }, connected).model;
}

const line = (text: string) => [typed(text), key("enter")] as const;
const entriesOf = (model: Model) => conversationOf(model).transcript.entries;
const screen = (model: Model) =>
  view(model)
    .lines.map((row) => row.map(({ text }) => text).join(""))
    .join("\n");

describe("what the server offers", () => {
  it("is listed with what is needed, and by the name that calls it", () => {
    const prompts = entriesOf(play(conversing(), ...line("/prompts")).model).at(-1);
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
    const resources = entriesOf(play(conversing(), ...line("/resources")).model).at(-1);
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
      const model = conversing({ prompts: listing, resources: listing });
      expect(entriesOf(play(model, ...line(command)).model).at(-1)).toMatchObject(entry);
    }
  });

  it("is shown in part where it is more than anybody reads, and is there once it is listed", () => {
    const many = Array.from({ length: 1_000 }, (_, index) => resource(`notes:///${index}`));
    const resources = { ...listed(...many), isCut: true };
    const before = conversing({ resources: { state: "listing" } });
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
    const { model, effects } = play(conversing(), ...line(text));
    expect(effects).toEqual([{ type: "use_prompt", ...use }]);
    expect(conversationOf(model)).toMatchObject({ answer: {}, input: { text: "" } });
  });

  it.each(["/help", "/prompts no such", "/greet somebody"])("is not used by %s", (text) => {
    const { effects, model } = play(conversing(), ...line(text));
    expect(effects).toEqual([]);
    expect(entriesOf(model)).toHaveLength(1);
  });

  it("asks in a form for what it needs, which the server completes", () => {
    const form = play(conversing(), ...line("/letter Kim"));
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
    const form = play(conversing(), ...line("/letter")).model;
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
    const { model } = play(conversing(), ...line("/greet"), {
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
    const using = play(conversing(), ...line("/attach a:1"), read(1), ...line("/greet")).model;
    const problem = { code: "server_request_failed", message: "No", hint: "" };
    const failed = play(using, { type: "answer_failed", problem }).model;
    expect(conversationOf(failed).attachments).toHaveLength(1);
    const entries = [{ kind: "question", text: "/greet" }] as const;
    const given = play(using, { type: "prompt_given", entries }).model;
    expect(conversationOf(given).attachments).toEqual([]);
  });

  it("waits until the answer that is under way is there", () => {
    const busy = play(conversing(), ...line("hello"), ...line("/greet"));
    expect(busy.effects).toEqual([{ type: "ask", question: "hello" }]);
    expect(entriesOf(busy.model).at(-1)).toMatchObject({ kind: "notice" });
  });
});

const summary: AttachmentSummary = {
  uri: "notes:///all",
  name: "all",
  mimeType: "text/plain",
  bytes: 1_234,
  kind: "text",
  isCut: false,
};
const read = (id: number, more: Partial<AttachmentSummary> = {}): Message => {
  return { type: "attached", id, attachments: [{ ...summary, ...more }] };
};

describe("a resource that goes with the next question", () => {
  it("is read, shown above the line, and shown with the question", () => {
    const attaching = play(conversing(), ...line("/attach notes:///all"));
    expect(attaching.effects).toEqual([{ type: "attach", id: 1, uri: "notes:///all", values: {} }]);
    expect(screen(attaching.model)).toMatch(/notes:\/\/\/all {2}being read/);
    const there = play(attaching.model, read(1)).model;
    expect(screen(there)).toMatch(/\+ all {2}notes:\/\/\/all {2}text\/plain, 1.2 kB/);
    const { model, effects } = play(there, ...line("what is it?"));
    expect(effects).toEqual([{ type: "ask", question: "what is it?" }]);
    expect(conversationOf(model).attachments).toEqual([]);
    expect(entriesOf(model).at(-1)).toMatchObject({ text: "what is it?", attachments: [summary] });
    expect(screen(model)).toMatch(/› what is it\?\n {3}\+ all/);
  });

  it("is chosen from a list, and a template is filled in", () => {
    const list = play(conversing(), ...line("/attach"));
    expect(screen(list.model)).toMatch(/› notes:\/\/\/all[\s\S]*notes:\/\/\/\{id\}/);
    const form = play(list.model, key("down"), key("enter")).model;
    expect(screen(form)).toMatch(/notes:\/\/\/\{id\}[\s\S]*› id/);
    const { effects } = play(form, typed("7"), key("enter"));
    expect(effects.at(-1)).toEqual({
      type: "attach",
      id: 1,
      uri: "notes:///{id}",
      values: { id: "7" },
    });
  });

  it("is taken off with Backspace in an empty line, or with /detach", () => {
    const two = play(conversing(), ...line("/attach a:1"), ...line("/attach a:2"), read(1)).model;
    const one = play(two, key("backspace"));
    expect(one.effects).toEqual([{ type: "detach", id: 2 }]);
    expect(conversationOf(one.model).attachments).toHaveLength(1);
    const typing = play(two, typed("x"), key("backspace"));
    expect(typing.effects).toEqual([]);
    const none = play(two, ...line("/detach"));
    expect(none.effects).toEqual([
      { type: "detach", id: 1 },
      { type: "detach", id: 2 },
    ]);
    // A number that was taken off is no later one's.
    expect(play(none.model, ...line("/attach a:3")).effects).toMatchObject([{ id: 3 }]);
    expect(conversationOf(play(two, ...line("/new")).model).attachments).toEqual([]);
  });

  it("keeps the question back until it is read, and is gone where it could not be", () => {
    const problem = { code: "server_request_failed", message: "No such resource", hint: "" };
    const reading = play(conversing(), ...line("/attach a:1")).model;
    const early = play(reading, ...line("what is it?"));
    expect(early.effects).toEqual([]);
    expect(conversationOf(early.model).input.text).toBe("what is it?");
    const failed = play(reading, { type: "attach_failed", id: 1, problem });
    expect(conversationOf(failed.model).attachments).toEqual([]);
    expect(entriesOf(failed.model).at(-1)).toMatchObject({ kind: "error", problem });
    expect(play(failed.model, ...line("x")).effects).toEqual([{ type: "ask", question: "x" }]);
  });

  it("is one of five at most", () => {
    const five = [1, 2, 3, 4, 5].flatMap((number) => line(`/attach a:${number}`));
    expect(play(conversing(), ...five, ...line("/attach a:6")).effects).toHaveLength(5);
  });

  it("says what of it the model is not given", () => {
    const { model } = play(
      conversing(),
      { type: "model_chosen", modelId: "amazon.nova-micro-v1:0", models: [] },
      ...["a:1", "a:2", "a:3"].flatMap((uri) => line(`/attach ${uri}`)),
      read(1, { isCut: true }),
      read(2, { kind: "left_out", mimeType: "audio/wav" }),
      read(3, { kind: "image", mimeType: "image/png" }),
    );
    expect(screen({ ...model, size: { columns: 120, rows: 40 } })).toMatch(
      /cut, the model[\s\S]*the model is told of it alone[\s\S]*cannot see images/,
    );
  });

  it("goes with a question that is asked again", () => {
    const answered = play(
      conversing(),
      ...line("/attach a:1"),
      read(1),
      ...line("x"),
      { type: "answer_text", text: "y" },
      { type: "answer_ended" },
    ).model;
    const { model } = play(answered, ...line("/retry"));
    expect(entriesOf(model).at(-1)).toMatchObject({ text: "x", attachments: [summary] });
  });
});

describe("the models to choose from", () => {
  const models = ["one", "two", "three"].map((id) => ({
    id: `model-${id}`,
    isDefault: id === "one",
    hasAnswered: id === "three",
    price: id === "two" ? { inputPerMillion: 1, outputPerMillion: 5 } : null,
  }));
  const knowing = play(conversing(), { type: "model_chosen", modelId: "model-two", models }).model;

  it("are listed with what is known of them, the present one chosen", () => {
    const { model, effects } = play(knowing, ...line("/model"));
    expect(effects).toEqual([]);
    const shown = screen(model);
    expect(shown).toMatch(/ {4}model-one +configured/);
    expect(shown).toMatch(/› model-two +answers now · \$1 in, \$5 out/);
    expect(shown).toMatch(/ {4}model-three +has answered you before/);
    const chosen = play(model, key("down"), key("enter"));
    expect(chosen.effects).toEqual([{ type: "choose_model", modelId: "model-three" }]);
  });

  it("are left with Escape, and any other is taken by its id", () => {
    const open = play(knowing, ...line("/model")).model;
    expect(conversationOf(play(open, key("escape")).model).input.text).toBe("");
    const other = play(open, typed("us.amazon.nova-pro-v1:0"), key("enter"));
    expect(other.effects).toEqual([{ type: "choose_model", modelId: "us.amazon.nova-pro-v1:0" }]);
  });
});

describe("what was decided about a tool", () => {
  const tools = (["asks", "session", "always", "never"] as const).map((approval) => {
    return { name: `tool-${approval}`, description: "x", approval };
  });
  const decided = conversing({
    tools: [...tools, { name: "look", description: "x", approval: null }],
  });

  it("is listed, and taken back by name", () => {
    const list = entriesOf(play(decided, ...line("/tools")).model).at(-1);
    expect(list).toMatchObject({
      title: expect.stringContaining("/tools ask"),
      rows: [
        { text: "x (asks first)" },
        { text: "x (runs without asking in this session)" },
        { text: "x (runs without asking)" },
        { text: "x (never runs)" },
        { text: "x" },
      ],
    });
    const taken = play(decided, ...line("/tools ask tool-never"));
    expect(taken.effects).toEqual([{ type: "ask_again", tool: "tool-never" }]);
    const told = play(taken.model, { type: "asks_again", tool: "tool-never" }).model;
    expect(entriesOf(told).at(-1)).toMatchObject({ text: "tool-never asks again before it runs." });
  });

  it("is chosen from a list without one", () => {
    const { model, effects } = play(decided, typed("/tools ask "), key("down"), key("enter"));
    expect(effects).toEqual([{ type: "ask_again", tool: "tool-always" }]);
    expect(screen(model)).not.toContain("tool-asks");
  });

  it.each(["/tools ask tool-asks", "/tools ask nothing", "/tools x", "/tools ask"])(
    "is not taken back by %s where there is nothing",
    (text) => {
      const { effects } = play(conversing(), ...line(text));
      expect(effects).toEqual([]);
    },
  );
});

describe("every screen of these", () => {
  const states: readonly (readonly [string, Model])[] = [
    ["form", play(conversing(), ...line("/letter Kim")).model],
    [
      "values",
      play(conversing(), ...line("/letter"), {
        type: "completed",
        field: "to",
        value: "",
        values: Array.from({ length: 50 }, (_, index) => "긴 값 ".repeat(index)),
      }).model,
    ],
    [
      "attachments",
      play(
        conversing(),
        ...["a:1", "a:2", "한글:3".repeat(30)].flatMap((uri) => line(`/attach ${uri}`)),
        read(1),
        read(2, { name: "🎉".repeat(60) }),
      ).model,
    ],
    ["choices", play(conversing(), ...line("/attach")).model],
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
