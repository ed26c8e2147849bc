import { describe, expect, it } from "vitest";
import { columnsOf } from "../../client/chat/width.ts";
import { sharedStack } from "./stack.ts";
import { ask, expectWholeBox, resize, sizes, terminals, textOf } from "./terminals.ts";

// Whatever is typed, pasted, scrolled, searched and copied, in a terminal that a person has before them.

const { signedIn } = terminals(sharedStack());
const answers = "test/ui/terminal-with-answers.ts";

/** What a terminal sends when the wheel is turned over a cell. */
const wheel = { up: "\x1b[<64;10;5M", down: "\x1b[<65;10;5M" };

describe.each(sizes)("the input line at $columns×$rows", ({ columns, rows }) => {
  it("is edited anywhere in it, over several lines, and taken back", async () => {
    const terminal = await signedIn({ columns, rows });
    terminal.type("가나 다라");
    terminal.press("Left", "Left");
    terminal.type("👍");
    await terminal.waitFor(/› 가나 👍다라 +│/);
    terminal.press("C-a");
    terminal.type("처음 ");
    terminal.press("C-e");
    terminal.type(" 끝");
    await terminal.waitFor(/› 처음 가나 👍다라 끝 +│/);
    terminal.press("C-w", "BSpace");
    await terminal.waitFor(/› 처음 가나 👍다라 +│/);
    terminal.press("C-j");
    terminal.type("둘째 줄");
    terminal.press("Up");
    terminal.type("!");
    const shown = await terminal.waitFor(/!.*│\n│ {3}둘째 줄 +│/);
    expectWholeBox(shown, columns);
    terminal.press("C-z");
    await terminal.waitFor(/› 처음 가나 👍다라 +│\n│ {3}둘째 줄 +│/);
    const resized = await resize(terminal, 60, 20);
    expect(textOf(resized)).toMatch(/│ › 처음 가나 👍다라 +│\n│ {3}둘째 줄 +│/);
  });

  it("takes a paste of many lines whole, and sends none of it before Enter", async () => {
    const terminal = await signedIn({ columns, rows });
    const lines = Array.from({ length: 30 }, (_, line) => `${line + 1}번째 줄: 값 = ${line}`);
    terminal.paste(lines.join("\n"));
    expectWholeBox(await terminal.waitFor("30번째 줄: 값 = 29"), columns);
    terminal.press("C-Home");
    for (let count = 0; count < 29; count += 1) terminal.press("Up");
    await terminal.waitFor("› 1번째 줄: 값 = 0");
    expect(textOf(terminal.screen())).toContain("● ready");
    expectWholeBox(await resize(terminal, 60, 20), 60);
  });

  it("brings earlier questions back, those that begin alike first", async () => {
    const terminal = await signedIn({ columns, rows, program: answers });
    for (const question of ["내일 하나", "모레 둘"]) {
      ask(terminal, question);
      await terminal.waitFor(new RegExp(`“${question}”[\\s\\S]*● ready`));
    }
    terminal.press("Up");
    await terminal.waitFor(/│ › 모레 둘 +│/);
    terminal.press("Up");
    await terminal.waitFor(/│ › 내일 하나 +│/);
    terminal.press("C-u");
    terminal.type("모");
    terminal.press("Up");
    await terminal.waitFor(/│ › 모레 둘 +│/);
    terminal.press("C-u");
    // The list of commands, one of which is chosen by arrows and completed.
    terminal.type("/");
    await terminal.waitFor("/help");
    terminal.type("se");
    await terminal.waitFor(/\/sessions/);
    terminal.press("Tab");
    await terminal.waitFor(/│ › \/sessions/);
  });
});

describe("scrolling", () => {
  it("stays where it is while an answer comes, by wheel and by keys", async () => {
    const terminal = await signedIn({ program: answers, environment: "PACE=20" });
    ask(terminal, "long");
    await terminal.waitFor(/ 60 번째 줄/, 30_000);
    terminal.type(wheel.up.repeat(4));
    await terminal.waitFor(/↓ (new|more) below/);
    const held = terminal.screen().slice(0, 15);
    await terminal.waitFor("↓ new below");
    expect(terminal.screen().slice(0, 15)).toEqual(held);
    // Also the line that is first stays first when the window is another one.
    const first = held.find((row) => row.includes("번째 줄"))?.trim() ?? "none";
    expect(textOf(await resize(terminal, 120, 40))).toContain(first);
    terminal.type(wheel.down.repeat(40));
    terminal.press("C-End");
    await expect.poll(() => textOf(terminal.screen())).not.toContain("below");
    terminal.press("Escape");
    await terminal.waitFor("You stopped the answer.");
  });

  it("opens a tool call that is clicked, and leaves the mouse alone where that is wanted", async () => {
    const terminal = await signedIn();
    ask(terminal, "Who am I?");
    const shown = await terminal.waitFor(/Signed in as demo[\s\S]*● ready/);
    const row = shown.findIndex((line) => line.includes("✓ whoami"));
    expect(textOf(shown)).not.toContain("called as demo");
    terminal.type(`\x1b[<0;5;${row + 1}M\x1b[<0;5;${row + 1}m`);
    await terminal.waitFor("Verified on this request");
    terminal.type(wheel.up.repeat(3));
    await terminal.waitFor("called as demo");
    expect(terminal.isMouseTaken()).toBe(true);
    ask(terminal, "/mouse");
    await terminal.waitFor("The mouse is the terminal's");
    expect(terminal.isMouseTaken()).toBe(false);
    ask(terminal, "/mouse");
    await expect.poll(terminal.isMouseTaken).toBe(true);
  });

  it.each(sizes)("finds what was said at $columns×$rows", async ({ columns, rows }) => {
    const terminal = await signedIn({ columns, rows, program: answers });
    ask(terminal, "long");
    await terminal.waitFor("999 번째 줄", 30_000);
    terminal.press("C-f");
    terminal.type("77 번째");
    await terminal.waitFor(/Find: 77 번째 {2}10 of 10/);
    await terminal.waitFor(/- 977 번째 줄|• 977 번째 줄/);
    terminal.press("Enter");
    await terminal.waitFor(/9 of 10/);
    await terminal.waitFor(/ 877 번째 줄/);
    expect(terminal.colored()).toMatch(/\[7m77 번째/);
    await terminal.waitFor(/ 877 번째 줄/);
    terminal.resize(100, 30);
    await terminal.waitFor(/ 877 번째 줄/);
    terminal.press("Escape");
    await terminal.waitFor("Ask something");
  });
});

describe("copying", () => {
  it("puts the last answer, or its last code, on the terminal's clipboard (OSC 52)", async () => {
    const terminal = await signedIn({ program: answers });
    ask(terminal, "table");
    await terminal.waitFor(/const 온도 = 12;[\s\S]*● ready/);
    ask(terminal, "/copy");
    await terminal.waitFor("Copied to the clipboard");
    expect(terminal.clipboard()).toContain("| 서울 | 맑음 ☀️ | 12 |");
    ask(terminal, "/copy code");
    await terminal.waitFor("Copied to the clipboard: 20 characters");
    expect(terminal.clipboard()).toBe("const 온도 = 12; // °C");
  });
});

describe("wide and joined characters", () => {
  it.each(sizes)(
    "keep every border in its place at $columns×$rows, and after each change of size",
    async ({ columns, rows }) => {
      const text = "한글 漢字 👍🏽 👨‍👩‍👧 🇰🇷 e\u0301 \u1112\u1161\u11ab ❤\ufe0f ｗｉｄｅ ";
      const terminal = await signedIn({ columns, rows, program: answers });
      terminal.type(text.repeat(6));
      for (const [newColumns, newRows] of [
        [61, 24],
        [97, 30],
        [columns, rows],
      ] as const) {
        const shown = await resize(terminal, newColumns, newRows);
        // A wide character never straddles the edge: no row of the box is broken.
        const typed = shown.filter((row) => /^│.*(한글|漢字|ｗｉｄｅ)/.test(row));
        expect(typed.length).toBeGreaterThan(1);
        for (const row of typed) expect(columnsOf(row)).toBe(newColumns);
      }
      terminal.press("Enter");
      await terminal.waitFor(/● ready/);
      expectWholeBox(await resize(terminal, 50, 20), 50);
    },
  );
});

describe("colours", () => {
  it("are the terminal's own sixteen where it has no more", async () => {
    const environment = "env -u TMUX -u COLORTERM TERM=xterm";
    const terminal = await signedIn({ program: answers, environment });
    ask(terminal, "table");
    await terminal.waitFor(/const 온도 = 12;[\s\S]*● ready/);
    expect(terminal.colored()).toMatch(/\[(?:\d+;)*3[1-7]m/);
    expect(terminal.colored()).not.toMatch(/\[(?:\d+;)*38;/);
  });

  it("are none under NO_COLOR, and what matters is told by weight and words", async () => {
    const terminal = await signedIn({ program: answers, environment: "NO_COLOR=1" });
    ask(terminal, "table");
    await terminal.waitFor(/const 온도 = 12;[\s\S]*● ready/);
    expect(terminal.colored()).not.toMatch(/\[(?:\d+;)*(?:3[0-8]|9[0-7])/);
    expect(terminal.colored()).toMatch(/\[1m.*오늘의 날씨/);
  });
});
