import { describe, expect, it } from "vitest";
import { qrLines } from "../qr-code.ts";
import {
  codeQuestion,
  newPasswordQuestion,
  resetQuestion,
  selectQuestion,
  setUpAppQuestion,
} from "../sign-in/cognito-questions.ts";
import { question } from "../sign-in/question.ts";
import { play, server, start, user } from "../testing/chat-play.ts";
import { columnsOfLine } from "./frame.ts";
import type { KeyName } from "./keys.ts";
import type { Message } from "./messages.ts";
import { view } from "./view.ts";

const keys: readonly KeyName[] = [
  ...(["enter", "newline", "escape", "tab", "backspace", "delete", "up", "down", "left"] as const),
  ...(["right", "word-left", "home", "end", "top", "bottom", "page-up", "page-down"] as const),
  ...(["delete-to-start", "delete-word", "interrupt", "end-of-input"] as const),
];
const texts = [
  ...[
    "a",
    "한글 ",
    "\u1112\u1161\u11ab",
    "👨‍👩‍👧",
    "🇰🇷",
    "❤\ufe0f",
    "e\u0301",
    "नि",
    " ",
    "\t",
    "\n",
  ],
  ...[
    "漢字",
    "/help",
    "/new",
    "/logout",
    "긴 줄 ".repeat(80),
    "line\n".repeat(30),
    "\u200d",
    "y",
    "n",
  ],
];

/** Numbers that look random and are the same in every run (a linear congruential generator). */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
}

/** Anything may happen at any time, also what belongs to another phase. */
function messagesFrom(next: () => number): () => Message {
  const pick = <Item>(items: readonly Item[]): Item => {
    return items[Math.floor(next() * items.length)] as Item;
  };
  const problem = () => ({
    code: pick(["interrupted", "sign_in_expired", "model_failed"]),
    message: pick(texts),
    hint: "Hint.",
  });
  const call = () => ({
    callId: pick(["1", "2"]),
    tool: "add_note",
    arguments: [{ name: "text", value: JSON.stringify(pick(texts)) }],
  });
  const kinds: readonly (() => Message)[] = [
    () => ({ type: "key", key: pick(keys) }),
    () => ({ type: "key", key: pick(keys) }),
    () => ({ type: "typed", text: pick(texts).replace(/[\t\n]/g, "") }),
    () => ({ type: "pasted", text: pick(texts).replaceAll("\t", "  ") }),
    () => ({ type: "wheel", column: 3, direction: pick(["up", "down"]) }),
    () => ({ type: "clicked", row: pick([0, 3, 9]), column: pick([0, 70]) }),
    () => ({ type: "answer_text", text: pick(texts) }),
    () => ({ type: "tool_called", ...call() }),
    () => ({ type: "approval_asked", destructive: true, ...call() }),
    () => ({
      ...call(),
      type: "tool_ended",
      outcome: "ok",
      text: pick(texts),
      durationMilliseconds: 5,
    }),
    () => ({ type: "answer_ended" }),
    () => ({ type: "answer_failed", problem: problem() }),
    () => ({ type: "signed_in", user }),
    () => ({ type: "connected", server }),
    () => ({ type: "connect_failed", problem: problem() }),
    () => ({ type: "sign_in_failed", problem: problem() }),
    () => ({ type: "asked", question: pick(questions), picture: [], problem: null }),
    () => {
      const setUp = setUpAppQuestion("JBSWY3DPEHPK3PXP", "demo");
      return { type: "asked", question: setUp, picture: qrLines("x".repeat(90)), problem: null };
    },
    () => ({ type: "signed_out", isRevoked: next() < 0.5 }),
    () => ({ type: "resuming" }),
    () => ({ type: "not_resumed", problem: next() < 0.5 ? null : problem() }),
    () => ({ type: "tick", now: Math.floor(next() * 4e6) }),
    () => ({
      type: "resized",
      size: { columns: 20 + Math.floor(next() * 120), rows: 5 + Math.floor(next() * 40) },
    }),
  ];
  return () => pick(kinds)();
}

const questions = [
  codeQuestion("SOFTWARE_TOKEN_MFA", null),
  newPasswordQuestion(["email"]),
  resetQuestion("d***@e***"),
  selectQuestion("SELECT_MFA_TYPE", ["SMS_MFA", "EMAIL_OTP"]),
  question("BROWSER", [], { url: "https://login.example/authorize?x=1" }),
];

describe("whatever happens, in whatever order", () => {
  it.each([1, 2, 3, 4])("the screen stays within its bounds (seed %i)", (seed) => {
    const nextMessage = messagesFrom(numbersFrom(seed));
    let model = start();
    for (let step = 0; step < 800; step += 1) {
      const message = nextMessage();
      model = play(model, message).model;
      const { lines, cursor } = view(model);
      const { columns, rows } = model.size;
      const told = JSON.stringify(message);
      expect(lines.length, told).toBe(rows);
      expect(Math.max(...lines.map(columnsOfLine)), told).toBeLessThanOrEqual(columns);
      expect(
        lines.flat().filter(({ text }) => /[\n\t]/.test(text)),
        told,
      ).toEqual([]);
      expect(cursor?.row ?? 0, told).toBeLessThan(rows);
      expect(cursor?.column ?? 0, told).toBeLessThan(columns);
    }
  });
});
