import { setTimeout as delay } from "node:timers/promises";
import unicode11 from "@xterm/addon-unicode11";
import headless, { type Terminal } from "@xterm/headless";
import type { PortListener, TerminalPort } from "../terminal/port.ts";

/** A terminal without a window: what is written to it can be read back as a person would see it. */
export interface VirtualTerminal {
  readonly port: TerminalPort;
  /** xterm.js, for its modes and its buffers. */
  readonly xterm: Terminal;
  /** Files that its user was given. */
  readonly files: ReadonlyMap<string, string>;
  /** Everything that was written, escape sequences included. */
  written(): string;
  /** The rows of the screen, without the blanks at their ends. */
  rows(): Promise<string[]>;
  /** Where the cursor stands, counted from 0. */
  cursor(): Promise<{ row: number; column: number }>;
  /** Waits until the screen shows something; fails with the screen's text. */
  waitFor(pattern: RegExp | string): Promise<string[]>;
  type(text: string): void;
  resize(columns: number, rows: number): void;
  /** The other side goes away. */
  hangUp(): void;
  /** While false, the port says that it can take no more. */
  isReading: boolean;
}

/** Makes one of a size. */
export function createVirtualTerminal(columns = 80, rows = 24): VirtualTerminal {
  const xterm = new headless.Terminal({ cols: columns, rows, allowProposedApi: true });
  xterm.loadAddon(new unicode11.Unicode11Addon() as never);
  xterm.unicode.activeVersion = "11";
  let listener: PortListener | undefined;
  const files = new Map<string, string>();
  let written = "";

  const settled = () => new Promise<void>((resolve) => xterm.write("", resolve));
  const terminal: VirtualTerminal = {
    xterm,
    files,
    isReading: true,
    port: {
      colorDepth: "256",
      size: () => ({ columns: xterm.cols, rows: xterm.rows }),
      canTakeMore: () => terminal.isReading,
      async saveFile(name, text) {
        files.set(name, text);
        return name;
      },
      write(text) {
        written += text;
        xterm.write(text);
      },
      listen(portListener) {
        listener = portListener;
      },
    },
    written: () => written,
    async rows() {
      await settled();
      const { active } = xterm.buffer;
      return Array.from({ length: xterm.rows }, (_, row) =>
        (active.getLine(active.baseY + row)?.translateToString() ?? "").trimEnd(),
      );
    },
    async cursor() {
      await settled();
      return { row: xterm.buffer.active.cursorY, column: xterm.buffer.active.cursorX };
    },
    async waitFor(pattern) {
      const isThere = (text: string) =>
        typeof pattern === "string" ? text.includes(pattern) : pattern.test(text);
      for (let attempt = 0; attempt < 200; attempt += 1) {
        const shown = await terminal.rows();
        if (isThere(shown.join("\n"))) return shown;
        await delay(15);
      }
      throw new Error(`${pattern} did not appear on\n${(await terminal.rows()).join("\n")}`);
    },
    type: (text) => listener?.input(text),
    resize(newColumns, newRows) {
      xterm.resize(newColumns, newRows);
      listener?.resized();
    },
    hangUp: () => listener?.closed(),
  };
  return terminal;
}
