import type { Frame, Style } from "../chat/frame.ts";
import { askBackground, type Background } from "./background.ts";
import { attachScreen, attributeOf } from "./blessed-screen.ts";
import { cellsOfLine } from "./cells.ts";
import type { TerminalPort } from "./port.ts";
import { themeOf } from "./theme.ts";

/** A terminal that shows frames. */
export interface Screen {
  /** Shows a frame; only what differs from the last one is written. */
  show(frame: Frame): void;
  /** Takes over the port's size. The next frame is written whole. */
  resize(): void;
  /**
   * Puts text on the terminal's clipboard (xterm's OSC 52). Terminals that do not allow it take no
   * notice.
   */
  copy(text: string): void;
  /** Takes the mouse from the terminal, or leaves it to it for selecting. */
  useMouse(on: boolean): void;
  /** Takes the colours for another background; the next frame shows them. */
  useBackground(background: Background): void;
  /** Gives the terminal back as it was before. Nothing is written after it. */
  close(): void;
}

/** Mouse buttons and wheel (1000) with reports in SGR form (1006). */
const mouseOn = "\x1b[?1000h\x1b[?1006h";
const mouseOff = "\x1b[?1006l\x1b[?1000l";
/** With bracketed paste (2004), and told when the background becomes light or dark (2031). */
const enterModes = `\x1b[?2004h\x1b[?2031h${mouseOn}`;
const leaveModes = `${mouseOff}\x1b[?2031l\x1b[?2004l`;

/**
 * Opens a screen on a port: the alternate screen, with paste and wheel reported. The terminal is asked for
 * its background where colours depend on it; the answer comes with the input, or never.
 *
 * @param port where it is shown
 * @param background what is behind the text, as far as known
 */
export function openScreen(port: TerminalPort, background: Background = "dark"): Screen {
  const attached = attachScreen(port);
  let attributes = attributesOf(port, background);
  let isOpen = true;
  let lastCursor: Frame["cursor"] | undefined;
  port.write(enterModes);
  if (port.colorDepth === "256") port.write(askBackground);

  function show(frame: Frame): void {
    if (!isOpen) return;
    const { screen } = attached;
    const { lines } = screen;
    let isChanged = !isSameCursor(frame.cursor, lastCursor);
    lastCursor = frame.cursor;
    for (const [row, cells] of lines.entries()) {
      const wanted = cellsOfLine(frame.lines[row] ?? [], cells.length);
      for (const [column, cell] of cells.entries()) {
        const next = wanted[column];
        if (next === undefined) continue;
        const attribute = attributes[next.style];
        if (cell[0] === attribute && cell[1] === next.text) continue;
        cell[0] = attribute;
        cell[1] = next.text;
        cells.dirty = true;
        isChanged = true;
      }
    }
    if (!isChanged) return;
    screen.draw(0, lines.length - 1);
    showCursor(frame.cursor);
    screen.program.flush();
  }

  function showCursor(cursor: Frame["cursor"]): void {
    const { program } = attached.screen;
    if (cursor === null) {
      if (!program.cursorHidden) program.hideCursor();
      return;
    }
    program.cup(cursor.row, cursor.column);
    if (program.cursorHidden) program.showCursor();
  }

  return {
    show,
    resize() {
      lastCursor = undefined;
      if (isOpen) attached.resize();
    },
    copy(text) {
      const encoded = Buffer.from(text, "utf8").toString("base64");
      if (isOpen) port.write(`\x1b]52;c;${encoded}\x07`);
    },
    useMouse(on) {
      if (isOpen) port.write(on ? mouseOn : mouseOff);
    },
    useBackground(next) {
      attributes = attributesOf(port, next);
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      port.write(leaveModes);
      attached.destroy();
    },
  };
}

function isSameCursor(one: Frame["cursor"], other: Frame["cursor"] | undefined): boolean {
  return one?.row === other?.row && one?.column === other?.column && other !== undefined;
}

function attributesOf(port: TerminalPort, background: Background): Record<Style, number> {
  const theme = themeOf(port.colorDepth, background);
  const entries = Object.entries(theme).map(([style, look]) => [style, attributeOf(look)]);
  return Object.fromEntries(entries) as Record<Style, number>;
}
