import { describe, expect, it } from "vitest";
import { asked, conversationOf, conversing, key, play, typed } from "../testing/chat-play.ts";
import { longestText } from "./editor.ts";
import type { Message } from "./messages.ts";
import type { Model } from "./model.ts";
import { view } from "./view.ts";

const inputOf = (model: Model) => conversationOf(model).input.text;
const shown = (model: Model) =>
  view(model).lines.map((line) => line.map(({ text }) => text).join(""));

describe("the commands that are suggested", () => {
  it("are those that begin with what is typed, and are seen with what they do", () => {
    const { model } = play(conversing(), typed("/h"));
    expect(shown(model)).toContain("  › /help  commands and keys");
    expect(shown(play(conversing(), typed("/q")).model).join("\n")).toContain("/quit");
  });

  it("are chosen with the arrows, completed with Tab and run with Enter", () => {
    const typing = play(conversing(), typed("/"), key("down"), key("down")).model;
    const completed = inputOf(play(typing, key("tab")).model);
    expect(completed).toMatch(/^\/\w+ $/);
    const quit = play(conversing(), typed("/qu"), key("enter"));
    expect(quit.effects).toEqual([{ type: "exit" }]);
  });

  it("are gone behind a command's name, and for a question that begins with a slash", () => {
    for (const text of ["/copy code", "/etc/hosts: what is it?", "hello /h", "/xyz"]) {
      const { model } = play(conversing(), typed(text));
      expect(shown(model).join("\n")).not.toContain("  › /");
    }
  });
});

describe("taking back", () => {
  it("undoes what was typed word by word, and a deletion at once", () => {
    const words: Message[] = [..."one two"].map((letter) => typed(letter));
    const { model } = play(conversing(), ...words, key("delete-to-start"));
    expect(inputOf(model)).toBe("");
    expect(inputOf(play(model, key("undo")).model)).toBe("one two");
    expect(inputOf(play(model, key("undo"), key("undo")).model)).toMatch(/^one ?$/);
    expect(inputOf(play(model, ...Array(9).fill(key("undo"))).model)).toBe("");
  });

  it("brings back a line that Ctrl-C has cleared", () => {
    const { model } = play(conversing(), typed("a long question"), key("interrupt"), key("undo"));
    expect(inputOf(model)).toBe("a long question");
  });
});

describe("a search", () => {
  const long = () =>
    play(asked(), {
      type: "answer_text",
      text: Array.from({ length: 100 }, (_, n) => `line ${n}${n % 30 ? "" : " 찾을 Needle"}`).join(
        "\n",
      ),
    }).model;

  it("leads to the latest place, then to older ones, and around", () => {
    let { model } = play(long(), key("find"), typed("needle"));
    expect(shown(model).join("\n")).toMatch(/line 90 [\s\S]*Find: needle {2}4 of 4/);
    model = play(model, key("enter")).model;
    expect(shown(model).join("\n")).toMatch(/line 60 [\s\S]*3 of 4/);
    model = play(model, key("down"), key("down")).model;
    expect(shown(model).join("\n")).toMatch(/line 0 [\s\S]*1 of 4/);
  });

  it("marks what it finds, whatever its case", () => {
    const { model } = play(long(), key("find"), typed("찾을 needle"));
    const marked = view(model).lines.flatMap((line) => line.filter((s) => s.style === "match"));
    expect(marked.map(({ text }) => text)).toContain("찾을 Needle");
  });

  it("says so when there is nothing, and is left with Escape", () => {
    const { model } = play(long(), typed("/find nowhere"), key("enter"));
    expect(shown(model).join("\n")).toContain("Find: nowhere  not found");
    expect(conversationOf(play(model, key("escape")).model).find).toBeNull();
  });
});

describe("copying", () => {
  const answered = () =>
    play(
      asked(),
      { type: "answer_text", text: "Run this:\n\n```sh\nmake start\n```\n\nor that." },
      { type: "answer_ended" },
    ).model;

  it("takes the Markdown of the last answer, or its last code alone", () => {
    expect(play(answered(), key("copy")).effects).toEqual([
      { type: "copy", text: "Run this:\n\n```sh\nmake start\n```\n\nor that." },
    ]);
    expect(play(answered(), typed("/copy code"), key("enter")).effects).toEqual([
      { type: "copy", text: "make start" },
    ]);
  });

  it("takes a long answer whole", () => {
    const text = Array.from({ length: 300 }, (_, n) => `${n}\n`)
      .join("\n")
      .trimEnd();
    const { effects } = play(
      asked(),
      { type: "answer_text", text },
      { type: "answer_ended" },
      key("copy"),
    );
    expect(effects).toEqual([{ type: "copy", text }]);
  });

  it("says so where there is nothing", () => {
    const { model, effects } = play(conversing(), key("copy"));
    expect(effects).toEqual([]);
    expect(shown(model).join("\n")).toContain("There is nothing to copy yet.");
  });
});

describe("a tool call", () => {
  const called = () =>
    play(
      asked(),
      { type: "tool_called", callId: "1", tool: "whoami", arguments: [] },
      {
        type: "tool_ended",
        callId: "1",
        tool: "whoami",
        outcome: "ok",
        text: JSON.stringify({ name: "demo", list: [1, 2, 3] }),
        durationMilliseconds: 5,
      },
    ).model;
  const open = '   │   "name": "demo",';

  it("opens with Ctrl-O to its result laid out and who called it, and folds again", () => {
    expect(shown(called())).not.toContain(open);
    const { model } = play(called(), key("fold"));
    expect(shown(model)).toContain(open);
    expect(shown(model).join("\n")).toContain("whoami  5 ms  called as demo");
    expect(shown(play(model, key("fold")).model)).not.toContain(open);
  });

  it("opens with a click on it, and on nothing else", () => {
    const row = shown(called()).findIndex((line) => line.includes("whoami"));
    const click = (at: number): Message => ({ type: "clicked", row: at, column: 5 });
    expect(shown(play(called(), click(row)).model)).toContain(open);
    expect(shown(play(called(), click(1)).model)).not.toContain(open);
    expect(shown(play(called(), click(23)).model)).not.toContain(open);
  });
});

describe("the pane", () => {
  it("is beside the conversation where there is room, else over it, and closes with Escape", () => {
    const size = { columns: 120, rows: 40 };
    const wide = play(conversing(), { type: "resized", size }, typed("/auth"), key("enter")).model;
    expect(shown(wide)[0]).toMatch(/│ ── How you got in ─/);
    expect(shown(wide).join("\n")).toContain("Welcome to CLEANAUTH");
    const narrow = play(conversing(), typed("/auth"), key("enter")).model;
    expect(shown(narrow)[0]).toMatch(/^ {2}── How you got in ─/);
    expect(shown(narrow).join("\n")).not.toContain("Welcome");
    expect(shown(play(narrow, key("escape")).model).join("\n")).toContain("Welcome");
  });

  const exchange = (id: number, outcome: "ok" | "refused"): Message[] => {
    const both = { id, at: id, party: "MCP server", what: `POST http://h/mcp?${id}` } as const;
    const details = { authorization: "Bearer •••" };
    const summary = outcome === "ok" ? "200" : "403";
    return [
      { type: "exchanged", event: { ...both, type: "asked", details } },
      { type: "exchanged", event: { ...both, type: "answered", outcome, summary, details: {} } },
    ];
  };
  const wayIn = Array.from({ length: 30 }, (_, id) => exchange(id, "ok")).flat();

  it("opens at its beginning, and scrolls at once", () => {
    const opened = play(conversing(), ...wayIn, typed("/auth"), key("enter")).model;
    expect(shown(opened)[0]).toMatch(/ 1–\d+\/\d+ /);
    expect(shown(play(opened, key("down")).model)[0]).toMatch(/ 2–\d+\/\d+ /);
    expect(shown(play(opened, key("bottom")).model)[0]).toMatch(/–(\d+)\/\1 /);
  });

  it("leaves Escape to the answer, once a question is asked beside it", () => {
    const size = { columns: 120, rows: 40 };
    const wide = play(conversing(), { type: "resized", size }, typed("/auth"), key("enter")).model;
    const asked = play(wide, typed("hello"), key("enter"), key("escape"));
    expect(asked.effects).toContainEqual({ type: "stop" });
    expect(shown(asked.model)[0]).toContain("How you got in");
  });

  it("opens at its end where the newest step was refused", () => {
    const refused = play(conversing(), ...wayIn, ...exchange(31, "refused"));
    const opened = play(refused.model, typed("/auth"), key("enter")).model;
    expect(shown(opened)[0]).toMatch(/–(\d+)\/\1 /);
    expect(shown(opened).join("\n")).toContain("→ 403");
  });
});

describe("a key in a text that is as long as may be", () => {
  it.each([
    ["letters", "a"],
    ["Korean", "가"],
    ["emoji sequences", "👨‍👩‍👧"],
  ])("of %s costs less than a frame", (_what, text) => {
    let model = play(conversing(), typed(text.repeat(longestText / text.length))).model;
    const times: number[] = [];
    for (let count = 0; count < 20; count += 1) {
      const began = performance.now();
      model = play(model, count % 3 === 0 ? key("backspace") : key("left")).model;
      view(model);
      times.push(performance.now() - began);
    }
    times.sort((one, other) => one - other);
    expect(times[10]).toBeLessThan(30);
  });
});
