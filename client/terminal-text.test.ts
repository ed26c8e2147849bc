import { describe, expect, it } from "vitest";
import { createTerminalTextFilter, stripControlCharacters, stripToLine } from "./terminal-text.ts";

const cases: readonly (readonly [what: string, input: string, output: string])[] = [
  ["plain text with newline and tab", "one\n\ttwo", "one\n\ttwo"],
  ["Korean and emoji", "서울의 날씨 ☔ 👩‍👩‍👧", "서울의 날씨 ☔ 👩‍👩‍👧"],
  ["decomposed Hangul", "한글", "한글"],
  ["NUL, BEL, backspace and DEL", "a\0b\x07c\x08d\x7fe", "abcde"],
  ["colours", "\x1b[1;31mred\x1b[0m", "red"],
  ["a colour with colons", "\x1b[38:2:1:2:3mx", "x"],
  ["a private mode", "\x1b[?1049hx\x1b[?25l", "x"],
  ["clearing the screen", "a\x1b[2J\x1b[Hb", "ab"],
  ["a title, ended by BEL", "\x1b]0;owned\x07x", "x"],
  ["a title, ended by ST", "\x1b]0;owned\x1b\\x", "x"],
  ["writing the clipboard", "a\x1b]52;c;cm0gLXJm\x07b", "ab"],
  ["a hyperlink", "\x1b]8;;https://evil.example\x1b\\text\x1b]8;;\x1b\\", "text"],
  ["a device control string", "a\x1bPq#0;2;0;0;0#0~~\x1b\\b", "ab"],
  ["APC, PM and SOS", "a\x1b_x\x1b\\b\x1b^y\x1b\\c\x1bXz\x1b\\d", "abcd"],
  ["a character set switch", "\x1b(0lqk\x1b(B", "lqk"],
  ["a full reset", "a\x1bcb", "ab"],
  ["C1's CSI", "a\u009b31mb", "ab"],
  ["C1's OSC", "a\u009d0;title\u009cb", "ab"],
  ["other C1", "a\u0085b\u008dc", "abc"],
  ["an escape sequence inside of another", "\x1b[3\x1b[31mx", "x"],
  ["a sequence that removing the inner one would make", "\x1b\x1b[31m[31mx", "[31mx"],
  ["a sequence without an end", "a\x1b[31", "a"],
  ["a string without an end stops at the line's end", "a\x1b]0;no end\nb", "a\nb"],
  ["ESC before Korean keeps the Korean", "\x1b한글", "한글"],
  ["CSI cut off by Korean keeps the Korean", "\x1b[3한글", "한글"],
  ["CRLF", "a\r\nb", "a\nb"],
  ["CR alone, which would overwrite the line", "safe\rEVIL", "safe\nEVIL"],
  ["CR CR LF", "a\r\r\nb", "a\n\nb"],
  ["line and paragraph separators", "a\u2028b\u2029c", "a\nb\nc"],
  ["bidirectional controls", "a\u202e\u202d\u202a\u202b\u202cb\u2066\u2067\u2068\u2069c", "abc"],
  ["direction marks", "a\u200eb\u200fc\u061cd", "abcd"],
  ["lone surrogates", "a\ud83db\ude00c", "abc"],
  ["a whole pair beside a control", "\x07😀", "😀"],
];

describe("stripControlCharacters", () => {
  it.each(cases)("leaves nothing dangerous of %s", (_what, input, output) => {
    expect(stripControlCharacters(input)).toBe(output);
  });

  it.each(cases)("changes nothing when it is applied twice to %s", (_what, input, output) => {
    expect(stripControlCharacters(stripControlCharacters(input))).toBe(output);
  });

  it("shows the text again after a sequence of unreasonable length", () => {
    const swallowed = stripControlCharacters(`\x1b]${"x".repeat(5000)}the rest`);
    expect(swallowed.endsWith("the rest")).toBe(true);
  });

  it("lets no control character through, whatever the code point", () => {
    for (let code = 0; code <= 0x2100; code++) {
      const shown = stripControlCharacters(`a${String.fromCodePoint(code)}b`);
      expect(shown).not.toMatch(/[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/u);
    }
  });
});

describe("createTerminalTextFilter", () => {
  it.each(cases)(
    "gives the same for %s when every character comes alone",
    (_what, input, output) => {
      const filter = createTerminalTextFilter();
      let shown = "";
      for (let at = 0; at < input.length; at++) shown += filter.push(input.charAt(at));
      expect(shown + filter.end()).toBe(output);
    },
  );

  it("starts afresh after its end", () => {
    const filter = createTerminalTextFilter();
    filter.push("\x1b]0;never ended");
    filter.end();
    expect(filter.push("text")).toBe("text");
  });
});

describe("stripToLine", () => {
  it("joins lines and cuts long text between characters", () => {
    expect(stripToLine("a\r\n  b\tc")).toBe("a b c");
    expect(stripToLine("😀😀😀😀", 3)).toBe("😀😀…");
  });
});
