import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { deskServer } from "./desk-server.ts";
import { ownStack } from "./stack.ts";
import { ask, expectWholeBox, resize, sizes, terminals, textOf } from "./terminals.ts";

// What comes from the server's side: forms, progress, log messages; and that it goes away and comes back.

const stack = ownStack({ servers: deskServer });
const { signedIn } = terminals(stack);

describe.each(sizes)("a server's form at $columns×$rows", ({ columns, rows }) => {
  it("is filled in, and kept through a change of size", async () => {
    const terminal = await signedIn({ columns, rows });
    ask(terminal, "reserve a table");
    const form = await terminal.waitFor(/asks you[\s\S]*예약 정보를 알려 주세요 👍/);
    expectWholeBox(form, columns);
    expect(textOf(form)).toMatch(/› 이름/);
    terminal.type("김하나");
    expectWholeBox(await resize(terminal, 60, 20), 60);
    terminal.press("Tab");
    terminal.type("4");
    terminal.press("Tab", "Right");
    await terminal.waitFor(/› At the window {2}yes/);
    terminal.resize(columns, rows);
    await terminal.waitFor(/이름 {2}김하나[\s\S]*Guests {2}4/);
    terminal.press("Enter");
    await terminal.waitFor(
      /action: accept[\s\S]*name: 김하나\s+guests: 4\s+window: true[\s\S]*● ready/,
    );
  });

  it("is sent back for what is missing, declined, and cancelled", async () => {
    const terminal = await signedIn({ columns, rows });
    for (const [key, action] of [
      ["C-d", "decline"],
      ["Escape", "cancel"],
    ] as const) {
      ask(terminal, "/new");
      ask(terminal, "reserve a table");
      await terminal.waitFor("asks you");
      terminal.press("Tab", "Tab", "Enter");
      await terminal.waitFor("This needs a value that fits.");
      terminal.press(key);
      await terminal.waitFor(new RegExp(`action: ${action}[\\s\\S]*● ready`));
    }
  });
});

describe("progress and log messages", () => {
  it.each(sizes)("are shown as they come at $columns×$rows", async ({ columns, rows }) => {
    const terminal = await signedIn({ columns, rows });
    ask(terminal, "print the report");
    await terminal.waitFor(/2쪽/);
    await terminal.waitFor(/4쪽/);
    const shown = await terminal.waitFor(
      /The server says \(warning\): .*종이가 모자란다[\s\S]*● ready/,
    );
    expectWholeBox(shown, columns);
    expect(terminal.title()).not.toContain("pwned");
  });

  it("reach the terminal as letters alone, whatever is in them", async () => {
    const terminal = await signedIn();
    terminal.copy("mine");
    ask(terminal, "read the letter");
    const shown = await terminal.waitFor(/link red ?bold back end[\s\S]*● ready/);
    expectWholeBox(shown, 80);
    expect(terminal.title()).not.toContain("pwned");
    expect(terminal.clipboard()).toBe("mine");
    expect(terminal.colored()).not.toContain("evil.example");
  });
});

describe("a server that goes away", () => {
  /** The MCP server's process, which is started again by itself as pm2 does it. */
  function serverProcess(): number {
    const { CLEANAUTH_LOCAL_PID = "" } = stack().environment;
    const children = execFileSync("pgrep", ["-P", CLEANAUTH_LOCAL_PID, "-f", "server/main.ts"]);
    return Number(String(children).trim().split("\n")[0]);
  }

  it("is seen to be away, and taken up again by itself, with the conversation", async () => {
    const terminal = await signedIn();
    ask(terminal, "Who am I?");
    await terminal.waitFor(/Signed in as demo[\s\S]*● ready/);
    const before = serverProcess();
    // It is back within a second; each time it is killed anew that takes longer, until it is missed.
    const killing = setInterval(() => {
      try {
        process.kill(serverProcess(), "SIGKILL");
      } catch {
        // It is not there yet.
      }
    }, 200);
    const away = await terminal
      .waitFor(/server away, reconnecting/)
      .finally(() => clearInterval(killing));
    expectWholeBox(away, 80);
    expectWholeBox(await resize(terminal, 120, 40), 120);
    await terminal.waitFor(/The server is there again\.[\s\S]*● ready/, 30_000);
    expect(serverProcess()).not.toBe(before);
    ask(terminal, "/retry");
    await terminal.waitFor(/there again[\s\S]*Signed in as demo[\s\S]*● ready/);
    expect(textOf(terminal.screen())).not.toContain("Sign in");
  });

  it("is told as such when it was never there, with what to do, and tried again on Enter", async () => {
    const terminal = await signedIn({ columns: 120, rows: 40 });
    terminal.press("C-c", "C-c");
    await terminal.waitFor("exit=0");
    terminal.run("client/main.ts", { arguments: "http://localhost:9/mcp" });
    await terminal.waitFor(/No connection|Sign in/);
    terminal.press("Enter");
    const offline = await terminal.waitFor(/offline/);
    expect(textOf(offline)).toMatch(/localhost:9/);
    expect(textOf(await terminal.waitFor(/Enter try again/))).toContain("sign out");
  });
});
