import { existsSync } from "node:fs";
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from "playwright-core";
import {
  createVirtualTerminal,
  type VirtualTerminal,
} from "../../client/testing/virtual-terminal.ts";
import { chromiumPath } from "./places.ts";

const switches = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * Starts Chromium.
 *
 * @param more switches beside the usual ones
 * @throws Error that says how to get it where there is none
 */
export function launchChromium(...more: string[]): Promise<Browser> {
  if (!existsSync(chromiumPath)) {
    throw new Error(`These tests need ${chromiumPath}. Install it with apt-get install chromium.`);
  }
  return chromium.launch({ executablePath: chromiumPath, args: [...switches, ...more] });
}

/** A page with a terminal in it. */
export interface TerminalPage {
  readonly page: Page;
  /** What the page's terminal was sent, in a terminal that can be read. */
  readonly screen: VirtualTerminal;
  /** Everything that its terminal was sent, escape sequences included. */
  written(): string;
  /** Errors that the page reported, its content security policy's among them. */
  readonly errors: readonly string[];
  /** How many connections the page has made. */
  connections(): number;
  type(text: string): Promise<void>;
  press(key: string): Promise<void>;
}

/**
 * Opens the page and waits for its terminal.
 *
 * @param browser a running Chromium, of which the page gets a profile of its own, or such a profile
 * @param url the page's address
 * @param size the window's size
 * @param options what else the profile has
 */
export async function openTerminalPage(
  browser: Browser | BrowserContext,
  url: string,
  size = { width: 1000, height: 640 },
  options: BrowserContextOptions = {},
): Promise<TerminalPage> {
  const page =
    "newContext" in browser
      ? await browser.newPage({ viewport: size, ...options })
      : await browser.newPage();
  // What breaks a connection can get at it here.
  await page.addInitScript(() => {
    const sockets: WebSocket[] = [];
    Object.assign(window, {
      sockets,
      WebSocket: class extends WebSocket {
        constructor(address: string) {
          super(address);
          sockets.push(this);
        }
      },
    });
  });
  const screen = createVirtualTerminal();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  let connections = 0;
  let written = "";
  page.on("websocket", (socket) => {
    connections += 1;
    screen.xterm.reset();
    socket.on("framereceived", ({ payload }) => {
      const message = JSON.parse(String(payload));
      if (message.type !== "output") return;
      written += message.data;
      screen.xterm.write(message.data);
    });
    socket.on("framesent", ({ payload }) => {
      const message = JSON.parse(String(payload));
      if (message.type === "resize") screen.xterm.resize(message.columns, message.rows);
    });
  });
  await page.goto(url);
  await page.waitForSelector("html[data-terminal=ready]");
  return {
    page,
    screen,
    errors,
    written: () => written,
    connections: () => connections,
    type: (text) => page.keyboard.type(text),
    press: (key) => page.keyboard.press(key),
  };
}
