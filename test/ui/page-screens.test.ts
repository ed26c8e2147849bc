import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { launchChromium, openTerminalPage, type TerminalPage } from "./chromium.ts";
import { resultsFolder } from "./places.ts";
import { startRelay } from "./relay.ts";
import { sharedStack } from "./stack.ts";

// What a screen in the browser has beyond a terminal's: it is found again, fits a phone, and can be read
// out. The pictures of the README are made here.

const stack = sharedStack();

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
});
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
});

async function open(options: BrowserContextOptions = {}): Promise<TerminalPage> {
  return openTerminalPage(browser, stack().webUrl, undefined, { colorScheme: "dark", ...options });
}

async function signIn(terminal: TerminalPage): Promise<void> {
  await terminal.screen.waitFor(/Sign in|로그인/);
  for (const text of ["demo", stack().password]) {
    await terminal.type(text);
    await terminal.press("Enter");
  }
  await terminal.screen.waitFor(/● (ready|준비됨)/);
}

async function ask(terminal: TerminalPage, question: string): Promise<void> {
  await terminal.type(question);
  await terminal.press("Enter");
}

function screenshot({ page }: TerminalPage, name: string): Promise<Buffer> {
  return page.screenshot({ path: join(resultsFolder, `${name}.png`) });
}

/** The connection breaks, as when a network does. */
async function breakConnection({ page }: TerminalPage): Promise<void> {
  await page.evaluate(() => {
    const { sockets } = window as unknown as { sockets: WebSocket[] };
    sockets.at(-1)?.close(4000);
  });
}

describe("a screen", () => {
  it("is there again after the connection broke, and after the page was loaded anew", async () => {
    const terminal = await open();
    await signIn(terminal);
    await ask(terminal, "who am I?");
    await terminal.screen.waitFor(/Signed in as demo[\s\S]*● ready/);
    const before = terminal.connections();
    await breakConnection(terminal);
    await expect.poll(terminal.connections).toBe(before + 1);
    await terminal.screen.waitFor(/Signed in as demo[\s\S]*● ready/);
    await terminal.type("still here");
    await terminal.screen.waitFor("still here");
    await terminal.page.reload();
    await expect.poll(terminal.connections).toBe(before + 2);
    await terminal.screen.waitFor("still here");
    const [cookie] = await terminal.page.context().cookies(`${stack().webUrl}/terminal`);
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Strict" });
    expect(await terminal.page.evaluate(() => document.cookie)).toBe("");
    expect(terminal.errors).toEqual([]);
  });

  it("is seen to be away while the network is, and there again afterwards", async () => {
    const relay = await startRelay(stack().webUrl);
    try {
      const terminal = await openTerminalPage(browser, relay.url, undefined, {
        colorScheme: "dark",
      });
      await signIn(terminal);
      await terminal.type("아직 여기에");
      await terminal.screen.waitFor("› 아직 여기에");
      relay.cut();
      const notice = terminal.page.locator("#notice");
      await notice.waitFor({ state: "visible" });
      expect(await notice.innerText()).toContain("Connecting again…");
      expect(await notice.getAttribute("role")).toBe("status");
      await screenshot(terminal, "offline");
      await terminal.page.setViewportSize({ width: 800, height: 700 });
      relay.mend();
      await notice.waitFor({ state: "hidden", timeout: 20_000 });
      await terminal.screen.waitFor("› 아직 여기에");
      await terminal.type("!");
      await terminal.screen.waitFor("› 아직 여기에!");
    } finally {
      await relay.close();
    }
  });

  it("is not given to another browser that knows its id", async () => {
    const terminal = await open();
    await signIn(terminal);
    const id = await terminal.page.evaluate(() => sessionStorage.getItem("cleanauth-screen"));
    const stranger = await browser.newContext();
    await stranger.addInitScript((known) => {
      sessionStorage.setItem("cleanauth-screen", known ?? "");
    }, id);
    const page = await openTerminalPage(stranger, stack().webUrl);
    await page.screen.waitFor("Sign in");
    expect((await page.screen.rows()).join("\n")).not.toContain("ready");
  });

  it("asks before a tool changes something", async () => {
    const terminal = await open();
    await signIn(terminal);
    await ask(terminal, "add a note: buy milk");
    await terminal.screen.waitFor(/add_note changes something/);
    // Keys that come right with the question are not taken for its answer.
    await terminal.page.waitForTimeout(600);
    await terminal.type("y");
    await terminal.screen.waitFor(/buy milk[\s\S]*● ready/);
    await screenshot(terminal, "approved");
  });

  it("gives an exported conversation as a download, and opens nothing", async () => {
    const terminal = await open();
    await signIn(terminal);
    await ask(terminal, "who am I?");
    await terminal.screen.waitFor(/Signed in as demo[\s\S]*● ready/);
    const [download] = await Promise.all([
      terminal.page.waitForEvent("download"),
      ask(terminal, "/export"),
    ]);
    expect(download.suggestedFilename()).toMatch(/\.md$/);
    expect(readFileSync(await download.path(), "utf8")).toContain("who am I?");
  });
});

describe("the page", () => {
  it("fits a phone, with the keys that its keyboard lacks", async () => {
    const terminal = await open({
      viewport: { width: 390, height: 760 },
      hasTouch: true,
      isMobile: true,
    });
    await signIn(terminal);
    expect(terminal.screen.xterm.cols).toBeGreaterThan(45);
    await ask(terminal, "what is the forecast for 37.77, -122.42?");
    await terminal.screen.waitFor(/Sample data[\s\S]*● ready/);
    await terminal.page.getByRole("button", { name: "Control C" }).tap();
    await terminal.screen.waitFor("Ctrl-C again to quit");
    // The terminal still has the focus, and with it the phone's keyboard.
    await terminal.type("typed on");
    await terminal.screen.waitFor("typed on");
    await screenshot(terminal, "phone");
    expect(terminal.errors).toEqual([]);
  });

  it("is light where the browser is, and Korean where it is", async () => {
    const terminal = await open({ colorScheme: "light", locale: "ko-KR" });
    await signIn(terminal);
    expect(await terminal.page.getAttribute("html", "lang")).toBe("ko");
    const background = await terminal.page.evaluate(
      () => getComputedStyle(document.body).backgroundColor,
    );
    expect(background).toBe("rgb(251, 251, 249)");
    await ask(terminal, "샌프란시스코 날씨 알려 줘");
    await terminal.screen.waitFor(/(Sample data|도구의 답)[\s\S]*● (ready|준비됨)/);
    await screenshot(terminal, "light");
  });

  it("has the rows as text for whoever has them read out", async () => {
    const terminal = await open();
    await terminal.screen.waitFor("Sign in");
    await terminal.page.locator("#text-mode").focus();
    await terminal.press("Enter");
    const rows = terminal.page.locator(".xterm-accessibility-tree [role=listitem]");
    await expect.poll(async () => (await rows.allInnerTexts()).join("\n")).toContain("Password");
    await signIn(terminal);
    await expect.poll(async () => (await rows.allInnerTexts()).join("\n")).toContain("● ready");
    await terminal.page.reload();
    await terminal.page.waitForSelector("html[data-terminal=ready]");
    expect(await terminal.page.getAttribute("#text-mode", "aria-pressed")).toBe("true");
  });

  it("shows how one got in, beside the conversation where there is room", async () => {
    const terminal = await open({ viewport: { width: 1280, height: 800 } });
    await signIn(terminal);
    await ask(terminal, "/auth");
    await terminal.screen.waitFor("1. The server asks for a token");
    await screenshot(terminal, "auth-pane");
  });
});
