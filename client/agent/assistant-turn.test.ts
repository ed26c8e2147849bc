import type { ConverseStreamOutput } from "@aws-sdk/client-bedrock-runtime";
import { describe, expect, it } from "vitest";
import { contentOf, createTurnAssembler } from "./assistant-turn.ts";

type Event = Record<string, unknown>;

const text = (index: number, words: string): Event => ({
  contentBlockDelta: { contentBlockIndex: index, delta: { text: words } },
});
const useBegins = (index: number, toolUseId: string): Event => ({
  contentBlockStart: { contentBlockIndex: index, start: { toolUse: { toolUseId, name: "t" } } },
});
const useGoesOn = (index: number, input: string): Event => ({
  contentBlockDelta: { contentBlockIndex: index, delta: { toolUse: { input } } },
});
const stop = (stopReason: string): Event => ({ messageStop: { stopReason } });

describe("createTurnAssembler", () => {
  it("puts blocks together in their order, also when their pieces come mixed", () => {
    const { shown, turn } = assemble(
      useBegins(2, "b"),
      text(0, "Let me "),
      useBegins(1, "a"),
      useGoesOn(2, '{"n":'),
      useGoesOn(1, '{"city":"서'),
      text(0, "see."),
      useGoesOn(1, '울"}'),
      useGoesOn(2, "1}"),
      stop("tool_use"),
    );
    expect(shown).toBe("Let me see.");
    expect(turn.texts).toEqual(["Let me see."]);
    expect(turn.toolUses).toEqual([
      { id: "a", name: "t", input: { city: "서울" } },
      { id: "b", name: "t", input: { n: 1 } },
    ]);
  });

  it.each([
    ["", {}],
    [" ", {}],
    ["{}", {}],
    ['{"a', null],
    ["null", null],
    ["[1]", null],
    ['"text"', null],
    ["7", null],
  ])("reads the arguments %j as %j", (json, input) => {
    const { turn } = assemble(useBegins(0, "a"), useGoesOn(0, json), stop("tool_use"));
    expect(turn.toolUses[0]?.input).toEqual(input);
  });

  it("does without what it does not know: reasoning, citations, new events", () => {
    const { shown, turn } = assemble(
      { contentBlockDelta: { contentBlockIndex: 0, delta: { reasoningContent: { text: "hm" } } } },
      { contentBlockDelta: { contentBlockIndex: 3, delta: { toolUse: { input: "lost" } } } },
      { somethingNew: {} },
      text(1, "hello"),
      stop("end_turn"),
    );
    expect(shown).toBe("hello");
    expect(turn).toMatchObject({ texts: ["hello"], toolUses: [] });
  });

  it("holds an escape sequence back that is split over pieces", () => {
    const { shown } = assemble(
      text(0, "a\x1b[3"),
      text(0, "1mb\ud83d"),
      text(0, "\ude00"),
      stop("x"),
    );
    expect(shown).toBe("ab😀");
  });

  it("takes the usage that comes after the end", () => {
    const usage = { inputTokens: 5, outputTokens: 2, totalTokens: 7 };
    const { turn } = assemble(text(0, "x"), stop("end_turn"), { metadata: { usage } });
    expect(turn.usage).toEqual({ inputTokens: 5, outputTokens: 2 });
  });

  it("fails when the end never came", () => {
    expect(() => assemble(text(0, "x"))).toThrow(
      expect.objectContaining({ code: "model_stream_cut" }),
    );
  });
});

describe("contentOf", () => {
  const turn = assemble(
    text(0, " \n"),
    text(1, "said"),
    useBegins(2, "a"),
    useGoesOn(2, "{broken"),
    stop("tool_use"),
  ).turn;

  it("leaves out blank text, and puts an object where the arguments are none", () => {
    expect(contentOf(turn, { withToolUses: true })).toEqual([
      { text: "said" },
      { toolUse: { toolUseId: "a", name: "t", input: {} } },
    ]);
  });

  it("is never empty", () => {
    const nothing = assemble(text(0, " "), stop("end_turn")).turn;
    expect(contentOf(nothing, { withToolUses: true })).toEqual([{ text: "(no answer)" }]);
  });
});

function assemble(...events: Event[]) {
  const assembler = createTurnAssembler();
  const pieces = events.map((event) => assembler.push(event as unknown as ConverseStreamOutput));
  return { shown: pieces.join(""), turn: assembler.finish() };
}
