import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { launchChromium, openTerminalPage, type TerminalPage } from "./chromium.ts";
import { resultsFolder } from "./places.ts";
import { sharedStack } from "./stack.ts";

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

async function signIn(page: TerminalPage, username = "demo"): Promise<void> {
  await page.screen.waitFor("Sign in");
  for (const text of [username, stack().password]) {
    await page.type(text);
    await page.press("Enter");
  }
  await page.screen.waitFor(`signed in as ${username}`);
}

function screenshot({ page }: TerminalPage, name: string): Promise<Buffer> {
  return page.screenshot({ path: join(resultsFolder, `${name}.png`) });
}

/** Types as a Korean input method does: a syllable is composed letter by letter, then committed. */
async function compose({ page }: TerminalPage, syllables: readonly string[][]): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  for (const steps of syllables) {
    for (const text of steps) {
      const end = text.length;
      await devtools.send("Input.imeSetComposition", {
        text,
        selectionStart: end,
        selectionEnd: end,
      });
    }
    await devtools.send("Input.insertText", { text: steps.at(-1) ?? "" });
  }
}

describe("the page", () => {
  it("shows an answer while it comes, also while a syllable is being composed", async () => {
    const terminal = await openTerminalPage(browser, stack().webUrl);
    await signIn(terminal);
    await terminal.type("what is the weather forecast for 37.77, -122.42?");
    await terminal.press("Enter");
    await terminal.screen.waitFor(/✓ get_forecast/);
    const devtools = await terminal.page.context().newCDPSession(terminal.page);
    const composition = { text: "하", selectionStart: 1, selectionEnd: 1 };
    await devtools.send("Input.imeSetComposition", composition);
    const composed = terminal.page.locator("#composed");
    const lengths = new Set<number>();
    await expect
      .poll(
        async () => {
          const text = (await terminal.screen.rows()).join("\n");
          lengths.add(text.length);
          return text;
        },
        { timeout: 20_000, interval: 30 },
      )
      .toContain("● ready");
    expect(lengths.size).toBeGreaterThan(3);
    expect(await composed.innerText()).toBe("하");
    await screenshot(terminal, "composing");
    await devtools.send("Input.insertText", { text: "한" });
    await terminal.screen.waitFor(/│ › 한 +│/);
  });

  it("is left for its own buttons by F6, for Tab is the terminal's", async () => {
    const terminal = await openTerminalPage(browser, stack().webUrl);
    await terminal.screen.waitFor("Sign in");
    const focused = () => terminal.page.evaluate(() => document.activeElement?.id ?? "");
    const label = () => terminal.page.evaluate(() => document.activeElement?.ariaLabel ?? "");
    expect(await label()).toContain("F6");
    await terminal.type("demo");
    await terminal.press("Tab");
    await terminal.type("x");
    await terminal.screen.waitFor(/Password +•/);
    await terminal.press("F6");
    expect(await focused()).toBe("text-mode");
    await screenshot(terminal, "focus");
    await terminal.press("Enter");
    expect(await terminal.page.getAttribute("#text-mode", "aria-pressed")).toBe("true");
    expect(await label()).toContain("F6");
    await terminal.type("y");
    await terminal.screen.waitFor(/Password +••/);
  });

  it("puts an answer on the clipboard", async () => {
    const terminal = await openTerminalPage(browser, stack().webUrl);
    const context = terminal.page.context();
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await signIn(terminal);
    await terminal.type("내가 누구야?");
    await terminal.press("Enter");
    await terminal.screen.waitFor(/Signed in as demo[\s\S]*● ready/);
    await terminal.press("Control+y");
    await terminal.screen.waitFor("Copied to the clipboard");
    const clipboard = await terminal.page.evaluate(() => navigator.clipboard.readText());
    expect(clipboard).toContain("도구의 답입니다");
  });

  it("signs in, takes a Korean question from an input method, and shows the answer", async () => {
    const terminal = await openTerminalPage(browser, stack().webUrl);
    await terminal.screen.waitFor("Sign in");
    await screenshot(terminal, "sign-in");
    await signIn(terminal);
    await screenshot(terminal, "welcome");
    await compose(terminal, [
      ["ㄴ", "내"],
      ["ㄱ", "가"],
    ]);
    await terminal.type(" ");
    await compose(terminal, [
      ["ㄴ", "누"],
      ["ㄱ", "구"],
      ["ㅇ", "야", "야"],
    ]);
    await terminal.type("?");
    const typed = await terminal.screen.waitFor("내가 누구야?");
    expect(typed.filter((row) => row.includes("누구야"))).toEqual([
      expect.stringMatching(/^│ › 내가 누구야\? +│$/),
    ]);
    await terminal.press("Enter");
    const answer = await terminal.screen.waitFor(
      /(says|답입니다):\s+Signed in as demo[\s\S]*● ready/,
    );
    expect(answer.join("\n")).toContain("도구의 답입니다");
    await screenshot(terminal, "korean-answer");
    expect(terminal.errors).toEqual([]);
  });

  it("takes what an input method composes once and in order, however busy the browser is", async () => {
    const terminal = await openTerminalPage(browser, stack().webUrl);
    await signIn(terminal);
    const devtools = await terminal.page.context().newCDPSession(terminal.page);
    await devtools.send("Emulation.setCPUThrottlingRate", { rate: 20 });
    for (let word = 0; word < 3; word += 1) {
      await compose(terminal, [
        ["ㄴ", "내"],
        ["ㄱ", "가"],
      ]);
      await terminal.type(" ");
    }
    await compose(terminal, [
      ["ㄴ", "누"],
      ["ㄱ", "구"],
    ]);
    await terminal.type("?");
    await terminal.screen.waitFor(/│ › 내가 내가 내가 누구\? +│/);
  });

  it("draws the text itself where there is no graphics card", async () => {
    const plain = await launchChromium("--disable-3d-apis");
    try {
      const terminal = await openTerminalPage(plain, stack().webUrl);
      await signIn(terminal);
      await terminal.type("메모에 ");
      await compose(terminal, [
        ["ㅇ", "우"],
        ["ㅇ", "유"],
      ]);
      await terminal.screen.waitFor("메모에 우유");
      const rows = terminal.page.locator(".xterm-rows");
      await expect.poll(() => rows.innerText()).toContain("메모에 우유");
      await screenshot(terminal, "without-graphics-card");
      expect(terminal.errors).toEqual([]);
    } finally {
      await plain.close();
    }
  });

  it("keeps two users apart, each with a screen of their own", async () => {
    const [one, other] = await Promise.all([
      openTerminalPage(browser, stack().webUrl),
      openTerminalPage(browser, stack().webUrl),
    ]);
    await signIn(one, "demo");
    await signIn(other, "admin");
    await one.type("who am I?");
    await one.press("Enter");
    await one.screen.waitFor(/(says|답입니다):\s+Signed in as demo[\s\S]*● ready/);
    expect((await other.screen.rows()).join("\n")).not.toContain("who am I?");
    await other.type("how busy is the host?");
    await other.press("Enter");
    await other.screen.waitFor(/memory[\s\S]*● ready/i);
  });

  it("fills the window, and does so again when its size changes", async () => {
    const terminal = await openTerminalPage(browser, stack().webUrl);
    await signIn(terminal);
    const before = terminal.screen.xterm.cols;
    await terminal.page.setViewportSize({ width: 700, height: 900 });
    await expect.poll(() => terminal.screen.xterm.cols).toBeLessThan(before);
    const { cols } = terminal.screen.xterm;
    await terminal.screen.waitFor(new RegExp(`^╭─{${cols - 2}}╮$`, "m"));
    await screenshot(terminal, "resized");
  });

  it("says that the connection is over, and connects again", async () => {
    const terminal = await openTerminalPage(browser, stack().webUrl);
    await terminal.screen.waitFor("Sign in");
    await terminal.press("Control+c");
    await terminal.press("Control+c");
    const notice = terminal.page.locator("#notice");
    await notice.waitFor({ state: "visible" });
    expect(await notice.innerText()).toContain("You have left");
    await screenshot(terminal, "left");
    await terminal.page.locator("#reconnect").click();
    await notice.waitFor({ state: "hidden" });
    await terminal.screen.waitFor("Sign in");
    await signIn(terminal);
  });

  it("loads nothing from anywhere else", async () => {
    const page = await browser.newPage();
    const hosts = new Set<string>();
    page.on("request", (request) => hosts.add(new URL(request.url()).host));
    await page.goto(stack().webUrl);
    await page.waitForSelector("html[data-terminal=ready]");
    expect([...hosts].filter((host) => host !== "")).toEqual([new URL(stack().webUrl).host]);
  });
});
