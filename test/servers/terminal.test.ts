import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { LocalStack } from "../chain/local-stack.ts";
import { startTmux, type Tmux } from "../ui/tmux.ts";
import { startWithWellKnownServers } from "./well-known-servers.ts";

// The same servers as a person meets them: the program of `make chat`, in a terminal.

let stack: LocalStack;
let open: Tmux[] = [];
beforeAll(async () => {
  stack = await startWithWellKnownServers();
});
afterEach(() => {
  for (const terminal of open) terminal.close();
  open = [];
});
afterAll(async () => {
  await stack?.stop();
});

async function signedIn(user = "demo", columns = 100, rows = 40): Promise<Tmux> {
  const terminal = await startTmux(stack.folder, columns, rows);
  open.push(terminal);
  terminal.run("client/main.ts", { environment: `CLEANAUTH_USER=${user}` });
  await terminal.waitFor("Sign in");
  terminal.press("Enter");
  await terminal.waitFor("Welcome to CLEANAUTH", 30_000);
  return terminal;
}

/** Asks what ends in a tool call, and lets it run once. */
async function askAndAgree(terminal: Tmux, question: string): Promise<void> {
  terminal.type(question);
  terminal.press("Enter");
  await terminal.waitFor("Run it as", 30_000);
  // An answer that comes sooner was typed before the question was read, and counts for nothing.
  await delay(600);
  terminal.type("y");
}

function ask(terminal: Tmux, question: string): void {
  terminal.type(question);
  terminal.press("Enter");
}

/** Lists until something is there: whoever is quick is told that the list is not there yet. */
async function listed(terminal: Tmux, command: string, what: string): Promise<void> {
  for (let tries = 0; !terminal.screen().join("\n").includes(what); tries += 1) {
    if (tries === 20) throw new Error(`${what} is not on\n${terminal.screen().join("\n")}`);
    ask(terminal, command);
    await delay(1_000);
  }
}

describe("in the terminal", () => {
  it("a question calls a tool, which stands there under its server's name", async () => {
    const terminal = await signedIn();
    ask(terminal, "3과 39의 합을 구해 줘 everything.get-sum");
    await terminal.waitFor(/✓ everything\.get-sum[\s\S]*42[\s\S]*● ready/, 30_000);
  });

  it("a tool shows how far it is while it works", async () => {
    const terminal = await signedIn();
    ask(terminal, "trigger a long running operation with duration 4 and steps 4");
    for (const step of ["1/4", "2/4", "3/4"]) {
      await terminal.waitFor(new RegExp(`trigger-long-running-operation .* ${step}`), 30_000);
    }
    await terminal.waitFor(/Long running operation completed[\s\S]*● ready/);
  });

  it("a server asks by a form, that says which server asks, and is given what was typed", async () => {
    const terminal = await signedIn();
    await askAndAgree(terminal, "trigger elicitation request");
    await terminal.waitFor("everything: Please provide inputs", 30_000);
    terminal.type("김철수");
    for (let field = 0; field < 9; field += 1) terminal.press("Enter");
    await terminal.waitFor("› Untitled Multiple Select Enum");
    terminal.press("Right");
    terminal.type(" ");
    await terminal.waitFor("[✓ Piano]");
    for (let field = 9; field < 13; field += 1) terminal.press("Enter");
    const shown = await terminal.waitFor(/"legacyTitledEnum": "pet-1"[\s\S]*● ready/);
    expect(shown.join("\n")).toMatch(/"name": "김철수"[\s\S]*"Guitar",\s+"Piano"/);
  });

  it("a form that is declined is told to the server as declined", async () => {
    const terminal = await signedIn();
    await askAndAgree(terminal, "trigger elicitation request");
    await terminal.waitFor("everything: Please provide inputs", 30_000);
    terminal.press("C-d");
    await terminal.waitFor(/User declined to provide[\s\S]*● ready/);
  });

  it("two users write and read files of their own, and neither finds the other's", async () => {
    const [demo, admin] = [await signedIn("demo"), await signedIn("admin")];
    await askAndAgree(demo, 'write the file "mine.txt" with the content "데모의 것"');
    await demo.waitFor(/Successfully wrote[\s\S]*● ready/, 30_000);
    ask(admin, "read the text file mine.txt");
    await admin.waitFor(/✗ files\.read_text_file[\s\S]*ENOENT[\s\S]*● ready/, 30_000);
    ask(demo, "read the text file mine.txt");
    await demo.waitFor(/✓ files\.read_text_file[\s\S]*데모의 것[\s\S]*● ready/, 30_000);
  });

  it("lists what a user's groups may, and nothing of another group's", async () => {
    const [demo, admin] = [await signedIn("demo", 100, 60), await signedIn("admin", 100, 60)];
    for (const terminal of [demo, admin]) ask(terminal, "/tools");
    const ofDemo = (await demo.waitFor("memory.search_nodes")).join("\n");
    const ofAdmin = (await admin.waitFor("memory.search_nodes")).join("\n");
    expect(ofDemo).not.toContain("memory.delete_entities");
    expect(ofAdmin).toContain("memory.delete_entities");
    for (const shown of [ofDemo, ofAdmin]) expect(shown).not.toContain("staff.");
  });

  it("a prompt of a server is a command, that asks for what it needs", async () => {
    const terminal = await signedIn();
    await listed(terminal, "/prompts", "/everything.args-prompt");
    ask(terminal, "/everything.args-prompt");
    await terminal.waitFor("Prompt everything.args-prompt");
    terminal.type("Seoul");
    terminal.press("Enter", "Enter");
    await terminal.waitFor(/What's weather in Seoul\?[\s\S]*● ready/, 30_000);
  });

  it("a resource of a server is listed, and goes with a question", async () => {
    const terminal = await signedIn();
    await listed(terminal, "/resources", "everything+demo://resource/static/document/structure.md");
    ask(terminal, "/attach everything+demo://resource/static/document/architecture.md");
    await terminal.waitFor("+ architecture.md  everything+demo://");
    ask(terminal, "Who am I?");
    await terminal.waitFor(/architecture\.md[\s\S]*Signed in as demo[\s\S]*● ready/, 30_000);
  });
});
