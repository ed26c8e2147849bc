import { setTimeout as delay } from "node:timers/promises";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchChromium, openTerminalPage, type TerminalPage } from "./chromium.ts";
import { sharedStack } from "./stack.ts";
import { client, terminals, textOf } from "./terminals.ts";
import type { Tmux } from "./tmux.ts";

// The colours are those for what is behind the text: a terminal says it, a variable or the page.

const stack = sharedStack();
const { start } = terminals(stack);

/** The palette's number that the accent has, for a light background and for a dark one. */
const accents = { light: 25, dark: 110 };

async function expectColours(terminal: Tmux, background: "light" | "dark"): Promise<void> {
  const other = background === "light" ? "dark" : "light";
  await expect.poll(() => terminal.colored()).toContain(`38;5;${accents[background]}m`);
  expect(terminal.colored()).not.toContain(`38;5;${accents[other]}m`);
}

describe("in a terminal", () => {
  it("are for a light background where the terminal answers that it is light", async () => {
    const terminal = await start();
    await terminal.command("tmux set-option -g window-style 'bg=#fdf6e3,fg=#073642'");
    terminal.run(client);
    await terminal.waitFor("Sign in");
    await expectColours(terminal, "light");
  });

  it.each([
    ["dark where nothing says more", "", "dark"],
    ["light by COLORFGBG", "COLORFGBG='0;15'", "light"],
  ] as const)("are %s and the terminal does not answer", async (_what, environment, background) => {
    const terminal = await start();
    terminal.run(client, { environment });
    await terminal.waitFor("Sign in");
    await expectColours(terminal, background);
  });

  it("take a late answer in two pieces for no typing", async () => {
    const terminal = await start();
    terminal.run(client);
    await terminal.waitFor("Sign in");
    for (const piece of ["\x1b]11;rgb:ffff/ff", "ff/ffff\x1b\\"]) {
      terminal.type(piece);
      await delay(150);
    }
    await expectColours(terminal, "light");
    expect(textOf(terminal.screen())).not.toMatch(/ff\/|rgb/);
  });

  it("are none under NO_COLOR", async () => {
    const terminal = await start();
    terminal.run(client, { environment: "NO_COLOR=1" });
    await terminal.waitFor("Sign in");
    expect(terminal.colored()).not.toContain("38;5;");
  });
});

describe("on the page", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
  });

  const accentOf = ({ screen }: TerminalPage) => {
    const { active } = screen.xterm.buffer;
    const lines = Array.from({ length: screen.xterm.rows }, (_, row) => active.getLine(row));
    const line = lines.find((each) => each?.translateToString().includes("›"));
    return line?.getCell(line.translateToString().indexOf("›"))?.getFgColor();
  };

  it("are what the browser prefers, also when that changes", async () => {
    const page = await openTerminalPage(browser, stack().webUrl, undefined, {
      colorScheme: "light",
    });
    await page.screen.waitFor("Sign in");
    await expect.poll(() => accentOf(page)).toBe(accents.light);
    await page.page.emulateMedia({ colorScheme: "dark" });
    await expect.poll(() => accentOf(page)).toBe(accents.dark);
    expect(page.errors).toEqual([]);
  });
});
