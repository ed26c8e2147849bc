import { afterEach, expect } from "vitest";
import { columnsOf } from "../../client/chat/width.ts";
import type { Stack } from "./shared-stack.ts";
import { startTmux, type Tmux } from "./tmux.ts";

export const client = "client/main.ts";

/** The two sizes in which all has to be right; in between, and after, a window is any other. */
export const sizes = [
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
] as const;

interface Start {
  readonly columns?: number;
  readonly rows?: number;
  /** Variables before the program's name, as a shell takes them. */
  readonly environment?: string;
  /** The client, or a program of these tests. */
  readonly program?: string;
}

/** Terminals for the tests of a file, each of which is closed after its test. */
export function terminals(stack: () => Stack): {
  start(columns?: number, rows?: number): Promise<Tmux>;
  /** The client, with the demo user signed in and nothing asked yet. */
  signedIn(options?: Start): Promise<Tmux>;
} {
  let open: Tmux[] = [];
  afterEach(() => {
    for (const terminal of open) terminal.close();
    open = [];
  });
  async function start(columns = 80, rows = 24): Promise<Tmux> {
    const terminal = await startTmux(stack().folder, columns, rows);
    open.push(terminal);
    return terminal;
  }
  return {
    start,
    async signedIn({ columns, rows, program = client, environment = "" } = {}) {
      const terminal = await start(columns, rows);
      terminal.run(program, { environment });
      await terminal.waitFor(/Sign in|로그인/);
      terminal.press("Enter");
      await terminal.waitFor(/Welcome to CLEANAUTH|환영합니다/);
      return terminal;
    },
  };
}

export function ask(terminal: Tmux, text: string): void {
  terminal.type(text);
  terminal.press("Enter");
}

/** Waits for the answer to begin, and for its end. */
export async function answered(terminal: Tmux): Promise<string[]> {
  await terminal.waitFor("answering");
  return terminal.waitFor("● ready");
}

export const textOf = (rows: readonly string[]): string => rows.join("\n");

/** Changes the window's size and waits until all is laid out anew. */
export async function resize(terminal: Tmux, columns: number, rows: number): Promise<string[]> {
  terminal.resize(columns, rows);
  await terminal.waitFor(new RegExp(`^╰─{${columns - 2}}╯$`, "m"));
  const shown = terminal.screen();
  expectWholeBox(shown, columns);
  return shown;
}

/** The box of the input line reaches from edge to edge, and nothing sticks out of it. */
export function expectWholeBox(rows: readonly string[], columns: number): void {
  const top = rows.findIndex((row) => row.startsWith("╭"));
  const bottom = rows.findIndex((row) => row.startsWith("╰"));
  expect(rows[top]).toMatch(/^╭─.*─╮$/);
  expect(rows[bottom]).toBe(`╰${"─".repeat(columns - 2)}╯`);
  for (const row of rows.slice(top + 1, bottom)) expect(row).toMatch(/^│.*│$/);
  for (const row of rows.slice(top, bottom + 1)) expect(columnsOf(row)).toBe(columns);
}
