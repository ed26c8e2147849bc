import { afterEach, describe, expect, it } from "vitest";
import { startStack } from "./stack.ts";
import { startTmux, type Tmux } from "./tmux.ts";

const stack = startStack();
const attach = "client/attach/main.ts";

let open: Tmux[] = [];
afterEach(() => {
  for (const terminal of open) terminal.close();
  open = [];
});

async function startTerminal(): Promise<Tmux> {
  const terminal = await startTmux(stack().folder);
  open.push(terminal);
  return terminal;
}

describe("make attach", () => {
  it("shows the web terminal's screen, and detaches with Ctrl-]", async () => {
    const terminal = await startTerminal();
    const before = await terminal.command("stty -a");
    terminal.run(attach);
    const form = await terminal.waitFor("Sign in");
    // Nobody's sign-in is prefilled there.
    expect(form.join("\n")).not.toMatch(/User name +demo|•/);
    for (const text of ["demo", stack().password]) {
      terminal.type(text);
      terminal.press("Enter");
    }
    await terminal.waitFor("Welcome to CLEANAUTH");
    terminal.type("내가 누구야?");
    terminal.press("Enter");
    await terminal.waitFor(/(says|답입니다):\s+Signed in as demo[\s\S]*● ready/);
    terminal.resize(100, 30);
    await terminal.waitFor(/^╭─{98}╮$/m);
    terminal.resize(80, 24);
    await terminal.waitFor(/^╭─{78}╮$/m);
    terminal.press("C-]");
    const screen = await terminal.waitFor("exit=0");
    expect(screen.join("\n")).toContain("Ctrl-] detaches");
    expect(screen.join("\n")).toContain("Detached.");
    expect(await terminal.command("stty -a")).toBe(before);
  });

  it("ends with the screen's own end", async () => {
    const terminal = await startTerminal();
    terminal.run(attach, { arguments: stack().webUrl });
    await terminal.waitFor("Sign in");
    terminal.press("C-c", "C-c");
    const screen = await terminal.waitFor("exit=0");
    expect(screen.join("\n")).toContain("You have left");
  });

  it("gives the terminal back when it is told to end", async () => {
    const terminal = await startTerminal();
    const before = await terminal.command("stty -a");
    terminal.run(attach);
    await terminal.waitFor("Sign in");
    process.kill(terminal.programId(), "SIGTERM");
    await terminal.waitFor("exit=143");
    expect(await terminal.command("stty -a")).toBe(before);
  });

  it("says in one line that nothing is there, and ends with 4", async () => {
    const terminal = await startTerminal();
    terminal.run(attach, { arguments: "ws://127.0.0.1:9" });
    const screen = await terminal.waitFor("exit=4");
    expect(screen.join(" ")).toContain("No web terminal at 127.0.0.1:9: nothing listens there.");
  });
});
