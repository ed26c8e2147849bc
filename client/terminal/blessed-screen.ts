import { EventEmitter } from "node:events";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { columnsOfCellText } from "./cells.ts";
import type { TerminalPort } from "./port.ts";

/**
 * What is used of blessed: its screen as a grid of cells that it draws by differences. Its widgets,
 * its markup and its input are not used, so nothing that is shown is ever parsed.
 */
export interface BlessedScreen {
  /** Rows of cells: an attribute (see {@link attributeOf}) and the text of the cell. */
  lines: (BlessedCell[] & { dirty: boolean })[];
  readonly tput: { brokenACS: boolean };
  readonly program: {
    cup(row: number, column: number): void;
    showCursor(): void;
    hideCursor(): void;
    flush(): void;
    readonly cursorHidden: boolean;
    removeAllListeners(): void;
  };
  draw(firstRow: number, lastRow: number): void;
  alloc(): void;
  destroy(): void;
  removeAllListeners(): void;
}

export type BlessedCell = [attribute: number, text: string];

/** The side of blessed that the port is not: what it takes for its output stream. */
interface BlessedOutput extends EventEmitter {
  isTTY: boolean;
  writable: boolean;
  columns: number;
  rows: number;
  write(text: string): boolean;
}

interface Blessed {
  screen(options: Record<string, unknown>): BlessedScreen;
  readonly Tput: { prototype: { _prefix(): string } };
  readonly unicode: { charWidth(text: string): number };
}

/** Blessed has no types for its inside; what is used of it is declared above. */
function loadBlessed(): Blessed {
  const require = createRequire(import.meta.url);
  const blessed = require("blessed") as Blessed;
  const folder = dirname(require.resolve("blessed/package.json"));
  // The terminfo files of the system are never read: blessed misreads those of tmux, screen,
  // alacritty and ghostty. All of them understand what its own xterm-256color says.
  blessed.Tput.prototype._prefix = () => join(folder, "usr", "xterm-256color");
  // A cell holds a whole grapheme cluster, of which blessed would look at the first character alone.
  blessed.unicode.charWidth = columnsOfCellText;
  return blessed;
}

let loaded: Blessed | undefined;

/** A screen of blessed's that draws to a port. */
export interface AttachedScreen {
  readonly screen: BlessedScreen;
  /** Takes over the port's size; the screen is empty afterwards. */
  resize(): void;
  /** Leaves the alternate screen, shows the cursor, and lets go of everything. */
  destroy(): void;
}

/**
 * Makes a blessed screen on a port; it enters the alternate screen at once.
 *
 * @param port where it draws to
 */
export function attachScreen(port: TerminalPort): AttachedScreen {
  loaded ??= loadBlessed();
  const output = createOutput(port);
  // Blessed listens on its input and would put a TTY into raw mode; it gets one that says nothing.
  const input = new EventEmitter();
  const screen = loaded.screen({
    input,
    output,
    terminal: "xterm-256color",
    fullUnicode: true,
    forceUnicode: true,
  });
  // Lines are drawn with Unicode's characters, not with the alternate character set.
  screen.tput.brokenACS = true;
  return {
    screen,
    resize() {
      Object.assign(output, port.size());
      output.emit("resize");
    },
    destroy() {
      screen.destroy();
      screen.program.removeAllListeners();
      screen.removeAllListeners();
      output.removeAllListeners();
      input.removeAllListeners();
    },
  };
}

function createOutput(port: TerminalPort): BlessedOutput {
  const { columns, rows } = port.size();
  return Object.assign(new EventEmitter(), {
    isTTY: true,
    writable: true,
    columns,
    rows,
    write(text: string): boolean {
      port.write(text);
      return true;
    },
  });
}

/** The number that blessed packs a look into: flags, foreground, background. */
export function attributeOf(look: {
  color?: number;
  background?: number;
  isBold?: boolean;
  isUnderlined?: boolean;
  isInverse?: boolean;
}): number {
  const flags = (look.isBold ? 1 : 0) | (look.isUnderlined ? 2 : 0) | (look.isInverse ? 8 : 0);
  return (flags << 18) | ((look.color ?? terminalColor) << 9) | (look.background ?? terminalColor);
}

const terminalColor = 0x1ff;
