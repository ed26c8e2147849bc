import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { columnsOf } from "../../client/chat/width.ts";
import { sharedStack } from "./stack.ts";
import { startTmux, type Tmux } from "./tmux.ts";

const stack = sharedStack();

let open: Tmux[] = [];
afterEach(() => {
  for (const terminal of open) terminal.close();
  open = [];
});

/** The client against the stack, or a program of these tests. */
async function signedIn(
  options: { columns?: number; rows?: number; program?: string; environment?: string } = {},
): Promise<Tmux> {
  const { columns = 80, rows = 24, program = "client/main.ts", environment = "" } = options;
  const terminal = await startTmux(stack().folder, columns, rows);
  open.push(terminal);
  terminal.run(program, { environment });
  await terminal.waitFor(/Sign in|로그인/);
  terminal.press("Enter");
  await terminal.waitFor(/Welcome to CLEANAUTH|환영합니다/);
  return terminal;
}

function ask(terminal: Tmux, text: string): void {
  terminal.type(text);
  terminal.press("Enter");
}

const textOf = (rows: readonly string[]) => rows.join("\n");

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

describe("the input line", () => {
  it("completes commands, searches, copies and opens tool calls", async () => {
    const terminal = await signedIn();
    terminal.type("/he");
    await terminal.waitFor("› /help");
    terminal.press("Tab", "Enter");
    await terminal.waitFor(/Shift and mouse/);
    ask(terminal, "Who am I?");
    await terminal.waitFor(/Signed in as demo[\s\S]*● ready/);
    terminal.press("C-o", "C-y");
    await terminal.waitFor("Copied to the clipboard");
    expect(terminal.clipboard()).toContain("demo");
    terminal.press("C-f");
    terminal.type("called as");
    await terminal.waitFor(/Find: called as {2}1 of 1/);
    await terminal.waitFor("called as demo");
    expect(terminal.colored()).toMatch(/\[7m.{0,6}called as/);
    terminal.press("Escape");
    await terminal.waitFor("Ask something");
  });

  it("takes a paste of many lines whole, and goes through them", async () => {
    const terminal = await signedIn();
    terminal.paste("첫 줄\n둘째 줄\n셋째 줄");
    await terminal.waitFor(/› 첫 줄 +│\n│ {3}둘째 줄 +│\n│ {3}셋째 줄/);
    terminal.press("Up");
    terminal.type("!");
    await terminal.waitFor("둘째 줄!");
    terminal.press("C-z");
    await terminal.waitFor(/둘째 줄 +│/);
  });
});

describe("asking before acting", () => {
  it("keeps what was said for good, and asks nobody again", async () => {
    const environment = "XDG_STATE_HOME=$PWD/decided";
    const first = await signedIn({ columns: 120, rows: 40, environment });
    ask(first, '메모에 "빵 사기"를 추가해 줘');
    const asked = await first.waitFor("Run it as demo?");
    expect(textOf(asked)).toContain('text: "빵 사기"');
    expect(textOf(asked)).toContain("y once  s this session  a always  n not now  x never");
    await delay(500);
    first.type("a");
    await first.waitFor(/✓ add_note[\s\S]*● ready/);
    ask(first, "/quit");
    await first.waitFor("exit=0");
    const second = await signedIn({ environment });
    ask(second, '메모에 "물 사기"를 추가해 줘');
    await second.waitFor(/✓ add_note[\s\S]*● ready/);
  });
});

describe("what is kept", () => {
  it("is listed, resumed and exported after a restart, in the language that was chosen", async () => {
    const environment = "XDG_STATE_HOME=$PWD/kept";
    const first = await signedIn({ environment });
    ask(first, "/lang ko");
    await first.waitFor("이제 화면이 한국어로 나옵니다.");
    ask(first, "나는 누구야?");
    await first.waitFor(/Signed in as demo[\s\S]*● 준비됨/);
    ask(first, "/quit");
    await first.waitFor("exit=0");
    const second = await signedIn({ environment });
    await second.waitFor("환영합니다");
    ask(second, "/sessions");
    await second.waitFor(/1 {2}\d{4}-\d\d-\d\d \d\d:\d\d {2}나는 누구야\?/);
    ask(second, "/resume 1");
    const resumed = await second.waitFor("대화를 이어갑니다");
    expect(textOf(resumed)).toContain("demo");
    ask(second, "/export");
    await second.waitFor("저장했습니다");
    const [file = ""] = readdirSync(stack().folder).filter((name) => name.endsWith(".md"));
    expect(readFileSync(join(stack().folder, file), "utf8")).toContain("나는 누구야?");
    second.resize(120, 40);
    await second.waitFor(/^╭─{118}╮$/m);
    ask(second, "/lang en");
    await second.waitFor("The interface is in English now.");
  });
});

describe("the pane of the way in", () => {
  it("is over the conversation at 80 columns, and beside it at 120", async () => {
    const terminal = await signedIn();
    ask(terminal, "/auth");
    await terminal.waitFor(/^ {2}── /m);
    terminal.resize(120, 40);
    const beside = await terminal.waitFor(/│ ── /);
    expect(textOf(beside)).toContain("Welcome to CLEANAUTH");
    ask(terminal, "/auth");
    await terminal.waitFor(/^╭─{118}╮$/m);
  });
});
