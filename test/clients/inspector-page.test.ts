import { type ChildProcess, spawn } from "node:child_process";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { freePort, type LocalStack, startLocalStack } from "../chain/local-stack.ts";
import { launchChromium } from "../ui/chromium.ts";
import { inspectorPage, strangersEnvironment } from "./places.ts";

// The Inspector's page as a person uses it, in Chromium: connect, agree, sign in, call a tool.

let stack: LocalStack;
let browser: Browser;
let inspector: ChildProcess;
let url: string;
beforeAll(async () => {
  stack = await startLocalStack();
  browser = await launchChromium();
  const { command, args } = inspectorPage(stack.environment.MCP_SERVER_URL ?? "");
  const home = strangersEnvironment();
  const env: Record<string, string> = { ...home, MCP_AUTO_OPEN_ENABLED: "false" };
  for (const name of ["CLIENT_PORT", "MCP_SANDBOX_PORT", "MCP_APP_ORIGIN_PORT"]) {
    env[name] = String(await freePort());
  }
  inspector = spawn(command, args, { env, cwd: home.HOME, stdio: ["ignore", "pipe", "ignore"] });
  url = await addressOf(inspector);
}, 60_000);
afterAll(async () => {
  inspector?.kill();
  await browser?.close();
  await stack?.stop();
});

/** The page's address, which has the token of this run in it. */
function addressOf({ stdout }: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    stdout?.setEncoding("utf8").on("data", (text) => {
      said += text;
      const [address] = /http:\/\/\S+\?MCP_INSPECTOR_API_TOKEN=\w+(?=\s)/.exec(said) ?? [];
      if (address !== undefined) resolve(address);
    });
    stdout?.on("close", () => reject(new Error(`The Inspector ended: ${said}`)));
  });
}

const connect = (page: Page) =>
  page.getByRole("switch", { name: /^Connect/ }).check({ force: true });

/** The second click of a double-click, whose first one closed the window that lay over the page. */
function answerAsWindowComesUp(): string {
  let outcome = "not sent";
  const note = (event: Event) => {
    outcome = event.defaultPrevented ? "held back" : "sent";
    event.preventDefault();
  };
  addEventListener("submit", note, { once: true });
  dispatchEvent(new Event("focus"));
  document.querySelector("button")?.click();
  return outcome;
}

it("sends its user through consent and sign-in, and shows what a tool answers", async () => {
  const { CLEANAUTH_PASSWORD = "" } = stack.environment;
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  await page.goto(url);
  await connect(page).catch(() => {}); // It leaves for the consent page in the middle of the click.
  await page.getByRole("heading", { name: "Let this application in?" }).waitFor();
  expect(await page.locator("main").innerText()).toContain("MCP Inspector");
  expect(await page.evaluate(answerAsWindowComesUp)).toBe("held back");
  await page.waitForTimeout(600);
  await page.getByRole("button", { name: "Allow" }).click();
  await page.getByLabel("Username").fill("demo");
  await page.getByLabel("Password").fill(CLEANAUTH_PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();

  await page.getByText("Tools", { exact: true }).click();
  await page.getByText("add_note", { exact: true }).click();
  await page.getByRole("textbox", { name: "text" }).fill("우유 사기");
  await page.getByRole("button", { name: "Execute Tool" }).click();
  await page.getByText(/Noted:[\s\S]*우유 사기/).waitFor();
  expect(new URL(page.url()).origin).toBe(new URL(url).origin);
});
