import { describe, expect, it } from "vitest";
import { columnsOf } from "./width.ts";
import { wrapTyped, wrapWords } from "./wrap.ts";

describe("wrapWords", () => {
  it.each([
    ["keeps a short line", "one two", 10, ["one two"]],
    ["breaks after a space", "one two three", 8, ["one two", "three"]],
    ["keeps newlines", "one\n\ntwo", 10, ["one", "", "two"]],
    ["keeps Korean words whole", "오늘 날씨 알려줘", 10, ["오늘 날씨", "알려줘"]],
    [
      "breaks a Korean word that is longer than a line",
      "가나다라마바",
      5,
      ["가나", "다라", "마바"],
    ],
    ["breaks ideographs anywhere", "漢字漢字漢字", 6, ["漢字漢", "字漢字"]],
    ["begins no line with a full stop", "漢字漢。字", 6, ["漢字", "漢。字"]],
    ["breaks a long word at the edge", "abcdefghij", 4, ["abcd", "efgh", "ij"]],
    ["keeps what stands before a long word", "see abcdefghij", 6, ["see", "abcdef", "ghij"]],
    ["keeps indentation", "  indented text", 10, ["  indented", "  text"]],
    ["goes on under the first word of a list item", "- one two three", 9, ["- one two", "  three"]],
    ["goes on under the first word of a numbered item", "10. one two", 7, ["10. one", "two"]],
    ["indents no more than there is room for", "      one two", 9, ["      one", "two"]],
    ["drops the spaces at a break", "one    two", 5, ["one", "two"]],
    ["expands tabs to the next fourth column", "a\tb\tc", 20, ["a   b   c"]],
    ["counts emoji as two columns", "👍👍👍", 4, ["👍👍", "👍"]],
    ["makes one empty line of nothing", "", 10, [""]],
  ])("%s", (_what, text, columns, lines) => {
    expect(wrapWords(text, columns)).toEqual(lines);
  });

  it("never makes a line that is too wide, whatever the text", () => {
    const text =
      "가나 hello 👨‍👩‍👧 漢字漢字 e\u0301e\u0301 aaaaaaaaaaaaaaaaaaaaaaaaaa   नि 🇰🇷🇺🇸\tx ".repeat(
        3,
      );
    for (let columns = 2; columns < 60; columns += 1) {
      const tooWide = wrapWords(text, columns).filter((line) => columnsOf(line) > columns);
      expect(tooWide).toEqual([]);
    }
  });

  it("loses nothing but spaces", () => {
    const text = "가나 hello 👨‍👩‍👧 漢字漢字 aaaaaaaaaaaaaaaaaaaaaaaaaa नि 🇰🇷🇺🇸 x";
    for (let columns = 2; columns < 40; columns += 1) {
      expect(wrapWords(text, columns).join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
    }
  });
});

describe("wrapTyped", () => {
  const rowsOf = (text: string, columns: number) =>
    wrapTyped(text, columns).map(({ start, end }) => text.slice(start, end));

  it.each([
    ["has one row for nothing", "", 10, [""]],
    ["breaks at the edge, not at words", "hello you", 6, ["hello ", "you"]],
    ["puts a wide character that does not fit onto the next row", "a한글", 4, ["a한", "글"]],
    ["has a row for each line", "a\n\nb", 10, ["a", "", "b"]],
    ["has an empty row behind a newline at the end", "a\n", 10, ["a", ""]],
  ])("%s", (_what, text, columns, rows) => {
    expect(rowsOf(text, columns)).toEqual(rows);
  });
});
