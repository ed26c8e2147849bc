import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type LocalStack, startLocalStack } from "../chain/local-stack.ts";
import { client } from "./terminals.ts";
import { startTmux, type Tmux } from "./tmux.ts";
import { totpCode } from "./totp.ts";

// Every demo user of `make start` gets in at a terminal, through the form and through a command that asks line
// by line, or reads what is wrong. A way in changes the user, so each of the two has a stack of its own.

interface Step {
  /** What is on the screen when it is asked. */
  readonly asked: RegExp;
  /** What is typed, each followed by Enter. */
  readonly typed: (at: { screen: string; username: string; stack: LocalStack }) => string[];
}

const fresh = "Fresh-Word-1234";

const step = (asked: RegExp, ...typed: string[]): Step => ({ asked, typed: () => typed });

/** The last code that was sent to the user, as whoever reads mail and text messages finds it. */
function sentCode({ stack, username }: { stack: LocalStack; username: string }): string {
  const log = readFileSync(join(stack.folder, ".cleanauth/logs/messages.log"), "utf8");
  const codes = [...log.matchAll(new RegExp(` for ${username} to .*: (\\d+) `, "g"))];
  return codes.at(-1)?.[1] ?? "";
}

const appCode: Step = {
  asked: /six digits that your authenticator app shows/,
  typed: ({ stack }) => [totpCode(stack.environment.CLEANAUTH_TOTP_SECRET ?? "")],
};
const textMessage: Step = { asked: /A code was sent to \+/, typed: (at) => [sentCode(at)] };

/** Chooses a line by the number before it. */
const choose = (asked: RegExp, words: string): Step => ({
  asked,
  typed: ({ screen }) => [new RegExp(`(\\d) +${words}`).exec(screen)?.[1] ?? ""],
});

const users: [username: string, steps: readonly Step[], password?: string][] = [
  ["demo", []],
  ["admin", []],
  ["newbie", [step(/a temporary one/, fresh, fresh)]],
  ["incomplete", [step(/a temporary one/, fresh, fresh, "incomplete@example.com")]],
  ["mfa", [appCode]],
  [
    "mfa-setup",
    [
      {
        asked: /type the key there: ([A-Z2-7]{4} )+[A-Z2-7]{1,4}\./,
        typed: ({ screen }) => {
          const [, key = ""] = /type the key there: ([A-Z2-7 ]+)\./.exec(screen) ?? [];
          return [totpCode(key.replaceAll(" ", ""))];
        },
      },
    ],
  ],
  ["mfa-choice", [choose(/Which second factor\?/, "A code in a text message"), textMessage]],
  ["sms", [textMessage]],
  [
    "phone",
    [
      choose(/I have none: sign in another way/, "I have none"),
      choose(/Sign in with what\?/, "A code in a text message"),
      textMessage,
    ],
    "",
  ],
  ["email-otp", [{ asked: /A code was sent to e/, typed: (at) => [sentCode(at)] }]],
  [
    "unconfirmed",
    [
      step(/not confirmed yet/, ""),
      { asked: /A code was sent to .* It confirms the user/, typed: (at) => [sentCode(at)] },
    ],
  ],
  [
    "reset",
    [
      step(/has to be reset/, ""),
      {
        asked: /A code was sent to .* Type it, and a new password/,
        typed: (at) => [sentCode(at), fresh, fresh],
      },
    ],
  ],
];

const refused: [username: string, password: string | null, words: RegExp][] = [
  ["disabled", null, /This user is disabled\W+That is what this demo user is for/],
  ["demo", "Wrong-word-1", /Incorrect user name or password/],
  ["nobody", null, /Incorrect user name or password/],
];

const ways = [
  { way: "in the form", words: "", welcome: /● ready/ },
  { way: "line by line", words: "--list-tools", welcome: /whoami +reads .*exit=0/ },
];

describe.each(ways)("at a terminal, $way,", ({ words, welcome }) => {
  let stack: LocalStack;
  let terminal: Tmux | undefined;
  beforeAll(async () => {
    stack = await startLocalStack();
  }, 60_000);
  afterEach(() => {
    terminal?.close();
    terminal = undefined;
  });
  afterAll(async () => {
    await stack?.stop();
  });

  /** The screen as one line, without the borders of boxes. */
  const flat = (screen: Tmux) =>
    screen
      .screen()
      .join(" ")
      .replace(/[│┃|\s]+/g, " ");

  async function begin(username: string, password: string): Promise<Tmux> {
    terminal = await startTmux(stack.folder, 120, 50);
    terminal.run(client, { arguments: words, environment: "CLEANAUTH_USER= CLEANAUTH_PASSWORD=" });
    // The line that asks for the password comes when the one before it is answered.
    for (const [label, text] of [
      ["User name", username],
      ["Password", password],
    ] as const) {
      await terminal.waitFor(label);
      terminal.type(text);
      terminal.press("Enter");
    }
    return terminal;
  }

  it.each(users)("%s gets in", async (username, steps, password) => {
    const screen = await begin(username, password ?? stack.environment.CLEANAUTH_PASSWORD ?? "");
    for (const { asked, typed } of steps) {
      await expect.poll(() => flat(screen), { timeout: 15_000 }).toMatch(asked);
      for (const text of typed({ screen: flat(screen), username, stack })) {
        screen.type(text);
        screen.press("Enter");
      }
    }
    await expect.poll(() => flat(screen), { timeout: 15_000 }).toMatch(welcome);
  });

  it.each(refused)("%s is told what is wrong", async (username, password, wrong) => {
    const screen = await begin(username, password ?? stack.environment.CLEANAUTH_PASSWORD ?? "");
    await expect.poll(() => flat(screen), { timeout: 15_000 }).toMatch(wrong);
  });
});
