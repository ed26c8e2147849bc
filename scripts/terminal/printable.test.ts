import { describe, expect, it } from "vitest";
import { printableLine } from "./printable.ts";

describe("text for one line of a terminal", () => {
  it.each([
    ["plain", "plain"],
    ["한국어 이름\tA", "한국어 이름\tA"],
    ["\x1b[31mred\x1b[0m", "red"],
    ["\x1b]0;title\x07after", "after"],
    ["\x9b2Jx", "x"],
    ["a\x1b", "a"],
    ["a\rb\nc", "a b c"],
    ["evil\u202etxt.exe", "eviltxt.exe"],
    ["bell\x07, nul\0, del\x7f", "bell, nul, del"],
    ["half \ud83d pair", "half  pair"],
    ["👩‍💻", "👩‍💻"],
  ])("of %j is %j", (text, expected) => {
    expect(printableLine(text)).toBe(expected);
  });

  it.each(["\x1b]52;c;cm0gLXJm", "\x1bP1$q", "\x9d0;title", "\x1b[", "\x1b(0q", "\x1b\x1b[5n"])(
    "never holds a control character, not even of the unfinished sequence %j",
    (text) => {
      expect(printableLine(text)).not.toMatch(/\p{Cc}/u);
    },
  );
});
