import { describe, expect, it } from "vitest";
import { key, play, signInOf, start, typed, user } from "../testing/chat-play.ts";
import type { KeyName } from "./keys.ts";
import type { Message } from "./messages.ts";
import type { Problem } from "./model.ts";

const problem: Problem = { code: "sign_in_refused", message: "Wrong", hint: "Try again." };

describe("signing in", () => {
  it("asks for the user name first, and leads to the password with Enter", () => {
    const { model, effects } = play(start(), typed("demo"), key("enter"), typed("secret"));
    expect(signInOf(model).focus).toBe(1);
    expect(effects).toEqual([]);
    expect(play(model, key("enter")).effects).toEqual([
      { type: "sign_in", username: "demo", password: "secret" },
    ]);
  });

  it("begins in the password when the user name is prefilled, and submits what is prefilled", () => {
    const model = start({ username: "demo", password: "secret" });
    expect(signInOf(model).focus).toBe(1);
    expect(play(model, key("enter")).effects).toEqual([
      { type: "sign_in", username: "demo", password: "secret" },
    ]);
  });

  it("says which field is empty in place of asking Cognito", () => {
    const { model, effects } = play(start({ username: "demo" }), key("enter"));
    expect(effects).toEqual([]);
    expect(signInOf(model).problem?.message).toBe("Password is empty");
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
    expect(effects).toEqual([{ type: "sign_in", username: "demo", password: "secret" }]);
  });

  it("takes nothing while the answer is awaited", () => {
    const busy = play(start({ username: "demo" }), typed("secret"), key("enter")).model;
    const { model, effects } = play(busy, typed("x"), key("enter"));
    expect(model).toEqual(busy);
    expect(effects).toEqual([]);
  });

  it("shows what failed, empties the password and keeps the user name", () => {
    const busy = play(start({ username: "demo" }), typed("wrong"), key("enter")).model;
    const form = signInOf(play(busy, { type: "sign_in_failed", problem, again: false }).model);
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

describe("a challenge", () => {
  const challenged = (challenge: Extract<Message, { type: "challenged" }>["challenge"]) =>
    play(start({ username: "newbie" }), typed("temporary"), key("enter"), {
      type: "challenged",
      challenge,
    }).model;

  it("for a new password asks for it twice, and for what the pool requires", () => {
    const model = challenged({ name: "NEW_PASSWORD_REQUIRED", requiredAttributes: ["given_name"] });
    expect(signInOf(model).fields.map(({ label }) => label)).toEqual([
      "New password",
      "Once more",
      "Given name",
    ]);
    const { effects } = play(
      model,
      ...[typed("New-1234"), key("enter"), typed("New-1234"), key("enter")],
      ...[typed("Ann"), key("enter")],
    );
    expect(effects).toEqual([
      { type: "answer_new_password", newPassword: "New-1234", attributes: { given_name: "Ann" } },
    ]);
  });

  it("for a new password refuses two that differ", () => {
    const model = challenged({ name: "NEW_PASSWORD_REQUIRED", requiredAttributes: [] });
    const played = play(model, typed("one"), key("enter"), typed("other"), key("enter"));
    expect(played.effects).toEqual([]);
    expect(signInOf(played.model).problem?.code).toBe("sign_in_passwords_differ");
  });

  it("for a code takes six digits, blanks in between or not", () => {
    const model = challenged({ name: "SOFTWARE_TOKEN_MFA" });
    expect(play(model, typed("12345"), key("enter")).effects).toEqual([]);
    expect(play(model, typed("123 456"), key("enter")).effects).toEqual([
      { type: "answer_totp", code: "123456" },
    ]);
  });

  it("is asked again where the answer was wrong and may be repeated", () => {
    const model = challenged({ name: "SOFTWARE_TOKEN_MFA" });
    const wrong = { type: "sign_in_failed", problem, again: true } as const;
    const form = signInOf(play(model, typed("000000"), key("enter"), wrong).model);
    expect(form.kind).toBe("totp");
    expect(form.fields[0]?.editor.text).toBe("");
    expect(form.problem).toEqual(problem);
  });

  it("leads back to the sign-in where Cognito wants to begin anew, and with Escape", () => {
    const model = challenged({ name: "SOFTWARE_TOKEN_MFA" });
    const failed = { type: "sign_in_failed", problem, again: false } as const;
    const form = signInOf(play(model, typed("000000"), key("enter"), failed).model);
    expect(form.kind).toBe("sign_in");
    expect(form.problem).toEqual(problem);
    expect(form.fields[0]?.editor.text).toBe("newbie");
    expect(signInOf(play(model, key("escape")).model).kind).toBe("sign_in");
  });
});

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
