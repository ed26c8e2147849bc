import { describe, expect, it } from "vitest";
import { expectSound } from "../testing/conversation.ts";
import { droppedResult, estimateTokens, fitWindow } from "./fit-window.ts";
import type { Message } from "./message.ts";

const exchange = (question: string, result: string): Message[] => [
  { role: "user", content: [{ text: question }] },
  { role: "assistant", content: [{ toolUse: { toolUseId: "1", name: "look", input: {} } }] },
  { role: "user", content: [{ toolResult: { toolUseId: "1", content: [{ text: result }] } }] },
  { role: "assistant", content: [{ text: "answer" }] },
];
const now: Message[] = [{ role: "user", content: [{ text: "and now?" }] }];
const history = [1, 2, 3].map((number) => exchange(`question ${number}`, "x".repeat(9_000)));

describe("a conversation that is to fit a window", () => {
  it("is left as it is where it fits", () => {
    const fitted = fitWindow(history, now, 100_000);
    expect(fitted).toEqual({
      messages: [...history.flat(), ...now],
      droppedResults: 0,
      droppedExchanges: 0,
    });
  });

  it("loses the oldest results first, and stays sound", () => {
    const fitted = fitWindow(history, now, 5_000);
    expect(fitted).toMatchObject({ droppedResults: 2, droppedExchanges: 0 });
    const text = JSON.stringify(fitted.messages);
    expect(text.split(droppedResult)).toHaveLength(3);
    expect(text).toContain("question 1");
    expect(text).toContain("x".repeat(9_000));
    expectSound(fitted.messages as never);
    expect(estimateTokens(fitted.messages)).toBeLessThanOrEqual(5_000);
  });

  it("then loses whole exchanges, never what is asked now", () => {
    const fitted = fitWindow(history, now, 250);
    expect(fitted.droppedResults).toBe(3);
    expect(fitted.droppedExchanges).toBeGreaterThan(0);
    expect(estimateTokens(fitted.messages)).toBeLessThanOrEqual(250);
    expectSound(fitted.messages as never);
    expect(fitWindow(history, now, 1).messages).toEqual(now);
  });

  it("is counted higher in Korean than in English", () => {
    expect(estimateTokens("가".repeat(100))).toBeGreaterThan(estimateTokens("a".repeat(100)));
  });
});
