import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { launchChromium, openTerminalPage } from "./chromium.ts";
import { deskServer } from "./desk-server.ts";
import { ownStack } from "./stack.ts";

// Pages of strangers, names that were made to point here, and texts that want to be more than text: what
// Chromium itself makes of it.

const stack = ownStack({ servers: deskServer });

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium(
    "--host-resolver-rules=MAP attacker.example 127.0.0.1",
    // It keeps public pages from this machine by itself; other browsers do not.
    "--disable-features=LocalNetworkAccessChecks",
  );
});
afterAll(async () => {
  await browser?.close();
});
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
});

/** What becomes of a WebSocket to the terminal that a page's own script opens. */
function tryFrom(page: Page, url: string): Promise<unknown> {
  return page.evaluate(
    (address) =>
      new Promise((resolve) => {
        const socket = new WebSocket(address);
        socket.onopen = () => resolve("opened");
        socket.onerror = () => resolve("refused");
      }),
    `${url.replace("http", "ws")}/terminal`,
  );
}

describe("a page of another origin", () => {
  it.each([
    [
      "the same machine under its other name",
      (url: string) => `${url.replace("localhost", "127.0.0.1")}/health`,
    ],
    ["no origin at all", () => "data:text/html,nobody"],
    ["another site", () => "http://stranger.example/"],
  ])("gets no terminal: %s", async (_what, addressOf) => {
    const page = await browser.newPage();
    await page.route("http://stranger.example/", (route) => route.fulfill({ body: "stranger" }));
    await page.goto(addressOf(stack().webUrl));
    expect(await tryFrom(page, stack().webUrl)).toBe("refused");
  });

  it("that has a name which was made to point here gets neither page nor terminal", async () => {
    const page = await browser.newPage();
    const rebound = stack().webUrl.replace("localhost", "attacker.example");
    const response = await page.goto(rebound);
    expect(response?.status()).toBe(403);
    expect(await tryFrom(page, rebound)).toBe("refused");
  });

  it("cannot show the terminal in a frame of its own", async () => {
    const page = await browser.newPage();
    const body = `<iframe src="${stack().webUrl}"></iframe>`;
    await page.route("http://stranger.example/", (route) =>
      route.fulfill({ body, contentType: "text/html" }),
    );
    const failed = page.waitForEvent("requestfailed");
    await page.goto("http://stranger.example/");
    expect((await failed).failure()?.errorText).toBe("net::ERR_BLOCKED_BY_RESPONSE");
  });
});

describe("a text that wants to be more", () => {
  it("sets neither title nor clipboard nor a link, and colours nothing", async () => {
    const terminal = await openTerminalPage(browser, stack().webUrl);
    const context = terminal.page.context();
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await terminal.page.evaluate(() => navigator.clipboard.writeText("mine"));
    await terminal.screen.waitFor("Sign in");
    for (const text of ["demo", stack().password, "read the letter"]) {
      await terminal.type(text);
      await terminal.press("Enter");
      if (text === stack().password) await terminal.screen.waitFor("● ready");
    }
    await terminal.screen.waitFor(/link red ?bold back end[\s\S]*● ready/);
    expect(await terminal.page.title()).toBe("CLEANAUTH");
    expect(await terminal.page.evaluate(() => navigator.clipboard.readText())).toBe("mine");
    expect(terminal.written()).not.toMatch(/\]0;|\]8;|\]52;|\[31m|evil\.example/);
    expect(terminal.errors).toEqual([]);
  });
});

describe("the page's policy", () => {
  it("lets no script in that is not the page's own", async () => {
    const terminal = await openTerminalPage(browser, stack().webUrl);
    const refused = await terminal.page.evaluate(async () => {
      const violations: string[] = [];
      document.addEventListener("securitypolicyviolation", ({ effectiveDirective }) => {
        violations.push(effectiveDirective);
      });
      const add = (attributes: object) =>
        document.body.append(Object.assign(document.createElement("script"), attributes));
      add({ textContent: "window.pwned = true" });
      add({ src: "http://stranger.example/x.js" });
      document.body.insertAdjacentHTML("beforeend", '<img src="x" onerror="window.pwned = true">');
      await fetch("http://stranger.example/").catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, 300));
      return { violations, isPwned: "pwned" in window };
    });
    expect(refused.isPwned).toBe(false);
    expect(refused.violations).toEqual(
      expect.arrayContaining(["script-src-elem", "script-src-attr", "connect-src"]),
    );
  });
});
