import unicode11 from "@xterm/addon-unicode11";
import { describe, expect, it } from "vitest";
import { isOneGraphemePerCodePoint, splitGraphemes } from "./graphemes.ts";
import { cellsOf, columnsOf, columnsOfCodePoint, truncate } from "./width.ts";

describe("columnsOf", () => {
  it.each([
    ["nothing", "", 0],
    ["ASCII", "hello", 5],
    ["Hangul syllables", "안녕하세요", 10],
    ["Hangul as decomposed jamo", "\u1112\u1161\u11ab\u1100\u1173\u11af", 4],
    ["Hangul compatibility jamo", "ㅎㅏㄴ", 6],
    ["an old Hangul cluster that has no composed form", "\u1102\u1199\u11ab", 2],
    ["CJK ideographs", "漢字", 4],
    ["kana", "かな", 4],
    ["half-width kana", "ｶﾅ", 2],
    ["full-width letters", "ＡＢ", 4],
    ["a letter with a composed accent", "é", 1],
    ["a letter with a combining accent", "e\u0301", 1],
    ["a letter with many marks", `a${"\u0301".repeat(50)}`, 1],
    ["an emoji", "👍", 2],
    ["an emoji with a skin tone", "👍🏽", 2],
    ["a family joined by zero-width joiners", "👨‍👩‍👧", 2],
    ["a flag", "🇰🇷", 2],
    ["two flags", "🇰🇷🇺🇸", 4],
    ["a flag made of tags", "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}", 2],
    ["a character that the variation selector makes an emoji", "❤\ufe0f", 2],
    ["the same character as text", "❤", 1],
    ["a keycap", "1\ufe0f\u20e3", 2],
    ["an emoji of Unicode 16", "\u{1fae9}", 2],
    ["lines and blocks", "─│╭╯█", 5],
    ["what the screen itself draws", "›●○✓✗•…–↑⠋", 10],
    ["Devanagari with a vowel that takes room", "नि", 2],
    ["Thai with a vowel above", "ที่", 1],
    ["a zero-width space", "a\u200bb", 2],
    ["a soft hyphen", "a\u00adb", 2],
    ["English and Korean", "API를 호출", 10],
  ])("counts %s", (_what, text, columns) => {
    expect(columnsOf(text)).toBe(columns);
  });

  it("agrees with xterm.js about every character that the screen takes for settled", () => {
    const wcwidth = unicodeElevenTable();
    const differing: string[] = [];
    for (let code = 0x20; code < 0x10000; code += 1) {
      const character = String.fromCharCode(code);
      if (!isOneGraphemePerCodePoint(character) || code === 0x303f) continue;
      if (columnsOfCodePoint(code) !== wcwidth(code)) differing.push(code.toString(16));
    }
    expect(differing).toEqual([]);
  });
});

describe("cellsOf", () => {
  it.each([
    ["composes decomposed jamo", "\u1112\u1161\u11ab", [{ text: "한", columns: 2 }]],
    ["composes a combining accent", "e\u0301", [{ text: "é", columns: 1 }]],
    ["keeps a mark that composes with nothing", "x\u0301", [{ text: "x\u0301", columns: 1 }]],
    ["shows a joined family by its first member", "👨‍👩‍👧", [{ text: "👨", columns: 2 }]],
    ["leaves the skin tone out", "👍🏽", [{ text: "👍", columns: 2 }]],
    ["leaves the variation selector out", "❤\ufe0f", [{ text: "❤", columns: 2 }]],
    ["keeps a flag", "🇰🇷", [{ text: "🇰🇷", columns: 2 }]],
    ["shows nothing for a joiner alone", "\u200d", []],
    ["shows nothing for a control character", "\x1b", []],
    ["shows nothing for a C1 control character", "\x9b", []],
  ])("%s", (_what, grapheme, cells) => {
    expect(cellsOf(grapheme)).toEqual(cells);
  });

  it("keeps no more than a few marks on one letter", () => {
    expect(cellsOf(`x${"\u0301".repeat(5000)}`)[0]?.text.length).toBeLessThan(20);
  });
});

describe("splitGraphemes", () => {
  it("splits where the segmenter does, across the windows that it works in", () => {
    const segmenter = new Intl.Segmenter("und", { granularity: "grapheme" });
    const text = "가나 👨‍👩‍👧👍🏽 e\u0301 \u1112\u1161\u11ab नि 🇰🇷🇺🇸 abc ".repeat(30);
    const expected = Array.from(segmenter.segment(text), ({ segment }) => segment);
    expect(splitGraphemes(text)).toEqual(expected);
  });

  it("takes a hundred thousand characters apart in a moment", () => {
    const startedAt = performance.now();
    splitGraphemes("한글\u1112\u1161\u11ab 👍🏽 ".repeat(10_000));
    // V8 copies the text into each segment: without windows this takes gigabytes.
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  it("takes only such letters for simple that never join their neighbours", () => {
    const segmenter = new Intl.Segmenter("und", { granularity: "grapheme" });
    const joining: string[] = [];
    for (let code = 0x20; code < 0x10000; code += 1) {
      const character = String.fromCharCode(code);
      if (!isOneGraphemePerCodePoint(character)) continue;
      const count = [...segmenter.segment(`가${character}a`)].length;
      if (count !== 3) joining.push(code.toString(16));
    }
    expect(joining).toEqual([]);
  });
});

describe("truncate", () => {
  it.each([
    ["leaves alone what fits", "한글", 4, "한글"],
    ["cuts before a wide character that would straddle the edge", "한글", 3, "한…"],
    ["never cuts a cluster", "👨‍👩‍👧👍", 3, "👨‍👩‍👧…"],
    ["has no room for anything", "abc", 0, ""],
  ])("%s", (_what, text, columns, expected) => {
    expect(truncate(text, columns)).toBe(expected);
  });
});

/** The table that the page's terminal goes by, out of the addon that the page loads. */
function unicodeElevenTable(): (code: number) => number {
  let table: ((code: number) => number) | undefined;
  const unicode = {
    register(provider: { wcwidth(code: number): 0 | 1 | 2 }) {
      table = (code) => provider.wcwidth(code);
    },
  };
  new unicode11.Unicode11Addon().activate({ unicode } as never);
  if (table === undefined) throw new Error("the addon registered no table");
  return table;
}
