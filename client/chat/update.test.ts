import { describe, expect, it } from "vitest";
import type { KeyName } from "./keys.ts";
import type { Effect, Message } from "./messages.ts";
import type { ConversationPhase, Model, Problem, SignInPhase } from "./model.ts";
import { initialModel, quitWithinMilliseconds, update } from "./update.ts";
import { deafForMilliseconds } from "./update-approval.ts";

const user = { username: "demo", groups: ["user"], tokenExpiresAt: 3_600_000 };
const server = {
  name: "cleanauth",
  version: "0.1.0",
  tools: [{ name: "add_note", description: "Keeps a note.", readOnly: false }],
};
const problem: Problem = { code: "sign_in_refused", message: "Wrong", hint: "Try again." };

const key = (name: KeyName): Message => ({ type: "key", key: name });
const typed = (text: string): Message => ({ type: "typed", text });

function start(prefilled: { username?: string; password?: string } = {}): Model {
  return initialModel({
    size: { columns: 80, rows: 24 },
    now: 0,
    serverUrl: "http://localhost:8080/mcp",
    standIns: [],
    ...prefilled,
  });
}

/** Sends messages one after the other, and keeps all effects. */
function play(model: Model, ...messages: Message[]): { model: Model; effects: Effect[] } {
  const effects: Effect[] = [];
  let current = model;
  for (const message of messages) {
    const [next, more] = update(current, message);
    current = next;
    effects.push(...more);
  }
  return { model: current, effects };
}

function signInOf(model: Model): SignInPhase["form"] {
  if (model.phase.name !== "sign_in") throw new Error(`the phase is ${model.phase.name}`);
  return model.phase.form;
}

function conversationOf(model: Model): ConversationPhase {
  if (model.phase.name !== "conversation") throw new Error(`the phase is ${model.phase.name}`);
  return model.phase;
}

function conversing(): Model {
  return play(start(), { type: "signed_in", user }, { type: "connected", server }).model;
}

function asked(question = "hello"): Model {
  return play(conversing(), typed(question), key("enter")).model;
}

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
      { kind: "answer", lines: ["Let me see.", "Yes"], isGrowing: false },
      { kind: "tool", tool: "whoami", state: "ok", result: "demo", durationMilliseconds: 5 },
      { kind: "answer", lines: ["You are demo."], isGrowing: false },
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
      { kind: "notice", text: "You stopped the answer." },
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

describe("a tool that is not read-only", () => {
  it.each([
    ["y", true],
    ["Y", true],
    ["ㅛ", true],
    ["n", false],
    ["N", false],
    ["ㅜ", false],
  ])("is answered by %s", (text, approved) => {
    const { model, effects } = play(askedToApprove(), typed(text));
    expect(effects).toEqual([{ type: "decide", callId: "1", approved }]);
    expect(conversationOf(model).approvals).toEqual([]);
  });

  it.each(["x", "yes", "", " "])("is not answered by %j", (text) => {
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
    expect(effects).toEqual([{ type: "decide", callId: "1", approved: true }]);
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
    const wheel = (direction: "up" | "down"): Message => ({ type: "wheel", direction });
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
