import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { createTerminalPrompt } from "./password-prompt.ts";

describe("createTerminalPrompt", () => {
  it("shows nothing of a hidden answer", async () => {
    const terminal = createTerminal();
    const answer = terminal.prompt.ask("Password: ", { isHidden: true });
    terminal.input.write("Sesam\x7f\x7f");
    terminal.input.write("-1234\r");
    expect(await answer).toBe("Ses-1234");
    expect(terminal.shown()).toBe("Password: \n");
  });

  it("shows an open answer as it is typed", async () => {
    const terminal = createTerminal();
    const answer = terminal.prompt.ask("User: ");
    terminal.input.write("데모\r");
    expect(await answer).toBe("데모");
    expect(terminal.shown()).toContain("User: 데모");
  });

  it("puts a character together that arrives in two pieces", async () => {
    const terminal = createTerminal();
    const answer = terminal.prompt.ask("User: ");
    const bytes = Buffer.from("가\r");
    terminal.input.write(bytes.subarray(0, 2));
    terminal.input.write(bytes.subarray(2));
    expect(await answer).toBe("가");
  });

  it("answers the next question with what was typed ahead", async () => {
    const terminal = createTerminal();
    const first = terminal.prompt.ask("User: ");
    terminal.input.write("demo\rSesam\r");
    expect(await first).toBe("demo");
    expect(await terminal.prompt.ask("Password: ", { isHidden: true })).toBe("Sesam");
  });

  const ends: [what: string, end: (terminal: ReturnType<typeof createTerminal>) => void][] = [
    ["Ctrl-C", ({ input }) => void input.write("Ses\x03")],
    ["Ctrl-D", ({ input }) => void input.write("\x04")],
    ["a signal", ({ abort }) => abort.abort()],
    ["the end of the terminal", ({ input }) => void input.end()],
    ["the loss of the terminal", ({ input }) => void input.destroy()],
  ];
  it.each(ends)("is ended by %s, and leaves the terminal in its own mode", async (_what, end) => {
    const terminal = createTerminal();
    const answer = terminal.prompt.ask("Password: ", { isHidden: true });
    end(terminal);
    await expect(answer).rejects.toMatchObject({ code: "interrupted" });
    expect(terminal.modes).toEqual([true, false]);
    expect(terminal.input.listenerCount("data")).toBe(0);
  });

  it("does not touch the terminal once it was stopped", async () => {
    const terminal = createTerminal();
    terminal.abort.abort();
    await expect(terminal.prompt.ask("x")).rejects.toMatchObject({ code: "interrupted" });
    expect(terminal.modes).toEqual([]);
  });
});

/** A stdin that notes its modes; a real terminal is driven by the tests in test/ui. */
function createTerminal() {
  const modes: boolean[] = [];
  const input = Object.assign(new PassThrough(), {
    setRawMode: (isRaw: boolean) => void modes.push(isRaw),
  });
  const output = new PassThrough();
  const abort = new AbortController();
  return {
    input,
    modes,
    abort,
    prompt: createTerminalPrompt(input, output, abort.signal),
    shown: () => String(output.read() ?? ""),
  };
}
