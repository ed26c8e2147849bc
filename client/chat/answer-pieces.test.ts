import { describe, expect, it } from "vitest";
import { splitAnswer } from "./answer-pieces.ts";

/** Pieces of a text that comes in deltas of a few characters. */
function streamed(text: string) {
  let pieces = splitAnswer({ source: "", prefix: "", continues: false });
  for (const delta of text.match(/[\s\S]{1,11}/g) ?? []) {
    const last = pieces.at(-1);
    if (last === undefined) throw new Error("no piece");
    pieces = [...pieces.slice(0, -1), ...splitAnswer({ ...last, source: last.source + delta })];
  }
  return pieces;
}

const lines = (count: number, text: string) =>
  Array.from({ length: count }, (_, index) => `${text} ${index}`).join("\n");

describe("the pieces of an answer", () => {
  it.each([
    ["paragraphs", lines(300, "a\n\nb")],
    ["one paragraph without end", lines(300, "line")],
    ["a list", lines(300, "- item")],
    ["code", `\`\`\`ts\n${lines(300, "let x =")}\n\`\`\`\nafter`],
    ["a table", `| a | b |\n|---|---|\n${lines(300, "| x | y |")}`],
    ["one long line", "x".repeat(50_000)],
  ])("of %s are the whole of it, in whatever deltas it came", (_what, text) => {
    const pieces = streamed(text);
    expect(pieces.map(({ source }) => source).join("")).toBe(text);
    const atOnce = splitAnswer({ source: text, prefix: "", continues: false });
    expect(atOnce.map(({ source }) => source).join("")).toBe(text);
    expect(pieces[0]?.continues).toBe(false);
  });

  it("end where a block ends, and never inside of code or a list", () => {
    const code = `\`\`\`\n${lines(20, "x\n\ny")}\n\`\`\``;
    const list = lines(8, "- item\n\n  more of it");
    for (const { source } of streamed(`${code}\n\n${list}\n\nend\n\n`.repeat(8)).slice(1)) {
      expect(source).toMatch(/^(```\n|end|$)/);
    }
  });

  it("go on inside of code and of a table with what these need to be read", () => {
    const [, code] = streamed(`\`\`\`ts\n${lines(200, "x")}`);
    expect(code).toMatchObject({ prefix: "```ts\n", continues: "line" });
    const [, table] = streamed(`| a | b |\n|---|---|\n${lines(200, "| x | y |")}`);
    expect(table).toMatchObject({ prefix: "| a | b |\n|---|---|\n", continues: "line" });
  });

  it("know where code that goes on ends", () => {
    const pieces = streamed(`\`\`\`ts\n${lines(150, "x")}\n\`\`\`\n\n${lines(60, "a\n\nb")}`);
    expect(pieces.at(-1)).toMatchObject({ prefix: "", continues: "block" });
  });
});
