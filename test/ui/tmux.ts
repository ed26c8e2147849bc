import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const root = join(import.meta.dirname, "../..");

/** A shell in a tmux of its own, as a person has it before them. */
export interface Tmux {
  /** The rows of the screen, without the blanks at their ends. */
  screen(): string[];
  /** The same with the escape sequences of its colours. */
  colored(): string;
  /** Types text as it is. */
  type(text: string): void;
  /** Presses keys by tmux's names for them, such as `Enter`, `Escape`, `C-c`. */
  press(...keys: string[]): void;
  /** Pastes text as a terminal does, in brackets where the program asked for them. */
  paste(text: string): void;
  /** What a program has put on the clipboard (OSC 52). */
  clipboard(): string;
  /** Puts something on the clipboard, as another program does. */
  copy(text: string): void;
  /** The title of the terminal, as a program may set it. */
  title(): string;
  /** Whether the program has the mouse, and the terminal not. */
  isMouseTaken(): boolean;
  /** Runs a program of this project in the shell; the shell prints `exit=CODE` after it. */
  run(program: string, options?: { arguments?: string; environment?: string }): void;
  /** Runs a command of the shell and gives what it printed. */
  command(line: string): Promise<string>;
  /** Waits until the screen shows something; fails with the screen. */
  waitFor(pattern: string | RegExp, timeoutMilliseconds?: number): Promise<string[]>;
  resize(columns: number, rows: number): void;
  /** The id of the program that runs in the shell. */
  programId(): number;
  /** Ends the shell and all that runs in it. */
  close(): void;
}

/**
 * Starts tmux, with a server of its own, and a bare shell in it.
 *
 * @param folder where the shell is
 * @param columns how wide it is
 * @param rows how high it is
 * @throws Error that says how to get tmux where there is none
 */
export async function startTmux(folder: string, columns = 80, rows = 24): Promise<Tmux> {
  requireTmux();
  const name = `cleanauth-${randomBytes(4).toString("hex")}`;
  const environment = {
    PATH: process.env.PATH ?? "",
    HOME: process.env.HOME ?? "",
    LANG: "C.UTF-8",
    TERM: "xterm-256color",
    // What a client keeps for its user is nothing to whoever runs the tests, nor to the next one.
    XDG_STATE_HOME: join(folder, name),
  };
  const tmux = (...words: string[]) =>
    execFileSync("tmux", ["-L", name, ...words], { encoding: "utf8", env: environment });
  const size = ["-x", String(columns), "-y", String(rows)];
  tmux("-f", "/dev/null", "new-session", "-d", ...size, "-c", folder, "bash --norc --noprofile");

  tmux("set-option", "-s", "set-clipboard", "on");

  const screen = () =>
    tmux("capture-pane", "-p")
      .replace(/\n$/, "")
      .split("\n")
      .map((row) => row.trimEnd());

  const terminal: Tmux = {
    screen,
    colored: () => tmux("capture-pane", "-p", "-e"),
    type: (text) => void tmux("send-keys", "-l", "--", text),
    press: (...keys) => void tmux("send-keys", ...keys),
    paste(text) {
      tmux("set-buffer", "-b", "pasted", "--", text);
      tmux("paste-buffer", "-p", "-r", "-b", "pasted");
    },
    clipboard: () => tmux("show-buffer"),
    copy: (text) => void tmux("set-buffer", "--", text),
    title: () => tmux("display-message", "-p", "#{pane_title}").trim(),
    isMouseTaken: () => tmux("display-message", "-p", "#{mouse_any_flag}").trim() === "1",
    run(program, { arguments: words = "", environment: variables = "" } = {}) {
      const node = `node --import ${import.meta.resolve("tsx")} ${join(root, program)}`;
      terminal.type(`clear; ${variables} ${node} ${words}; echo "exit=$?"`);
      terminal.press("Enter");
    },
    async command(line) {
      const mark = `done-${randomBytes(4).toString("hex")}`;
      terminal.type(`clear; ${line}; echo ${mark.replace("-", "''-")}`);
      terminal.press("Enter");
      const rowsShown = await terminal.waitFor(new RegExp(`^${mark}$`, "m"));
      return rowsShown.slice(0, rowsShown.indexOf(mark)).join("\n");
    },
    async waitFor(pattern, timeoutMilliseconds = 15_000) {
      const isThere = (text: string) =>
        typeof pattern === "string" ? text.includes(pattern) : pattern.test(text);
      const until = Date.now() + timeoutMilliseconds;
      while (Date.now() < until) {
        const shown = screen();
        if (isThere(shown.join("\n"))) return shown;
        await delay(40);
      }
      throw new Error(`${pattern} did not appear on\n${screen().join("\n")}`);
    },
    resize: (newColumns, newRows) =>
      void tmux("resize-window", "-x", String(newColumns), "-y", String(newRows)),
    programId() {
      const shell = tmux("display-message", "-p", "#{pane_pid}").trim();
      return Number(execFileSync("pgrep", ["-P", shell], { encoding: "utf8" }).trim());
    },
    close: () => void tmux("kill-server"),
  };
  terminal.type("PS1='$ '");
  terminal.press("Enter");
  await terminal.command("true");
  return terminal;
}

function requireTmux(): void {
  try {
    execFileSync("tmux", ["-V"], { stdio: "ignore" });
  } catch (cause) {
    const message = "These tests need tmux. Install it with apt-get install tmux.";
    throw new Error(message, { cause });
  }
}
