import { describe, expect, it } from "vitest";
import {
  asked,
  conversationOf,
  conversing,
  key,
  play,
  signInOf,
  typed,
} from "../testing/chat-play.ts";
import type { Model, Problem } from "./model.ts";
import { deafForMilliseconds } from "./update-approval.ts";

const approval = {
  type: "approval_asked",
  callId: "1",
  tool: "add_note",
  destructive: false,
  arguments: [{ name: "text", value: '"milk"' }],
} as const;

function askedToApprove(): Model {
  const called = {
    type: "tool_called",
    callId: "1",
    tool: "add_note",
    arguments: approval.arguments,
  } as const;
  return play(asked(), called, approval, { type: "tick", now: deafForMilliseconds }).model;
}

describe("asking", () => {
  it("sends the question, empties the line and waits for the answer", () => {
    const { model, effects } = play(conversing(), typed("내일 날씨?"), key("enter"));
    expect(effects).toEqual([{ type: "ask", question: "내일 날씨?" }]);
    expect(conversationOf(model).input.text).toBe("");
    expect(conversationOf(model).answer).not.toBeNull();
  });

  it("sends no blank line", () => {
    expect(play(conversing(), typed("   "), key("enter")).effects).toEqual([]);
  });

  it("keeps what is typed ahead until the answer is there", () => {
    const { model, effects } = play(asked(), typed("and then?"), key("enter"));
    expect(effects).toEqual([]);
    expect(conversationOf(model).input.text).toBe("and then?");
    const answered = play(model, { type: "answer_ended" }, key("enter"));
    expect(answered.effects).toEqual([{ type: "ask", question: "and then?" }]);
  });

  it("keeps lines that are pasted, and those made with Ctrl-J", () => {
    const { effects } = play(
      conversing(),
      { type: "pasted", text: "one\ntwo" },
      key("newline"),
      typed("three"),
      key("enter"),
    );
    expect(effects).toEqual([{ type: "ask", question: "one\ntwo\nthree" }]);
  });

  it("joins the pieces of an answer, and begins another after a tool", () => {
    const { model } = play(
      asked(),
      { type: "answer_text", text: "\n\nLet me " },
      { type: "answer_text", text: "see.\nYes" },
      { type: "tool_called", callId: "1", tool: "whoami", arguments: [] },
      {
        type: "tool_ended",
        callId: "1",
        tool: "whoami",
        outcome: "ok",
        text: "demo",
        durationMilliseconds: 5,
      },
      { type: "answer_text", text: "You are demo." },
      { type: "answer_ended" },
    );
    expect(conversationOf(model).transcript.entries).toMatchObject([
      { kind: "question", text: "hello" },
      { kind: "answer", source: "Let me see.\nYes", isGrowing: false },
      { kind: "tool", tool: "whoami", state: "ok", result: "demo", durationMilliseconds: 5 },
      { kind: "answer", source: "You are demo.", isGrowing: false },
    ]);
    expect(conversationOf(model).answer).toBeNull();
  });

  it("stops with Escape, once, and says so when it has stopped", () => {
    const { model, effects } = play(asked(), key("escape"), key("escape"));
    expect(effects).toEqual([{ type: "stop" }]);
    const interrupted = { code: "interrupted", message: "Stopped", hint: "" };
    const stopped = play(
      model,
      { type: "tool_called", callId: "1", tool: "whoami", arguments: [] },
      { type: "answer_failed", problem: interrupted },
    ).model;
    expect(conversationOf(stopped).transcript.entries).toMatchObject([
      { kind: "question" },
      { kind: "tool", state: "stopped" },
      { kind: "stop", text: { en: "You stopped the answer.", ko: "답변을 멈췄습니다." } },
    ]);
  });

  it("shows an error with its hint, and goes on", () => {
    const failure: Problem = { code: "model_throttled", message: "Too many", hint: "Wait." };
    const { model } = play(asked(), { type: "answer_failed", problem: failure });
    expect(conversationOf(model).transcript.entries.at(-1)).toMatchObject({
      kind: "error",
      problem: failure,
    });
    expect(play(model, typed("again"), key("enter")).effects).toHaveLength(1);
  });

  it("leads back to the sign-in with the reason when the session has expired", () => {
    const expired: Problem = { code: "sign_in_expired", message: "Expired", hint: "Sign in." };
    const { model, effects } = play(asked(), { type: "answer_failed", problem: expired });
    expect(signInOf(model).problem).toEqual(expired);
    expect(signInOf(model).fields[0]?.editor.text).toBe("demo");
    expect(effects).toEqual([{ type: "sign_out" }]);
  });

  it("takes no notice of an answer that comes after the user has signed out", () => {
    const { model } = play(asked(), typed("/logout"), key("enter"));
    expect(play(model, { type: "answer_text", text: "late" }).model).toEqual(model);
  });
});

describe("what happens beside an answer", () => {
  it("is shown: how far a tool is, what the server logs, that it is away and back", () => {
    const { model } = play(
      asked(),
      { type: "tool_called", callId: "1", tool: "import", arguments: [] },
      { type: "tool_progressed", callId: "1", text: "3/10 reading" },
      { type: "server_logged", level: "warning", text: "the disk is full" },
      { type: "server_reachable", state: "away" },
    );
    expect(conversationOf(model).isServerAway).toBe(true);
    expect(conversationOf(model).transcript.entries).toMatchObject([
      { kind: "question" },
      { kind: "tool", progress: "3/10 reading" },
      { kind: "notice", text: { en: "The server says (warning): the disk is full" } },
      { kind: "notice" },
    ]);
    const back = play(model, { type: "server_reachable", state: "connected" }).model;
    expect(conversationOf(back).isServerAway).toBe(false);
  });

  it("adds up: tokens, and what they cost where there is a price", () => {
    const { model } = play(
      conversing(),
      { type: "spent", inputTokens: 1_000, outputTokens: 200, cost: 0.002 },
      { type: "spent", inputTokens: 2_000, outputTokens: 100, cost: null },
    );
    expect(conversationOf(model).spent).toEqual({ tokens: 3_300, cost: 0.002 });
  });
});

describe("commands about what is kept", () => {
  it.each([
    ["/resume 2", { type: "resume", number: 2 }],
    ["/resume", { type: "resume", number: 1 }],
    ["/sessions", { type: "list_sessions" }],
    ["/model a.b-1:0", { type: "choose_model", modelId: "a.b-1:0" }],
    ["/model default", { type: "choose_model", modelId: null }],
    ["/temperature 0.5", { type: "choose_temperature", temperature: 0.5 }],
    ["/system Be brief.", { type: "choose_system_prompt", systemPrompt: "Be brief." }],
    ["/lang ko", { type: "choose_language", language: "ko" }],
  ])("as %s lead to their effect", (text, effect) => {
    expect(play(conversing(), typed(text), key("enter")).effects).toEqual([effect]);
  });

  it.each(["/resume x", "/model no such", "/temperature 2", "/temperature", "/lang fr", "/system"])(
    "as %s, which makes no sense, say how",
    (text) => {
      const { model, effects } = play(conversing(), typed(text), key("enter"));
      expect(effects).toEqual([]);
      expect(conversationOf(model).transcript.entries).toMatchObject([{ kind: "notice" }]);
    },
  );

  it("ask the last question again", () => {
    const answered = play(asked(), { type: "answer_text", text: "x" }, { type: "answer_ended" });
    const { model, effects } = play(answered.model, typed("/retry"), key("enter"));
    expect(effects).toEqual([{ type: "retry" }]);
    const { entries } = conversationOf(model).transcript;
    expect(entries.at(-1)).toMatchObject({ kind: "question", text: "hello" });
    expect(conversationOf(model).answer).not.toBeNull();
    expect(play(conversing(), typed("/retry"), key("enter")).effects).toEqual([]);
  });
});

describe("a tool that is not read-only", () => {
  it.each([
    ["y", "once"],
    ["Y", "once"],
    ["ㅛ", "once"],
    ["s", "session"],
    ["ㄴ", "session"],
    ["a", "always"],
    ["ㅁ", "always"],
    ["n", "decline"],
    ["N", "decline"],
    ["ㅜ", "decline"],
    ["x", "never"],
    ["ㅌ", "never"],
  ])("is answered by %s as %s", (text, choice) => {
    const { model, effects } = play(askedToApprove(), typed(text));
    expect(effects).toEqual([{ type: "decide", callId: "1", choice }]);
    expect(conversationOf(model).approvals).toEqual([]);
  });

  it.each(["q", "yes", "", " ", "constructor"])("is not answered by %j", (text) => {
    expect(play(askedToApprove(), typed(text)).effects).toEqual([]);
  });

  it("is not answered by Enter, nor by a paste", () => {
    const { model, effects } = play(askedToApprove(), key("enter"), { type: "pasted", text: "y" });
    expect(effects).toEqual([]);
    expect(conversationOf(model).input.text).toBe("");
  });

  it("is not answered by a key that was on its way when it appeared", () => {
    const { model, effects } = play(asked(), approval, typed("y"));
    expect(effects).toEqual([]);
    const later = play(model, { type: "tick", now: deafForMilliseconds }, typed("y"));
    expect(later.effects).toHaveLength(1);
  });

  it("is asked about one after the other, each with its own pause", () => {
    const two = play(askedToApprove(), { ...approval, callId: "2" }).model;
    const { model, effects } = play(two, typed("y"), typed("y"));
    expect(effects).toEqual([{ type: "decide", callId: "1", choice: "once" }]);
    expect(conversationOf(model).approvals.map(({ callId }) => callId)).toEqual(["2"]);
  });

  it("keeps the line that was being typed", () => {
    const typing = play(asked(), typed("next"), approval, { type: "tick", now: 1000 }).model;
    const { model } = play(typing, typed("y"), typed(" question"));
    expect(conversationOf(model).input.text).toBe("next question");
  });

  it("is left with Escape, which stops the whole answer", () => {
    const { model, effects } = play(askedToApprove(), key("escape"));
    expect(effects).toEqual([{ type: "stop" }]);
    expect(conversationOf(model).approvals).toEqual([]);
  });
});
