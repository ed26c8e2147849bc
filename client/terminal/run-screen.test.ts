import { setTimeout as delay } from "node:timers/promises";
import { AppError } from "@cleanauth/common/app-error.ts";
import { afterEach, describe, expect, it } from "vitest";
import {
  createInMemoryServices,
  type InMemoryOptions,
  password,
} from "../testing/in-memory-services.ts";
import { createVirtualTerminal, type VirtualTerminal } from "../testing/virtual-terminal.ts";
import { type RunningScreen, runScreen } from "./run-screen.ts";

let running: RunningScreen[] = [];

afterEach(async () => {
  await Promise.all(running.map((screen) => screen.close()));
  running = [];
});

function started(options: InMemoryOptions & { columns?: number; rows?: number } = {}) {
  const terminal = createVirtualTerminal(options.columns, options.rows);
  const services = createInMemoryServices(options);
  const screen = runScreen({ port: terminal.port, services });
  running.push(screen);
  return { terminal, services, screen };
}

async function signIn(terminal: VirtualTerminal, username = "demo"): Promise<void> {
  await terminal.waitFor("Sign in");
  terminal.type(`${username}\r${password}\r`);
}

describe("the colours", () => {
  const answer = { light: "\x1b]11;rgb:ffff/ffff/ffff\x1b\\", dark: "\x1b]11;rgb:0/0/0\x07" };
  /** The colour of the accent, in which the sign before the field is drawn. */
  const accentOf = async ({ xterm, rows }: VirtualTerminal) => {
    const row = (await rows()).findIndex((text) => text.includes("›"));
    const line = xterm.buffer.active.getLine(row);
    const column = (line?.translateToString() ?? "").indexOf("›");
    return line?.getCell(column)?.getFgColor();
  };
  const [dark, light] = [110, 25];

  it("go by the terminal's background as soon as it answers, and by its changes", async () => {
    const { terminal, screen } = started();
    await terminal.waitFor("Sign in");
    expect(terminal.written()).toContain("\x1b]11;?\x1b\\");
    expect(await accentOf(terminal)).toBe(dark);
    const before = screen.lastInputAt();
    terminal.type(answer.light);
    await expect.poll(() => accentOf(terminal)).toBe(light);
    terminal.type("\x1b[?997;1n");
    await expect.poll(() => accentOf(terminal)).toBe(dark);
    // Nobody has typed anything.
    expect(screen.lastInputAt()).toBe(before);
    expect((await terminal.rows()).join("\n")).not.toMatch(/rgb|997/);
  });

  it("are what the user has chosen, whatever the terminal says, also after the next sign-in", async () => {
    const { terminal } = started();
    await signIn(terminal);
    await terminal.waitFor("Welcome");
    terminal.type("/theme light\r");
    await terminal.waitFor("Colours: for a light background.");
    await expect.poll(() => accentOf(terminal)).toBe(light);
    terminal.type(answer.dark);
    terminal.type("/logout\r");
    await terminal.waitFor("signed out");
    terminal.type(`${password}\r`);
    await terminal.waitFor("Welcome");
    await expect.poll(() => accentOf(terminal)).toBe(light);
    terminal.type("/theme auto\r");
    await expect.poll(() => accentOf(terminal)).toBe(dark);
    terminal.type("/theme\r");
    await terminal.waitFor("Colours: as the terminal's background is. Write /theme light");
  });

  it("are not asked for where they do not depend on the background", async () => {
    const terminal = createVirtualTerminal();
    const port = { ...terminal.port, colorDepth: "16" } as const;
    running.push(runScreen({ port, services: createInMemoryServices() }));
    await terminal.waitFor("Sign in");
    expect(terminal.written()).not.toContain("]11;");
  });
});

describe("a chat on a screen", () => {
  it("signs in after a wrong password, asks, and shows tool and answer", async () => {
    const { terminal } = started();
    await terminal.waitFor("Sign in");
    terminal.type("demo\rwrong\r");
    await terminal.waitFor("wrong user name or");
    terminal.type(`${password}\r`);
    await terminal.waitFor("Welcome to CLEANAUTH");
    terminal.type("내일 날씨 알려줘\r");
    const rows = await terminal.waitFor("내일은 맑겠습니다");
    const text = rows.join("\n");
    expect(text).toContain("› 내일 날씨 알려줘");
    expect(text).toContain("✓ get_forecast  latitude: 37.77, longitude: -122.42  84 ms");
    expect(rows.filter((row) => row.startsWith("│"))).toEqual([expect.stringMatching(/^│ › .*│$/)]);
  });

  it("asks for a new password and what the pool requires", async () => {
    const { terminal, services } = started();
    await signIn(terminal, "newbie");
    await terminal.waitFor("New password");
    terminal.type("short\rshort\ra@b.example\r");
    await terminal.waitFor("at least 8 characters");
    terminal.type("Longer-pass-1\rLonger-pass-1\r\r");
    await terminal.waitFor("Welcome to CLEANAUTH");
    expect(services.log).toContain('new password with {"email":"a@b.example"}');
  });

  it("asks for a code, and again when it was wrong", async () => {
    const { terminal } = started();
    await signIn(terminal, "mfa");
    await terminal.waitFor("Second factor");
    terminal.type("000000\r");
    await terminal.waitFor("The code is wrong");
    terminal.type("123456\r");
    await terminal.waitFor("Welcome to CLEANAUTH");
  });

  it("runs a tool that changes something only after a yes", async () => {
    const { terminal } = started();
    await signIn(terminal);
    await terminal.waitFor("Welcome");
    terminal.type("메모 추가\r");
    await terminal.waitFor("Run it as demo?");
    await delay(450);
    terminal.type("n");
    await terminal.waitFor(/– add_note .*declined[\s\S]*● ready/);
    terminal.type("메모 하나 더\r");
    await terminal.waitFor("Run it as demo?");
    await delay(450);
    terminal.type("y");
    await terminal.waitFor(/✓ add_note .*12 ms/);
  });

  it("stops an answer with Escape and goes on", async () => {
    const { terminal } = started({ pace: 5 });
    await signIn(terminal);
    await terminal.waitFor("Welcome");
    terminal.type("a long one\r");
    await terminal.waitFor("Line 3 of");
    terminal.type("\x1b");
    await terminal.waitFor("You stopped the answer.");
    terminal.type("and now?\r");
    await terminal.waitFor(/Tuesday is\s+sunny/);
  });

  it("shows that the server is out of reach, and tries again", async () => {
    const down = new AppError("server_unreachable", "Nothing listens there", "Start it.");
    const { terminal } = started({ connectFailures: [down] });
    await signIn(terminal);
    await terminal.waitFor("No connection");
    await terminal.waitFor("Start it.");
    terminal.type("\r");
    await terminal.waitFor("Welcome");
  });

  it("leads back to the sign-in when the session has expired, with nothing left open", async () => {
    const expired = new AppError("sign_in_expired", "Your sign-in has expired", "Sign in again.");
    const { terminal, services } = started({ askFailures: [expired] });
    await signIn(terminal);
    await terminal.waitFor("Welcome");
    terminal.type("hello\r");
    await terminal.waitFor("Your sign-in has expired");
    await terminal.waitFor("User name  demo");
    await expect.poll(() => services.open).toEqual({ sessions: 0, tokens: 0 });
  });

  it("strips what a model's text could do to the terminal", async () => {
    const nasty = new AppError(
      "model_failed",
      "bad\x1b]0;pwned\x07 \x9b31mnews\u202e",
      "Hint\x07.",
    );
    const { terminal } = started({ askFailures: [nasty] });
    await signIn(terminal);
    await terminal.waitFor("Welcome");
    terminal.type("hello\r");
    await terminal.waitFor("bad news");
    for (const foreign of ["pwned", "\x07", "\x9b", "\u202e"]) {
      expect(terminal.written()).not.toContain(foreign);
    }
  });

  it("keeps a pasted text of several lines together", async () => {
    const { terminal } = started();
    await signIn(terminal);
    await terminal.waitFor("Welcome");
    terminal.type("\x1b[200~첫 줄\r둘째 줄\x1b[201~");
    const rows = await terminal.waitFor("둘째 줄");
    expect(rows.join("\n")).toMatch(/│ › 첫 줄 +│\n│ {3}둘째 줄 +│/);
  });

  it("lays everything out anew when the size changes", async () => {
    const { terminal } = started();
    await signIn(terminal);
    await terminal.waitFor("Welcome");
    terminal.resize(120, 40);
    const rows = await terminal.waitFor(/╭─{118}╮/);
    expect(rows).toHaveLength(40);
    terminal.resize(30, 10);
    await terminal.waitFor(/╭─{28}╮/);
  });

  it("draws nothing while the reader takes nothing, and the newest once it does", async () => {
    const { terminal } = started({ pace: 1 });
    await signIn(terminal);
    await terminal.waitFor("Welcome");
    terminal.type("a long one");
    await terminal.waitFor("a long one");
    terminal.isReading = false;
    const before = terminal.written().length;
    terminal.type("\r");
    await delay(400);
    expect(terminal.written().length).toBe(before);
    terminal.isReading = true;
    await terminal.waitFor("Line 200 of");
  });

  it.each([
    ["/quit", (terminal: VirtualTerminal) => terminal.type("/quit\r")],
    ["Ctrl-C twice", (terminal: VirtualTerminal) => terminal.type("\x03\x03")],
    ["Ctrl-D", (terminal: VirtualTerminal) => terminal.type("\x04")],
    ["the other side that goes away", (terminal: VirtualTerminal) => terminal.hangUp()],
  ])("ends with %s, closes the MCP session and revokes the tokens", async (_how, leave) => {
    const { terminal, services, screen } = started();
    await signIn(terminal);
    await terminal.waitFor("Welcome");
    expect(services.open).toEqual({ sessions: 1, tokens: 1 });
    leave(terminal);
    await screen.ended;
    expect(services.open).toEqual({ sessions: 0, tokens: 0 });
    expect(services.log.slice(-2)).toEqual(["closed", "signed out demo"]);
    await terminal.rows();
    expect(terminal.xterm.buffer.active.type).toBe("normal");
  });

  it("revokes tokens that arrive after the user has left", async () => {
    const { terminal, services, screen } = started({ pace: 100 });
    await signIn(terminal);
    await terminal.waitFor("Asking Cognito");
    terminal.type("\x03\x03");
    await screen.ended;
    await expect.poll(() => services.log).toContain("signed out demo");
    expect(services.open).toEqual({ sessions: 0, tokens: 0 });
  });
});
