import { join } from "node:path";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { startLocalStack } from "../chain/local-stack.ts";
import { launchChromium, openTerminalPage } from "./chromium.ts";

// `make screenshots`: takes the pictures of the README anew, of the real page against a stack of its own.

const folder = join(import.meta.dirname, "../../docs/images");

interface Picture {
  readonly name: string;
  readonly options: BrowserContextOptions;
  /** What is asked or commanded after the sign-in; the last one's text is waited for. */
  readonly lines: readonly (readonly [typed: string, appears: RegExp])[];
  /** The pane is scrolled down until this is at its top. */
  readonly top?: RegExp;
}

const english: BrowserContextOptions = { colorScheme: "dark", locale: "en-US" };
const korean: BrowserContextOptions = { colorScheme: "light", locale: "ko-KR" };
const conversation = { width: 960, height: 640 };
const wide = { width: 1280, height: 800 };
const token = /5\. (The access token|액세스 토큰)/;
const isReady = /● (ready|준비됨)/;

const pictures: readonly Picture[] = [
  {
    name: "english-dark",
    options: { ...english, viewport: conversation },
    lines: [
      ["are there weather alerts in California?", /get_alerts[\s\S]*● ready/],
      ["add a note: buy milk", /Run it as demo\?/],
    ],
  },
  {
    name: "korean-light",
    options: { ...korean, viewport: conversation },
    lines: [
      ["내가 누구야?", /whoami[\s\S]*● 준비됨/],
      ['메모에 "우유 사기"를 추가해 줘', /실행할까요\?/],
    ],
  },
  {
    name: "auth-pane",
    options: { ...english, viewport: wide },
    lines: [["/auth", /401/]],
    top: token,
  },
  {
    name: "auth-pane.ko",
    options: { ...korean, viewport: wide },
    lines: [["/auth", /401/]],
    top: token,
  },
  {
    name: "phone",
    options: {
      ...english,
      viewport: { width: 390, height: 760 },
      hasTouch: true,
      isMobile: true,
    },
    lines: [["who am I?", /whoami[\s\S]*● ready/]],
  },
];

async function take(browser: Browser, url: string, password: string, picture: Picture) {
  const context = await browser.newContext({ ...picture.options, deviceScaleFactor: 2 });
  const terminal = await openTerminalPage(context, url);
  await terminal.screen.waitFor(/Password|비밀번호/);
  for (const text of ["demo", password]) {
    await terminal.type(text);
    await terminal.press("Enter");
  }
  await terminal.screen.waitFor(isReady);
  for (const [text, appears] of picture.lines) {
    await terminal.type(text);
    await terminal.press("Enter");
    await terminal.screen.waitFor(appears);
  }
  while (picture.top?.test((await terminal.screen.rows())[1] ?? "") === false) {
    await terminal.press("ArrowDown");
    await terminal.page.waitForTimeout(50);
  }
  await terminal.page.waitForTimeout(500);
  await terminal.page.screenshot({ path: join(folder, `${picture.name}.png`) });
  await context.close();
  console.log(`docs/images/${picture.name}.png`);
}

// The address that is seen is the one that everybody has.
const stack = await startLocalStack({ environment: { PORT: "8080" } });
// xterm.js looks at the real scale; an emulated one alone makes its letters too large.
const browser = await launchChromium("--force-device-scale-factor=2");
try {
  const { WEB_PORT, CLEANAUTH_PASSWORD = "" } = stack.environment;
  for (const picture of pictures) {
    await take(browser, `http://localhost:${WEB_PORT}`, CLEANAUTH_PASSWORD, picture);
  }
} finally {
  await browser.close();
  await stack.stop();
}
