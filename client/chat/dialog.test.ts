import { describe, expect, it } from "vitest";
import { asked, conversationOf, key, play, typed } from "../testing/chat-play.ts";
import type { Message } from "./messages.ts";
import { view } from "./view.ts";

const asks: Message = {
  type: "elicited",
  id: 7,
  message: "어디의 날씨를 볼까요?",
  fields: [
    { name: "city", label: "City", about: "", kind: "text", choices: [], required: true },
    { name: "days", label: "Days", about: "", kind: "number", choices: [], required: false },
    {
      name: "alerts",
      label: "Alerts",
      about: "",
      kind: "choice",
      choices: [true, false],
      required: true,
    },
  ],
};
const start = () => play(asked(), asks).model;
const answered = (...messages: Message[]) => play(start(), ...messages).effects;

describe("a form of the server's", () => {
  it("is shown whole, with who asks", () => {
    const rows = view(start()).lines.map((line) => line.map(({ text }) => text).join(""));
    const text = rows.join("\n");
    for (const part of [
      "cleanauth asks you",
      "어디의 날씨를 볼까요?",
      "› City",
      "Ctrl-D decline",
    ]) {
      expect(text).toContain(part);
    }
  });

  it("is filled in field by field, and sent with the values' own types", () => {
    const effects = answered(
      typed("서울"),
      key("enter"),
      typed("3"),
      key("enter"),
      key("right"),
      key("enter"),
    );
    const content = { city: "서울", days: 3, alerts: true };
    expect(effects).toEqual([
      { type: "answer_dialog", id: 7, answer: { action: "accept", content } },
    ]);
  });

  it("begins with what the server proposes, and is sent so by Enter alone", () => {
    const { model } = play(asked(), {
      ...asks,
      fields: [
        {
          name: "city",
          label: "C",
          about: "",
          kind: "text",
          choices: [],
          required: true,
          initial: "서울",
        },
        {
          name: "days",
          label: "D",
          about: "",
          kind: "number",
          choices: [],
          required: true,
          initial: 30,
        },
        {
          name: "alerts",
          label: "A",
          about: "",
          kind: "choice",
          choices: [true, false],
          required: true,
          initial: false,
        },
      ],
    });
    const { effects } = play(model, key("enter"), key("enter"), key("enter"));
    const content = { city: "서울", days: 30, alerts: false };
    expect(effects).toEqual([
      { type: "answer_dialog", id: 7, answer: { action: "accept", content } },
    ]);
  });

  it("may have several of a list taken, with the arrows and Space", () => {
    const instruments = {
      name: "instruments",
      label: "Instruments",
      about: "",
      kind: "choices",
      choices: ["guitar", "piano", "drums"],
      required: true,
      initial: ["guitar"],
    } as const;
    const { model } = play(asked(), {
      ...asks,
      fields: [{ ...instruments, initial: [...instruments.initial] }],
    });
    const text = view(model)
      .lines.map((line) => line.map((each) => each.text).join(""))
      .join("\n");
    expect(text).toContain("[✓ guitar] · piano  · drums");
    const { effects } = play(
      model,
      typed(" "),
      key("right"),
      key("right"),
      typed(" "),
      key("enter"),
    );
    const content = { instruments: ["drums"] };
    expect(effects).toEqual([
      { type: "answer_dialog", id: 7, answer: { action: "accept", content } },
    ]);
    const none = play(model, typed(" "), key("enter"));
    expect(none.effects).toEqual([]);
  });

  it("of many fields shows those around the one that has the focus, and never more than the screen holds", () => {
    const fields = Array.from({ length: 20 }, (_, n) => ({
      name: `f${n}`,
      label: `Field ${n}.`,
      about: "about it",
      kind: "text" as const,
      choices: [],
      required: false,
      initial: "긴 글 ".repeat(30),
    }));
    const enters = Array.from({ length: 15 }, () => key("enter"));
    const { model } = play(
      asked(),
      { ...asks, message: "Fill in ".repeat(200), fields },
      ...enters,
    );
    const { lines, cursor } = view(model);
    const rows = lines.map((line) => line.map(({ text }) => text).join(""));
    expect(rows).toHaveLength(model.size.rows);
    expect(rows.join("\n")).toContain("› Field 15.");
    expect(rows.join("\n")).toMatch(/… \d+ more/);
    expect(rows[cursor?.row ?? 0]).toContain("› Field 15.");
    expect(cursor?.column).toBeLessThan(model.size.columns - 2);
  });

  it("is not sent while something that is needed is missing or no number", () => {
    const { model, effects } = play(start(), key("enter"), typed("x"), key("enter"), key("enter"));
    expect(effects).toEqual([]);
    expect(conversationOf(model).dialogs[0]).toMatchObject({ focus: 0, wrong: "city" });
  });

  it.each([
    ["end-of-input", "decline"],
    ["escape", "cancel"],
  ] as const)("is left with %s, which answers %s", (name, action) => {
    expect(answered(key(name))).toEqual([{ type: "answer_dialog", id: 7, answer: { action } }]);
  });

  it("is gone when the answer is stopped", () => {
    const { model, effects } = play(start(), key("interrupt"));
    expect(effects).toEqual([{ type: "stop" }]);
    expect(conversationOf(model).dialogs).toEqual([]);
  });
});
