import { describe, expect, it } from "vitest";
import { columnsOfLine, type Line } from "../frame.ts";
import { markdownLines } from "./markdown-lines.ts";

const textOf = (lines: readonly Line[]) =>
  lines.map((line) =>
    line
      .map(({ text }) => text)
      .join("")
      .trimEnd(),
  );
const shown = (source: string, width = 40) => textOf(markdownLines(source, width));
const stylesOf = (source: string) =>
  markdownLines(source, 40).flatMap((line) => line.map(({ text, style }) => [text, style]));

describe("Markdown on a terminal", () => {
  it.each<[string, string, string[]]>([
    ["a heading", "## 날씨\ntext", ["날씨", "text"]],
    ["the line breaks of a paragraph", "one\ntwo", ["one", "two"]],
    ["blank lines between blocks", "one\n\n\n\ntwo", ["one", "", "two"]],
    ["a list", "- one\n- two\n  - inner", ["• one", "• two", "  • inner"]],
    ["numbers of any width", "9. nine\n10. ten", [" 9. nine", "10. ten"]],
    ["a list of tasks", "- [ ] open\n- [x] done", ["☐ open", "☑ done"]],
    ["a quote", "> said\n> so", ["│ said", "│ so"]],
    ["a rule", "---", ["─".repeat(40)]],
    ["where a link leads", "[here](https://a.example/x)", ["here (https://a.example/x)"]],
    ["a bare link once", "https://a.example", ["https://a.example"]],
    ["a picture as its words", "![a map](m.png)", ["[a map] (m.png)"]],
    ["character references", "a &lt; b &amp; c &#44032;", ["a < b & c 가"]],
    ["HTML as it was written", "<b>x</b> y", ["<b>x</b> y"]],
    ["an unfinished mark as it came", "a **bold", ["a **bold"]],
    ["code, set in", "```ts\nlet x = 1;\n\n  y\n```", ["ts", "  let x = 1;", "", "    y"]],
    ["code whose fence is still open", "```\nx", ["  x"]],
  ])("shows %s", (_what, source, lines) => {
    expect(shown(source)).toEqual(lines);
  });

  it("gives a table borders that hold for Korean, emoji and combining marks", () => {
    const table = "| 도시 | Temp |\n|---|---:|\n| 서울 | 3 |\n| 👍 cafe\u0301 | -12 |";
    expect(shown(table)).toEqual([
      "┌─────────┬──────┐",
      "│ 도시    │ Temp │",
      "├─────────┼──────┤",
      "│ 서울    │    3 │",
      "│ 👍 cafe\u0301 │  -12 │",
      "└─────────┴──────┘",
    ]);
    const widths = markdownLines(table, 40).map(columnsOfLine);
    expect(new Set(widths)).toEqual(new Set([18]));
  });

  it("breaks the cells of a table that is too wide, and shows records where even that is too much", () => {
    const table = "| name | text |\n|---|---|\n| a | 긴 설명이 여기에 있습니다 정말로 |";
    expect(shown(table, 24)).toEqual([
      "┌──────┬───────────────┐",
      "│ name │ text          │",
      "├──────┼───────────────┤",
      "│ a    │ 긴 설명이     │",
      "│      │ 여기에        │",
      "│      │ 있습니다      │",
      "│      │ 정말로        │",
      "└──────┴───────────────┘",
    ]);
    expect(shown("| one | other |\n|---|---|\n| 12345 | 67890 |", 12)).toEqual([
      "one: 12345",
      "other: 67890",
    ]);
  });

  it("tells by style what is strong, code, and a keyword", () => {
    expect(stylesOf("**a** `b`")).toEqual([
      ["a", "strong"],
      [" ", "plain"],
      ["b", "code"],
    ]);
    expect(stylesOf("```js\nreturn 'x' // y\n```")).toEqual(
      expect.arrayContaining([
        ["return", "keyword"],
        ["'x'", "string"],
        ["// y", "comment"],
      ]),
    );
  });

  it("makes no control character out of a reference", () => {
    expect(shown("&#27;[31m &#x9b;m &#x202e; &#0;")).toEqual(["&#27;[31m &#x9b;m &#x202e; &#0;"]);
  });

  it.each([
    ["brackets", "[".repeat(4_000)],
    ["stars", "*a ".repeat(1_300)],
    ["backticks", "`".repeat(1).concat("a`b``c```d".repeat(390))],
    ["quotes in quotes", "> ".repeat(2_000)],
    ["lists in lists", Array.from({ length: 90 }, (_, i) => `${"  ".repeat(i)}- x`).join("\n")],
    ["a very long line", "가나다 ".repeat(20_000)],
    ["a wide table", `|${"a|".repeat(500)}\n|${"-|".repeat(500)}\n|${"b|".repeat(500)}`],
  ])("lays out %s in no time, and nothing sticks out", (_what, source) => {
    const began = performance.now();
    const lines = markdownLines(source, 60);
    expect(performance.now() - began).toBeLessThan(1_000);
    for (const line of lines) expect(columnsOfLine(line)).toBeLessThanOrEqual(60);
  });
});
