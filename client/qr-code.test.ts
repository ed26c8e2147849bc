import { describe, expect, it } from "vitest";
import { qrLines } from "./qr-code.ts";
import { setUpAppQuestion } from "./sign-in/cognito-questions.ts";

describe("qrLines", () => {
  it.each([
    ["demo", 41],
    ["데모", 41],
    ["a-very-long-user-name@with-a-long-domain.example.com", 41],
  ])("draws the key of %s small enough for 80×24 with a form beside it", (username, columns) => {
    // Cognito's keys have 52 characters.
    const { app } = setUpAppQuestion("A".repeat(52), username);
    const lines = qrLines(app?.uri ?? "");
    expect(new Set(lines.map((line) => line.length))).toEqual(new Set([columns]));
    expect(lines.length).toBeLessThanOrEqual(22);
  });

  it("surrounds the code with two light modules", () => {
    const lines = qrLines("x");
    expect(lines[0]).toMatch(/^█+$/);
    expect(lines.every((line) => line.startsWith("██") && line.endsWith("██"))).toBe(true);
  });
});
