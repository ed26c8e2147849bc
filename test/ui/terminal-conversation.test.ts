import { describe, expect, it } from "vitest";
import { columnsOf } from "../../client/chat/width.ts";
import { sharedStack } from "./stack.ts";
import { ask, terminals, textOf } from "./terminals.ts";

const { signedIn } = terminals(sharedStack());

describe("an answer in Markdown", () => {
  it.each([
    [80, 24],
    [120, 40],
  ])(
    "has a whole table, list and code at %i×%i, and after a change of size",
    async (columns, rows) => {
      const program = "test/ui/terminal-with-answers.ts";
      const terminal = await signedIn({ columns, rows, program });
      ask(terminal, "table");
      const shown = await terminal.waitFor(/const 온도 = 12;[\s\S]*● ready/);
      expectTable(shown);
      expect(textOf(shown)).toContain("   1. 첫째 code\n   2. 자세히 (https://weather.example/x)");
      expect(textOf(shown)).toContain("   │ 인용문입니다.");
      expect(terminal.colored()).toMatch(/\[38;5;139mconst/);
      terminal.resize(60, 30);
      await terminal.waitFor(/^╭─{58}╮$/m);
      expectTable(terminal.screen());
    },
  );

  it("of a thousand lines does not slow typing, and stays where it is scrolled to", async () => {
    const terminal = await signedIn({ program: "test/ui/terminal-with-answers.ts" });
    ask(terminal, "long");
    await terminal.waitFor("999 번째 줄", 30_000);
    terminal.press("PageUp");
    const before = (await terminal.waitFor("more below")).slice(0, 12);
    const began = performance.now();
    terminal.type("아직 빠르다");
    await terminal.waitFor("› 아직 빠르다");
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(terminal.screen().slice(0, 12)).toEqual(before);
  });
});

/** Every row of the table is as wide as every other, whatever is in it. */
function expectTable(rows: readonly string[]): void {
  const first = rows.findIndex((row) => row.includes("┌"));
  const last = rows.findIndex((row) => row.includes("└"));
  expect(last - first).toBe(5);
  const widths = rows.slice(first, last + 1).map(columnsOf);
  expect(new Set(widths).size).toBe(1);
}
