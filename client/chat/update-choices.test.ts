import { describe, expect, it } from "vitest";
import { conversationOf, key, play, typed } from "../testing/chat-play.ts";
import { conversingWith, entriesOf, line, screen } from "../testing/offers-play.ts";

describe("the models to choose from", () => {
  const models = ["one", "two", "three"].map((id) => ({
    id: `model-${id}`,
    isDefault: id === "one",
    hasAnswered: id === "three",
    takesImages: true,
    price: id === "two" ? { inputPerMillion: 1, outputPerMillion: 5 } : null,
  }));
  const knowing = play(conversingWith(), {
    type: "model_chosen",
    modelId: "model-two",
    models,
  }).model;

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
  const decided = conversingWith({
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
      const { effects } = play(conversingWith(), ...line(text));
      expect(effects).toEqual([]);
    },
  );
});
