import { describe, expect, it } from "vitest";
import {
  asked,
  conversationOf,
  conversing,
  key,
  play,
  start,
  typed,
  user,
} from "../testing/chat-play.ts";
import type { KeyName } from "./keys.ts";
import type { Effect, Message } from "./messages.ts";
import type { Model } from "./model.ts";
import { quitWithinMilliseconds } from "./update.ts";

describe("commands", () => {
  it.each<[string, Effect[]]>([
    ["/quit", [{ type: "exit" }]],
    ["/logout", [{ type: "sign_out" }]],
    ["/new", [{ type: "start_over" }]],
    ["/help", []],
    ["/tools", []],
    ["/nonsense", []],
    ["/etc/hosts: what is it?", [{ type: "ask", question: "/etc/hosts: what is it?" }]],
  ])("%s has the effects %j", (text, effects) => {
    expect(play(conversing(), typed(text), key("enter")).effects).toEqual(effects);
  });

  it("lists the tools with what asks first", () => {
    const { model } = play(conversing(), typed("/tools"), key("enter"));
    expect(conversationOf(model).transcript.entries).toMatchObject([
      { kind: "list", rows: [{ name: "add_note", text: "Keeps a note. (asks first)" }] },
    ]);
  });

  it("forgets the conversation with /new, but not while an answer is under way", () => {
    expect(play(asked(), typed("/new"), key("enter")).effects).toEqual([]);
    const { model } = play(asked(), { type: "answer_ended" }, typed("/new"), key("enter"));
    expect(conversationOf(model).transcript.entries).toEqual([]);
  });
});

describe("history", () => {
  const withHistory = () =>
    play(
      conversing(),
      ...["first", "second"].flatMap((text) => [
        typed(text),
        key("enter"),
        { type: "answer_ended" } as const,
      ]),
    ).model;
  const inputAfter = (model: Model, ...keys: KeyName[]) =>
    conversationOf(play(model, ...keys.map(key)).model).input.text;

  it("goes back and forth with the arrows, and ends at what was being typed", () => {
    const typing = play(withHistory(), typed("third")).model;
    expect(inputAfter(typing, "up")).toBe("second");
    expect(inputAfter(typing, "up", "up")).toBe("first");
    expect(inputAfter(typing, "up", "up", "up")).toBe("first");
    expect(inputAfter(typing, "up", "up", "down")).toBe("second");
    expect(inputAfter(typing, "up", "down")).toBe("third");
    expect(inputAfter(typing, "down")).toBe("third");
  });

  it("keeps to the questions that begin with what was typed, where there are any", () => {
    const typing = play(withHistory(), typed("fi")).model;
    expect(inputAfter(typing, "up")).toBe("first");
    expect(inputAfter(typing, "up", "up")).toBe("first");
    expect(inputAfter(typing, "up", "down")).toBe("fi");
  });

  it("moves within a text of several rows first", () => {
    const typing = play(withHistory(), { type: "pasted", text: "one\ntwo" }).model;
    expect(inputAfter(typing, "up")).toBe("one\ntwo");
    expect(inputAfter(typing, "up", "up")).toBe("second");
  });
});

describe("Ctrl-C", () => {
  it("clears the line, then quits", () => {
    const { model, effects } = play(conversing(), typed("draft"), key("interrupt"));
    expect(effects).toEqual([]);
    expect(conversationOf(model).input.text).toBe("");
    expect(play(model, key("interrupt")).effects).toEqual([{ type: "exit" }]);
  });

  it("stops an answer first", () => {
    expect(play(asked(), key("interrupt")).effects).toEqual([{ type: "stop" }]);
  });

  it("does not quit when the second one comes late, or after another key", () => {
    const late = { type: "tick", now: quitWithinMilliseconds } as const;
    expect(play(conversing(), key("interrupt"), late, key("interrupt")).effects).toEqual([]);
    const other = play(conversing(), key("interrupt"), typed("x"), key("interrupt"));
    expect(other.effects).toEqual([]);
  });

  it.each([
    ["the sign-in form", start()],
    ["a sign-in under way", play(start({ username: "a", password: "b" }), key("enter")).model],
    ["connecting", play(start(), { type: "signed_in", user }).model],
  ])("quits from %s", (_where, model) => {
    expect(play(model, key("interrupt"), key("interrupt")).effects).toEqual([{ type: "exit" }]);
  });
});

describe("scrolling", () => {
  const long = () =>
    play(
      asked(),
      ...Array.from({ length: 60 }, (_, index): Message => {
        return { type: "answer_text", text: `line ${index}\n` };
      }),
    ).model;

  it("stays where it is while text arrives, and marks that there is more", () => {
    const scrolled = play(long(), key("page-up")).model;
    const { model } = play(scrolled, { type: "answer_text", text: "more\n" });
    const before = conversationOf(scrolled).scroll;
    expect(before).toMatchObject({ kind: "held", newBelow: false });
    expect(conversationOf(model).scroll).toEqual({ ...before, newBelow: true });
  });

  it("follows the end again once it is reached, by page, by wheel or by a key", () => {
    const scrollOf = (...messages: Message[]) =>
      conversationOf(play(long(), ...messages).model).scroll;
    const wheel = (direction: "up" | "down"): Message => ({ type: "wheel", direction, column: 0 });
    expect(scrollOf(key("page-up"), key("page-down"))).toEqual({ kind: "end" });
    expect(scrollOf(wheel("up"), wheel("down"))).toEqual({ kind: "end" });
    expect(scrollOf(key("top"), key("bottom"))).toEqual({ kind: "end" });
    expect(scrollOf(key("top"))).toMatchObject({ kind: "held", entryId: 1, line: 0 });
  });

  it("does not scroll what fits", () => {
    expect(conversationOf(play(conversing(), key("page-up")).model).scroll).toEqual({
      kind: "end",
    });
  });

  it("goes to the end when a question is asked", () => {
    const scrolled = play(long(), { type: "answer_ended" }, key("page-up")).model;
    const { model } = play(scrolled, typed("next"), key("enter"));
    expect(conversationOf(model).scroll).toEqual({ kind: "end" });
  });
});

describe("time", () => {
  it("brings the token's expiry into the status", () => {
    const { model } = play(conversing(), { type: "tick", now: 5, tokenExpiresAt: 77 });
    expect(conversationOf(model).user.tokenExpiresAt).toBe(77);
    expect(model.now).toBe(5);
  });
});
