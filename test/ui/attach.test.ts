import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { type Relay, startRelay } from "./relay.ts";
import { sharedStack } from "./stack.ts";
import { startTmux, type Tmux } from "./tmux.ts";

const stack = sharedStack();
const attach = "client/attach/main.ts";

let open: Tmux[] = [];
let relays: Relay[] = [];
afterEach(async () => {
  for (const terminal of open) terminal.close();
  await Promise.all(relays.map((relay) => relay.close()));
  open = [];
  relays = [];
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

  it("is what make chat does with a WebSocket's URL", async () => {
    const terminal = await startTerminal();
    terminal.run("client/main.ts", { arguments: stack().webUrl.replace("http", "ws") });
    await terminal.waitFor("Sign in");
    terminal.press("C-]");
    await terminal.waitFor(/Detached\.[\s\S]*exit=0/);
    terminal.run("client/main.ts", { arguments: "ws://chat.example" });
    const screen = await terminal.waitFor("exit=2");
    expect(screen.join(" ")).toContain("chat.example would be reached over plain HTTP");
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

  it("speaks Korean where the terminal does", async () => {
    const terminal = await startTerminal();
    terminal.run(attach, { environment: "LANG=ko_KR.UTF-8" });
    await terminal.waitFor("비밀번호");
    terminal.press("C-]");
    const screen = await terminal.waitFor("exit=0");
    expect(screen.join("\n")).toContain("빠져나왔습니다.");
  });

  it("says in one line that nothing is there, and ends with 4", async () => {
    const terminal = await startTerminal();
    terminal.run(attach, { arguments: "ws://127.0.0.1:9" });
    const screen = await terminal.waitFor("exit=4");
    expect(screen.join(" ")).toContain("No web terminal at 127.0.0.1:9: nothing listens there.");
  });

  it("says why the server refuses it, and ends with 4", async () => {
    const terminal = await startTerminal();
    terminal.run(attach, { arguments: `${stack().webUrl}/elsewhere` });
    const elsewhere = await terminal.waitFor("exit=4");
    expect(elsewhere.join(" ")).toMatch(/answered 404 \(no such endpoint\).*Check the URL/);
    const many = Array.from(
      { length: 20 },
      () => new WebSocket(`${stack().webUrl.replace("http", "ws")}/terminal`),
    );
    for (const socket of many) socket.on("error", () => {});
    await expect.poll(() => many.every((socket) => socket.readyState > 0)).toBe(true);
    terminal.run(attach);
    const crowded = await terminal.waitFor(/answered 429[\s\S]*exit=4/);
    expect(crowded.join(" ")).toMatch(/too many\s+connections from there.*Try again in a minute/);
    for (const socket of many) socket.terminate();
  });
});

describe("a connection that breaks", () => {
  async function attachedByWayOf(relay: Relay): Promise<{ terminal: Tmux; before: string }> {
    relays.push(relay);
    const terminal = await startTerminal();
    const before = await terminal.command("stty -a");
    terminal.run(attach, { arguments: relay.url });
    await terminal.waitFor("Sign in");
    for (const text of ["demo", stack().password]) {
      terminal.type(text);
      terminal.press("Enter");
    }
    await terminal.waitFor("Welcome to CLEANAUTH");
    return { terminal, before };
  }

  it("is made again, with the same screen, and seen to be away meanwhile", async () => {
    const relay = await startRelay(stack().webUrl);
    const { terminal } = await attachedByWayOf(relay);
    terminal.type("아직 여기에");
    await terminal.waitFor("› 아직 여기에");
    relay.cut();
    await terminal.waitFor(/Connecting again….{40,}Ctrl-\] leaves$/m);
    terminal.resize(120, 40);
    // What was shown cannot be laid out anew, so nothing but the notice is left of it.
    await terminal.waitFor(/^\n+ Connecting again….{80,}Ctrl-\] leaves\n*$/);
    relay.mend();
    const again = await terminal.waitFor("› 아직 여기에");
    expect(again.join("\n")).toMatch(/^╭─{118}╮$/m);
    expect(again.join("\n")).not.toContain("leaves");
    terminal.press("C-u");
    terminal.type("who am I?");
    terminal.press("Enter");
    await terminal.waitFor(/Signed in as demo[\s\S]*● ready/);
  });

  it.each([
    ["C-c", 130, "Stopped while localhost"],
    ["C-]", 0, "Detached."],
  ])("is not waited for after %s, and the terminal is as it was", async (key, code, words) => {
    const relay = await startRelay(stack().webUrl);
    const { terminal, before } = await attachedByWayOf(relay);
    relay.cut();
    await terminal.waitFor("Connecting again…");
    terminal.press(key);
    const screen = await terminal.waitFor(`exit=${code}`);
    expect(screen.join("\n")).toContain(words);
    expect(screen.join("\n")).not.toMatch(/╭|Connecting/);
    expect(await terminal.command("stty -a")).toBe(before);
    terminal.type("echo still here");
    await terminal.waitFor("echo still here");
  });
});
