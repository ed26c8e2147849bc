import { describe, expect, it } from "vitest";
import { conversationOf, key, play, typed } from "../testing/chat-play.ts";
import { conversingWith, entriesOf, line, read, screen, summary } from "../testing/offers-play.ts";

describe("a resource that goes with the next question", () => {
  it("is read, shown above the line, and shown with the question", () => {
    const attaching = play(conversingWith(), ...line("/attach notes:///all"));
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
    const list = play(conversingWith(), ...line("/attach"));
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
    const two = play(
      conversingWith(),
      ...line("/attach a:1"),
      ...line("/attach a:2"),
      read(1),
    ).model;
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
    const reading = play(conversingWith(), ...line("/attach a:1")).model;
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
    expect(play(conversingWith(), ...five, ...line("/attach a:6")).effects).toHaveLength(5);
  });

  it("says what of it the model is not given", () => {
    const known = { isDefault: true, hasAnswered: false, price: null };
    const blind = { ...known, id: "model-1", takesImages: false };
    const { model } = play(
      conversingWith(),
      { type: "model_chosen", modelId: blind.id, models: [blind] },
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
      conversingWith(),
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
