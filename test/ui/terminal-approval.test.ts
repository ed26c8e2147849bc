import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { sharedStack } from "./stack.ts";
import { ask, resize, sizes, terminals, textOf } from "./terminals.ts";
import type { Tmux } from "./tmux.ts";

// A tool that changes something asks first; what is decided holds for as long as it says.

const { signedIn } = terminals(sharedStack());

/** Keys that come right with the question are not taken for its answer. */
async function decide(terminal: Tmux, key: string): Promise<string[]> {
  const asked = await terminal.waitFor("Run it as demo?");
  await delay(500);
  terminal.type(key);
  return asked;
}

const choices = "y once  s this session  a always  n not now  x never";
const done = /✓ add_note[\s\S]*● ready/;
const declined = /– add_note .*declined[\s\S]*● ready/;

describe.each(sizes)("a tool that changes something, at $columns×$rows", ({ columns, rows }) => {
  it("asks each time, and does as it is told", async () => {
    const terminal = await signedIn({ columns, rows });
    ask(terminal, '메모에 "우유 사기"를 추가해 줘');
    const asked = await decide(terminal, "n");
    expect(textOf(asked)).toContain('│  text: "우유 사기"');
    expect(textOf(asked)).toContain(choices);
    await terminal.waitFor(declined);
    ask(terminal, "/new");
    ask(terminal, '메모에 "우유 사기"를 추가해 줘');
    // The key of y, while a Korean input method is on.
    await decide(terminal, "ㅛ");
    await terminal.waitFor(done);
    ask(terminal, "/new");
    ask(terminal, "내 메모를 모두 보여 줘");
    await terminal.waitFor(/list_notes[\s\S]*우유 사기[\s\S]*● ready/);
  });

  it("shows its arguments whole, however long they are, and in any window", async () => {
    const terminal = await signedIn({ columns, rows });
    const words = Array.from({ length: 600 }, (_, word) => `낱말${word + 1}`).join(" ");
    terminal.paste(`메모에 "${words}"를 추가해 줘`);
    terminal.press("Enter");
    const asked = await terminal.waitFor("Run it as demo?");
    expect(textOf(asked)).toMatch(/PgUp\/PgDn lines 1–\d+ of \d+/);
    expect(textOf(asked)).toContain("낱말1 ");
    for (const [newColumns, newRows] of [
      [60, 20],
      [columns, rows],
    ] as const) {
      expect(textOf(await resize(terminal, newColumns, newRows))).toContain(" y once");
      for (let page = 0; page < 80; page += 1) {
        if (textOf(terminal.screen()).includes("낱말600")) break;
        terminal.press("PageDown");
        await delay(60);
      }
      await terminal.waitFor("낱말600");
      for (let page = 0; page < 80; page += 1) terminal.press("PageUp");
      await terminal.waitFor(/lines 1–/);
    }
    await decide(terminal, "n");
    await terminal.waitFor(declined);
  });
});

describe("what is decided", () => {
  it("holds for this session alone when that was said", async () => {
    const environment = "XDG_STATE_HOME=$PWD/this-session";
    const first = await signedIn({ environment });
    ask(first, '메모에 "하나"를 추가해 줘');
    await decide(first, "s");
    await first.waitFor(done);
    ask(first, "/new");
    ask(first, '메모에 "둘"을 추가해 줘');
    await first.waitFor(done);
    ask(first, "/quit");
    await first.waitFor("exit=0");
    const second = await signedIn({ environment });
    ask(second, '메모에 "셋"을 추가해 줘');
    await decide(second, "n");
    await second.waitFor(declined);
  });

  it.each([
    ["always", "a", done],
    ["never", "x", declined],
  ])("holds for good when it is %s, and nobody is asked again", async (word, key, outcome) => {
    const environment = `XDG_STATE_HOME=$PWD/${word}`;
    const first = await signedIn({ columns: 120, rows: 40, environment });
    ask(first, '메모에 "빵 사기"를 추가해 줘');
    await decide(first, key);
    await first.waitFor(outcome);
    ask(first, "/quit");
    await first.waitFor("exit=0");
    const second = await signedIn({ environment });
    ask(second, '메모에 "물 사기"를 추가해 줘');
    await second.waitFor(outcome);
    // What is never run is not even offered as a question.
    expect(textOf(second.screen())).not.toContain("Run it as");
  });

  it("stops with the answer when Escape is pressed, and the conversation goes on", async () => {
    const terminal = await signedIn();
    ask(terminal, '메모에 "아니"를 추가해 줘');
    await terminal.waitFor("Run it as demo?");
    terminal.press("Escape");
    await terminal.waitFor("You stopped the answer.");
    ask(terminal, "Who am I?");
    await terminal.waitFor(/Signed in as demo[\s\S]*● ready/);
  });
});
