import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { columnsOf } from "../../client/chat/width.ts";
import { sharedStack } from "./stack.ts";
import { answered, ask, client, expectWholeBox, terminals } from "./terminals.ts";
import type { Tmux } from "./tmux.ts";
import { totpCode } from "./totp.ts";

const stack = sharedStack();
const { start, signedIn } = terminals(stack);
/** Nothing is prefilled: whoever sits there types it. */
const unattended = "CLEANAUTH_USER= CLEANAUTH_PASSWORD=";

describe("signing in", () => {
  it("says what is wrong with a password, and lets in with the right one", async () => {
    const terminal = await start();
    terminal.run(client, { environment: unattended });
    const form = await terminal.waitFor("Sign in");
    expect(form.join("\n")).toContain("stand-ins: Cognito, Bedrock, weather");
    terminal.type("demo");
    terminal.press("Enter");
    terminal.type("Wrong-password-1");
    const typed = await terminal.waitFor("••••••••••••••••");
    expect(typed.join("\n")).not.toContain("Wrong");
    terminal.press("Enter");
    await terminal.waitFor("✗");
    terminal.type(stack().password);
    terminal.press("Enter");
    const screen = await terminal.waitFor("Welcome to CLEANAUTH");
    expect(screen.join("\n")).toMatch(/● ready {3}demo · user {3}token \d+:\d\d/);
    expectWholeBox(screen, 80);
  });

  it("asks for a new password in place of a temporary one", async () => {
    const terminal = await start();
    terminal.run(client, { environment: unattended });
    await terminal.waitFor("Sign in");
    for (const text of ["newbie", stack().password]) {
      terminal.type(text);
      terminal.press("Enter");
    }
    await terminal.waitFor("New password");
    for (const text of ["Another-pass-1", "Another-pass-2"]) {
      terminal.type(text);
      terminal.press("Enter");
    }
    await terminal.waitFor("The two passwords are not the same");
    for (const text of ["Another-pass-1", "Another-pass-1"]) {
      terminal.type(text);
      terminal.press("Enter");
    }
    await terminal.waitFor("signed in as newbie");
  });

  it("asks for the code of an authenticator app, and once more when it was wrong", async () => {
    const terminal = await start();
    terminal.run(client, { environment: unattended });
    await terminal.waitFor("Sign in");
    for (const text of ["mfa", stack().password]) {
      terminal.type(text);
      terminal.press("Enter");
    }
    await terminal.waitFor("Second factor");
    const code = totpCode(stack().totpSecret);
    terminal.type(code === "000000" ? "111111" : "000000");
    terminal.press("Enter");
    await terminal.waitFor("✗");
    terminal.type(totpCode(stack().totpSecret));
    terminal.press("Enter");
    await terminal.waitFor("signed in as mfa");
  });
});

describe("a conversation", () => {
  it("shows the tool that runs, and the answer while it comes", async () => {
    const terminal = await signedIn();
    ask(terminal, "What is the weather forecast for 37.77, -122.42?");
    await terminal.waitFor(/✓ get_forecast {2}latitude: 37.77, longitude: -122.42 {2}\d+ ms/);
    const lengths: number[] = [];
    while (!terminal.screen().join("\n").includes("● ready")) {
      lengths.push(terminal.screen().join("").length);
      await delay(50);
    }
    // The answer grew before the eyes of whoever looked.
    expect(new Set(lengths).size).toBeGreaterThan(3);
    expectWholeBox(terminal.screen(), 80);
  });

  it("takes a Korean question whole, and shows it and its answer whole", async () => {
    const terminal = await signedIn();
    const question = "37.77, -122.42의 날씨 예보를 알려줘";
    terminal.type(question);
    const typed = await terminal.waitFor(question);
    expectWholeBox(typed, 80);
    expect(typed).toContain(`│ › ${question}${" ".repeat(75 - columnsOf(question))}│`);
    terminal.press("BSpace", "BSpace", "BSpace");
    await terminal.waitFor(/예보를 +│/);
    terminal.type("알려줘");
    terminal.press("Enter");
    await answered(terminal);
    terminal.press("C-Home");
    const top = await terminal.waitFor(` › ${question}`);
    for (const text of ["✓ get_forecast", "도구의 답입니다", "↓ more below"]) {
      expect(top.join("\n")).toContain(text);
    }
    expectWholeBox(top, 80);
  });

  it("stops an answer with Escape and goes on afterwards", async () => {
    const terminal = await signedIn();
    ask(terminal, "What is the weather forecast for 37.77, -122.42?");
    await terminal.waitFor("✓ get_forecast");
    terminal.press("Escape");
    await terminal.waitFor("You stopped the answer.");
    ask(terminal, "Who am I?");
    await terminal.waitFor(/(says|답입니다):\s+Signed in as demo[\s\S]*● ready/);
  });

  it("fills a larger window, and another one after a change of size", async () => {
    const terminal = await signedIn({ columns: 120, rows: 40 });
    ask(terminal, "Who am I?");
    expectWholeBox(
      await terminal.waitFor(/(says|답입니다):\s+Signed in as demo[\s\S]*● ready/),
      120,
    );
    terminal.resize(60, 20);
    await terminal.waitFor(/^╭─{58}╮$/m);
    expectWholeBox(terminal.screen(), 60);
    terminal.resize(100, 30);
    await terminal.waitFor(/^╭─{98}╮$/m);
    expectWholeBox(terminal.screen(), 100);
    expect(terminal.screen().join("\n")).toContain("username: present");
  });

  it("shows no colour where none is wanted", async () => {
    const terminal = await start();
    terminal.run(client, { environment: "NO_COLOR=1" });
    await terminal.waitFor("Sign in");
    expect(terminal.colored()).not.toMatch(/\[(?:\d+;)*(?:3[0-8]|9[0-7])/);
    terminal.press("C-c", "C-c");
    await terminal.waitFor("exit=0");
    terminal.run(client);
    await terminal.waitFor("Sign in");
    expect(terminal.colored()).toMatch(/\[38;5;/);
  });
});

describe("leaving", () => {
  const ways: readonly (readonly [string, number, (terminal: Tmux) => void])[] = [
    ["/quit", 0, (terminal) => ask(terminal, "/quit")],
    ["Ctrl-C twice", 0, (terminal) => terminal.press("C-c", "C-c")],
    ["SIGTERM", 143, (terminal) => void process.kill(terminal.programId(), "SIGTERM")],
    ["SIGINT", 130, (terminal) => void process.kill(terminal.programId(), "SIGINT")],
    ["SIGHUP", 129, (terminal) => void process.kill(terminal.programId(), "SIGHUP")],
  ];

  it.each(ways)("with %s ends %i and leaves the terminal as it was", async (_how, code, leave) => {
    const terminal = await start();
    const before = await terminal.command("stty -a");
    terminal.run(client);
    await terminal.waitFor("Sign in");
    terminal.press("Enter");
    await terminal.waitFor("Welcome to CLEANAUTH");
    leave(terminal);
    const screen = await terminal.waitFor(`exit=${code}`);
    // The alternate screen is gone, with everything that stood on it.
    expect(screen.join("\n")).not.toMatch(/CLEANAUTH|╭/);
    expect(await terminal.command("stty -a")).toBe(before);
    expect(await terminal.command("echo still here")).toContain("still here");
  });

  it("after a defect gives the terminal back and tells what happened in one line", async () => {
    const terminal = await start();
    const before = await terminal.command("stty -a");
    terminal.run("test/ui/terminal-with-defect.ts");
    const screen = await terminal.waitFor("exit=1");
    expect(screen.join("\n")).toContain("Unexpected failure: a defect on purpose.");
    expect(screen.join("\n")).not.toContain("╭");
    expect(await terminal.command("stty -a")).toBe(before);
  });
});
