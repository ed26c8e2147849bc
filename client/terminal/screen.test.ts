import { afterEach, describe, expect, it } from "vitest";
import { box, type Frame, type Line, span } from "../chat/frame.ts";
import { createVirtualTerminal, type VirtualTerminal } from "../testing/virtual-terminal.ts";
import { openScreen, type Screen } from "./screen.ts";

let open: Screen[] = [];

afterEach(() => {
  for (const screen of open) screen.close();
  open = [];
});

function opened(terminal: VirtualTerminal): Screen {
  const screen = openScreen(terminal.port);
  open.push(screen);
  return screen;
}

function frameOf(...texts: string[]): Frame {
  return { lines: texts.map((text): Line => [span(text)]), cursor: null };
}

function isCursorShown(terminal: VirtualTerminal): boolean {
  const written = terminal.written();
  return written.lastIndexOf("\x1b[?25h") > written.lastIndexOf("\x1b[?25l");
}

describe("a screen", () => {
  it.each([
    ["Korean", "안녕하세요, 세계"],
    ["ideographs and kana", "漢字かな"],
    ["lines", "╭──┤├──╯"],
    ["text that blessed would take for markup", "{bold}x{/bold} {red-fg} {escape} {open}"],
    ["accents", "é ñ ü"],
  ])("shows %s as it is", async (_what, text) => {
    const terminal = createVirtualTerminal(40, 5);
    opened(terminal).show(frameOf(text));
    expect((await terminal.rows())[0]).toBe(text);
  });

  it("composes decomposed Hangul", async () => {
    const terminal = createVirtualTerminal(40, 5);
    opened(terminal).show(frameOf("\u1112\u1161\u11ab\u1100\u1173\u11af"));
    expect((await terminal.rows())[0]).toBe("한글");
  });

  it.each([
    ["Hangul", "한글 한글 한글"],
    ["decomposed Hangul", "\u1112\u1161\u11ab 한"],
    ["a joined family", "👨‍👩‍👧 가족"],
    ["a flag and a skin tone", "🇰🇷 👍🏽"],
    ["a character made an emoji", "❤\ufe0f 마음"],
    ["an emoji newer than the terminal's table", "\u{1fae9} \u{1fae8}"],
    ["combining marks", "x\u0301y\u0302"],
    ["Devanagari and Thai", "नमस्ते ที่"],
    ["a zero-width space", "a\u200bb"],
  ])("keeps the borders of a box in line around %s", async (_what, text) => {
    const terminal = createVirtualTerminal(40, 5);
    const lines = box({ lines: [[span(text)]], columns: 30 });
    opened(terminal).show({ lines, cursor: null });
    await terminal.rows();
    const line = terminal.xterm.buffer.active.getLine(1);
    expect(line?.getCell(0)?.getChars()).toBe("│");
    expect(line?.getCell(29)?.getChars()).toBe("│");
  });

  it("shows the last of many frames, whatever stood there before", async () => {
    const terminal = createVirtualTerminal(24, 4);
    const screen = opened(terminal);
    const texts = [
      "한글 한글",
      "a한글b",
      "👍👍👍👍",
      "abc 漢字",
      "x👨‍👩‍👧y",
      "한a글b",
      "",
      "ab\u{1fae9}cd",
    ];
    for (const one of texts) {
      for (const other of texts) {
        const settled = createVirtualTerminal(24, 4);
        opened(settled).show(frameOf(other, one));
        screen.show(frameOf(one, other));
        screen.show(frameOf(other, one));
        expect(await terminal.rows()).toEqual(await settled.rows());
      }
    }
  });

  it("writes only what differs", () => {
    const terminal = createVirtualTerminal(80, 24);
    const screen = opened(terminal);
    const lines = Array.from({ length: 24 }, (_, row) => `row ${row} `.repeat(8));
    screen.show(frameOf(...lines));
    const before = terminal.written().length;
    screen.show(frameOf(...lines));
    expect(terminal.written().length).toBe(before);
    screen.show(frameOf(...lines.with(3, `${lines[3]}!`)));
    expect(terminal.written().length - before).toBeLessThan(80);
  });

  it("lets no control character through, should one get as far as this", () => {
    const terminal = createVirtualTerminal(40, 5);
    const screen = opened(terminal);
    const before = terminal.written().length;
    screen.show(frameOf("a\x1b]0;title\x07b\x9b31mc\x00\u202ed\r\n"));
    const written = terminal.written().slice(before);
    for (const control of ["\x1b]", "\x9b", "\x00", "\u202e", "\r", "\n"]) {
      expect(written).not.toContain(control);
    }
    expect(written).toContain("a]0;titleb31mcd");
  });

  it("puts the cursor where the frame has it, or hides it", async () => {
    const terminal = createVirtualTerminal(40, 5);
    const screen = opened(terminal);
    screen.show({ lines: [[span("한글")]], cursor: { row: 2, column: 7 } });
    expect(await terminal.cursor()).toEqual({ row: 2, column: 7 });
    expect(isCursorShown(terminal)).toBe(true);
    screen.show(frameOf("한글"));
    expect(isCursorShown(terminal)).toBe(false);
  });

  it("takes over another size", async () => {
    const terminal = createVirtualTerminal(20, 3);
    const screen = opened(terminal);
    screen.show(frameOf("one", "two", "three"));
    terminal.xterm.resize(30, 5);
    screen.resize();
    screen.show(frameOf("1", "2", "3", "4", "한".repeat(15)));
    expect(await terminal.rows()).toEqual(["1", "2", "3", "4", "한".repeat(15)]);
  });

  it("gives the terminal back as it was", async () => {
    const terminal = createVirtualTerminal(40, 5);
    terminal.port.write("$ chat\r\n");
    const screen = openScreen(terminal.port);
    screen.show(frameOf("hello"));
    await terminal.rows();
    expect(terminal.xterm.buffer.active.type).toBe("alternate");
    expect(terminal.xterm.modes.bracketedPasteMode).toBe(true);
    expect(terminal.xterm.modes.mouseTrackingMode).not.toBe("none");
    screen.close();
    screen.show(frameOf("late"));
    expect(await terminal.rows()).toEqual(["$ chat", "", "", "", ""]);
    expect(terminal.xterm.buffer.active.type).toBe("normal");
    expect(terminal.xterm.modes.bracketedPasteMode).toBe(false);
    expect(terminal.xterm.modes.mouseTrackingMode).toBe("none");
    expect(terminal.xterm.modes.applicationCursorKeysMode).toBe(false);
    expect(isCursorShown(terminal)).toBe(true);
  });

  it("shows no colour where none is wanted, and only sixteen where there are no more", () => {
    const lines: Line[] = [[span("a", "accent"), span("b", "error"), span("c", "dim")]];
    const writtenWith = (colorDepth: "none" | "16" | "256") => {
      const terminal = createVirtualTerminal(20, 3);
      const port = { ...terminal.port, colorDepth };
      const screen = openScreen(port);
      screen.show({ lines, cursor: null });
      screen.close();
      return terminal.written();
    };
    expect(writtenWith("256")).toMatch(/38;5;/);
    expect(writtenWith("16")).not.toMatch(/38;5;/);
    expect(writtenWith("16")).toContain("\x1b[36m");
    expect(writtenWith("none")).not.toMatch(/\[(?:\d;)?[39]\dm/);
  });

  it("leaves no listener of the process behind", () => {
    const listeners = () =>
      process.eventNames().map((name) => process.listenerCount(name as never));
    const before = JSON.stringify([process.eventNames().map(String), listeners()]);
    const screens = Array.from({ length: 5 }, () => openScreen(createVirtualTerminal(20, 3).port));
    for (const screen of screens) screen.close();
    expect(JSON.stringify([process.eventNames().map(String), listeners()])).toBe(before);
  });
});
