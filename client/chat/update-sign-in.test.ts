import { describe, expect, it } from "vitest";
import {
  codeQuestion,
  newPasswordQuestion,
  resetQuestion,
  selectQuestion,
} from "../sign-in/cognito-questions.ts";
import { type Question, question } from "../sign-in/question.ts";
import { key, play, signInOf, start, typed, user } from "../testing/chat-play.ts";
import { labelOf } from "./form.ts";
import type { KeyName } from "./keys.ts";
import type { Message } from "./messages.ts";
import type { Problem } from "./model.ts";
import { signInTexts } from "./texts/sign-in-texts.ts";

const problem: Problem = { code: "sign_in_refused", message: "Wrong", hint: "Try again." };

describe("signing in", () => {
  it("asks for the user name first, and leads to the password with Enter", () => {
    const { model, effects } = play(start(), typed("demo"), key("enter"), typed("secret"));
    expect(signInOf(model).focus).toBe(1);
    expect(effects).toEqual([]);
    expect(play(model, key("enter")).effects).toEqual([
      { type: "answer", answers: { username: "demo", password: "secret" } },
    ]);
  });

  it("begins in the password when the user name is prefilled, and submits what is prefilled", () => {
    const model = start({ username: "demo", password: "secret" });
    expect(signInOf(model).focus).toBe(1);
    expect(play(model, key("enter")).effects).toEqual([
      { type: "answer", answers: { username: "demo", password: "secret" } },
    ]);
  });

  it("says which field is empty in place of asking Cognito", () => {
    const { model, effects } = play(start(), key("tab"), typed("secret"), key("enter"));
    expect(effects).toEqual([]);
    expect(signInOf(model).problem?.message).toBe("User name is empty");
    expect(signInOf(model).focus).toBe(0);
  });

  it("asks how to go on when the password is left empty", () => {
    const { effects } = play(start({ username: "demo" }), key("enter"));
    expect(effects).toEqual([{ type: "answer", answers: { username: "demo", password: "" } }]);
  });

  it("moves between the fields with Tab, Shift-Tab and the arrows", () => {
    const focusAfter = (...keys: KeyName[]) =>
      signInOf(play(start(), ...keys.map(key)).model).focus;
    expect(focusAfter("tab")).toBe(1);
    expect(focusAfter("tab", "tab")).toBe(0);
    expect(focusAfter("backtab")).toBe(1);
    expect(focusAfter("down", "up")).toBe(0);
  });

  it("takes the first line of what is pasted, for a password has no newline", () => {
    const model = start({ username: "demo" });
    const { effects } = play(model, { type: "pasted", text: "secret\n" }, key("enter"));
    expect(effects).toEqual([
      { type: "answer", answers: { username: "demo", password: "secret" } },
    ]);
  });

  it("takes nothing while the answer is awaited", () => {
    const busy = play(start({ username: "demo" }), typed("secret"), key("enter")).model;
    const { model, effects } = play(busy, typed("x"), key("enter"));
    expect(model).toEqual(busy);
    expect(effects).toEqual([]);
  });

  it("shows what failed, empties the password and keeps the user name", () => {
    const busy = play(start({ username: "demo" }), typed("wrong"), key("enter")).model;
    const form = signInOf(play(busy, { type: "sign_in_failed", problem }).model);
    expect(form.problem).toEqual(problem);
    expect(form.busy).toBe(false);
    expect(form.fields.map(({ editor }) => editor.text)).toEqual(["demo", ""]);
    expect(form.focus).toBe(1);
  });

  it("gives the attempt up with Escape, so that a late answer is of no interest", () => {
    const busy = play(start({ username: "demo" }), typed("secret"), key("enter")).model;
    const { model, effects } = play(busy, key("escape"));
    expect(effects).toEqual([{ type: "abandon" }]);
    expect(signInOf(model).busy).toBe(false);
  });

  it("keeps no password in the model once the user is signed in", () => {
    const busy = play(start({ username: "demo" }), typed("hunter2!"), key("enter")).model;
    const { model, effects } = play(busy, { type: "signed_in", user });
    expect(effects).toEqual([{ type: "connect" }]);
    expect(JSON.stringify(model)).not.toContain("hunter2!");
  });
});

describe("a question that Cognito asks on top of it", () => {
  const asked = (question: Question, wrong: Problem | null = null): Message => ({
    type: "asked",
    question,
    picture: [],
    problem: wrong,
  });
  const asking = (question: Question) =>
    play(start({ username: "newbie" }), typed("temporary"), key("enter"), asked(question)).model;

  it("for a new password has it typed twice, and what the pool requires", () => {
    const model = asking(newPasswordQuestion(["given_name"]));
    const form = signInOf(model);
    const labels = (texts: typeof signInTexts.en) =>
      form.fields.map((field) => labelOf(form, field, texts));
    expect(labels(signInTexts.en)).toEqual(["New password", "Once more", "Given name"]);
    expect(labels(signInTexts.ko)).toEqual(["새 비밀번호", "한 번 더", "이름(성 제외)"]);
    const { effects } = play(
      model,
      ...[typed("New-1234"), key("enter"), typed("New-1234"), key("enter")],
      ...[typed("Ann"), key("enter")],
    );
    expect(effects).toEqual([
      { type: "answer", answers: { password: "New-1234", given_name: "Ann" } },
    ]);
  });

  it("for a new password refuses two that differ", () => {
    const model = asking(newPasswordQuestion([]));
    const played = play(model, typed("one"), key("enter"), typed("other"), key("enter"));
    expect(played.effects).toEqual([]);
    expect(signInOf(played.model).problem?.code).toBe("sign_in_passwords_differ");
  });

  it("for a code takes digits, blanks in between or not", () => {
    const model = asking(codeQuestion("SOFTWARE_TOKEN_MFA", null));
    expect(play(model, typed("12a45"), key("enter")).effects).toEqual([]);
    expect(play(model, typed("123 456"), key("enter")).effects).toEqual([
      { type: "answer", answers: { code: "123456" } },
    ]);
  });

  it("for a code that was sent takes an empty one, which asks for another", () => {
    const model = asking(resetQuestion("d***@e***"));
    expect(play(model, key("enter")).effects).toEqual([
      { type: "answer", answers: { code: "", password: "" } },
    ]);
  });

  it("for a choice goes through them with the arrows or takes a digit", () => {
    const model = asking(selectQuestion("SELECT_MFA_TYPE", ["SMS_MFA", "SOFTWARE_TOKEN_MFA"]));
    const chosen = (...messages: Message[]) => play(model, ...messages, key("enter")).effects;
    const answer = (choice: string) => [{ type: "answer", answers: { choice } }];
    expect(chosen()).toEqual(answer("SMS_MFA"));
    expect(chosen(key("down"))).toEqual(answer("SOFTWARE_TOKEN_MFA"));
    expect(chosen(key("down"), key("down"))).toEqual(answer("SMS_MFA"));
    expect(chosen(key("up"))).toEqual(answer("SOFTWARE_TOKEN_MFA"));
    expect(chosen(typed("2"))).toEqual(answer("SOFTWARE_TOKEN_MFA"));
    expect(chosen(typed("7"))).toEqual(answer("SMS_MFA"));
  });

  it("is asked once more, with what was wrong, without starting over", () => {
    const question = codeQuestion("SOFTWARE_TOKEN_MFA", null);
    const model = play(asking(question), typed("000000"), key("enter")).model;
    const form = signInOf(play(model, asked(question, problem)).model);
    expect(form.question.name).toBe("SOFTWARE_TOKEN_MFA");
    expect(form.fields[0]?.editor.text).toBe("");
    expect(form.problem).toEqual(problem);
    expect(form.busy).toBe(false);
  });

  it("in the browser waits at once, and is given up with Escape", () => {
    const model = asking(browserQuestion);
    expect(signInOf(model).busy).toBe(true);
    expect(play(model, key("escape")).effects).toEqual([{ type: "abandon" }]);
  });

  it("leads back to the sign-in where Cognito wants to begin anew, and with Escape", () => {
    const model = asking(codeQuestion("SOFTWARE_TOKEN_MFA", null));
    const failed = { type: "sign_in_failed", problem } as const;
    const form = signInOf(play(model, typed("000000"), key("enter"), failed).model);
    expect(form.question.name).toBe("CREDENTIALS");
    expect(form.problem).toEqual(problem);
    expect(form.fields[0]?.editor.text).toBe("newbie");
    expect(signInOf(play(model, key("escape")).model).question.name).toBe("CREDENTIALS");
  });
});

const browserQuestion = question("BROWSER", [], { url: "https://login.example/authorize?x=1" });

describe("connecting", () => {
  const connecting = () => play(start(), { type: "signed_in", user }).model;
  const unreachable: Problem = { code: "server_unreachable", message: "Down", hint: "Start it." };

  it("offers to try again when the server is out of reach", () => {
    const { model } = play(connecting(), { type: "connect_failed", problem: unreachable });
    expect(model.phase).toMatchObject({ name: "connecting", problem: unreachable });
    const again = play(model, key("enter"));
    expect(again.effects).toEqual([{ type: "connect" }]);
    expect(again.model.phase).toMatchObject({ problem: null });
  });

  it("asks for another sign-in when this one is no longer good", () => {
    const expired: Problem = { code: "sign_in_expired", message: "Expired", hint: "Sign in." };
    const { model, effects } = play(connecting(), { type: "connect_failed", problem: expired });
    expect(signInOf(model).problem).toEqual(expired);
    expect(effects).toEqual([{ type: "sign_out" }]);
  });

  it("is given up with Escape, and the tokens with it", () => {
    const { model, effects } = play(connecting(), key("escape"));
    expect(signInOf(model).fields[0]?.editor.text).toBe("demo");
    expect(effects).toEqual([{ type: "abandon" }, { type: "sign_out" }]);
  });
});
