import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { sharedStack } from "./stack.ts";
import { ask, resize, sizes, terminals, textOf } from "./terminals.ts";
import type { Tmux } from "./tmux.ts";

// What the server offers beside its tools: prompts as commands, resources to attach.

const stack = sharedStack();
const { signedIn } = terminals(stack);

async function addNote(terminal: Tmux, text: string): Promise<void> {
  ask(terminal, `메모에 "${text}"를 추가해 줘`);
  await terminal.waitFor("Run it as demo?");
  // A key that comes right after the question appeared is not taken for an answer.
  await delay(500);
  terminal.type("s");
  await terminal.waitFor(/✓ add_note[\s\S]*● ready/);
}

describe.each(sizes)("a prompt of the server's, at $columns×$rows", ({ columns, rows }) => {
  it("is listed, completed, filled in and answered", async () => {
    const terminal = await signedIn({ columns, rows });
    ask(terminal, "/prompts");
    await terminal.waitFor(/\/weather_briefing {2}Weather briefing[\s\S]*needs\s+state/);
    terminal.type("/we");
    await terminal.waitFor("› /weather_briefing");
    terminal.press("Enter");
    await terminal.waitFor(/Prompt weather_briefing[\s\S]*Two-letter code[\s\S]* AL/);
    terminal.type("c");
    await terminal.waitFor(/state {2}c[\s\S]* CA[\s\S]* CO[\s\S]* CT/);
    terminal.press("Down", "Down", "Enter");
    await terminal.waitFor(/state {2}CO/);
    terminal.press("Enter");
    await terminal.waitFor(/● ready[\s\S]*localhost/);
    terminal.press("C-Home");
    const shown = await terminal.waitFor("/weather_briefing state: CO");
    expect(textOf(shown)).toContain("» The prompt says for you");
    terminal.press("C-End");
    ask(terminal, "/weather_briefing NY");
    await terminal.waitFor(/in force in NY[\s\S]*● ready/);
    await resize(terminal, 60, 20);
  });
});

describe("a prompt that holds what the server keeps", () => {
  it("shows it, and is there after a restart", async () => {
    const environment = "XDG_STATE_HOME=$PWD/prompted";
    const first = await signedIn({ columns: 120, rows: 40, environment });
    await addNote(first, "우유 사기");
    ask(first, "/summarize_notes");
    await first.waitFor(/Prompt summarize_notes[\s\S]*› about/);
    first.type("우유");
    first.press("Tab");
    await first.waitFor("한국어");
    first.press("Enter");
    await first.waitFor(
      /\/summarize_notes about: 우유[\s\S]*\+ all {2}notes:\/\/\/all[\s\S]*● ready/,
    );
    ask(first, "/quit");
    await first.waitFor("exit=0");
    const second = await signedIn({ columns: 120, rows: 40, environment });
    ask(second, "/resume");
    await second.waitFor(/\/summarize_notes about: 우유[\s\S]*\+ all {2}notes:\/\/\/all/);
  });
});

describe("a resource of the server's", () => {
  it("is chosen, goes with the question, and is in the file that is exported", async () => {
    const terminal = await signedIn({ environment: "XDG_STATE_HOME=$PWD/attached" });
    await addNote(terminal, "빵 사기");
    ask(terminal, "/resources");
    await terminal.waitFor(/notes:\/\/\/all {3}All notes[\s\S]*notes:\/\/\/\{id\}/);
    ask(terminal, "/attach");
    await terminal.waitFor(/› notes:\/\/\/all/);
    terminal.press("Enter");
    await terminal.waitFor(/\+ all {2}notes:\/\/\/all {2}text\/plain/);
    terminal.press("BSpace");
    await terminal.waitFor(/Enter send {3}Ctrl-J new line/);
    ask(terminal, "/attach");
    await terminal.waitFor(/› notes:\/\/\/all/);
    terminal.press("Down", "Enter");
    await terminal.waitFor(/Which resource\?[\s\S]*› id[\s\S]*[0-9a-f]{12}-/);
    terminal.press("Down", "Enter", "Enter");
    await terminal.waitFor(/\+ [0-9a-f-]+ {2}notes:\/\/\/[0-9a-f-]+ {2}text\/plain/);
    ask(terminal, "what is written there?");
    const answered = await terminal.waitFor(/> ?빵 사기|│ 빵 사기/);
    expect(textOf(answered)).toMatch(/› what is written there\?\n {3}\+ /);
    ask(terminal, "/export");
    await terminal.waitFor("Saved as");
    // They are named by the time at which a conversation began.
    const names = readdirSync(stack().folder).filter((each) => each.endsWith(".md"));
    const name = names.sort().at(-1) ?? "";
    const file = join(stack().folder, name);
    const text = readFileSync(file, "utf8");
    // Other tests look for theirs.
    rmSync(file);
    expect(text).toMatch(
      /Attached: `[^`]+`, `notes:\/\/\/[^`]+`, `text\/plain`, 10 B\n\n```\n빵 사기\n```/,
    );
  });

  it("that is not there is told, and what was decided about a tool is taken back", async () => {
    const terminal = await signedIn();
    ask(terminal, "/attach notes:///none");
    await terminal.waitFor(/did not give notes:\/\/\/none: Resource not found/);
    await addNote(terminal, "물 사기");
    ask(terminal, "/tools ask add_note");
    await terminal.waitFor("add_note asks again before it runs.");
    ask(terminal, '메모에 "물 사기"를 추가해 줘');
    await terminal.waitFor("Run it as demo?");
  });
});

describe("the models", () => {
  it("are listed, and another one is chosen by its id and then from the list", async () => {
    const terminal = await signedIn({
      columns: 120,
      rows: 40,
      environment: "XDG_STATE_HOME=$PWD/models",
    });
    ask(terminal, "/model us.amazon.nova-pro-v1:0");
    await terminal.waitFor("From now on us.amazon.nova-pro-v1:0 answers.");
    ask(terminal, "Who am I?");
    await terminal.waitFor(/Signed in as demo[\s\S]*● ready/);
    ask(terminal, "/model");
    await terminal.waitFor(/› us\.amazon\.nova-pro-v1:0 +answers now/);
    terminal.press("Up", "Enter");
    await terminal.waitFor(/From now on global\.anthropic\.\S+ answers/);
    ask(terminal, "/model");
    await terminal.waitFor(/us\.amazon\.nova-pro-v1:0 +has answered you before/);
    terminal.press("Escape");
    await terminal.waitFor("Ask something");
  });
});
