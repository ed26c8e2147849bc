import { afterEach, describe, expect, it } from "vitest";
import { columnsOf } from "../../client/chat/width.ts";
import { sharedStack } from "./stack.ts";
import { ask, client, sizes, terminals, textOf } from "./terminals.ts";
import type { Tmux } from "./tmux.ts";

// The pane that shows how one got in, from the real exchange of this very sign-in.

const stack = sharedStack();
const { start, signedIn } = terminals(stack);

/** How long the next tokens hold; the stand-in for Cognito is told. */
async function useTokensOf(tokenSeconds: number): Promise<void> {
  const { AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: url = "" } = stack().environment;
  const body = JSON.stringify({ tokenSeconds });
  const { status } = await fetch(`${url}/control`, { method: "PUT", body });
  expect(status).toBe(200);
}
afterEach(() => useTokensOf(900));

/** All of the pane's text, read from its first line to its last as a person scrolls through it. */
async function readPane(terminal: Tmux, title: string, columns: number): Promise<string> {
  const rowsOfPane = () => {
    const rows = terminal.screen();
    const before = rows[0]?.split(`── ${title}`)[0] ?? "";
    return rows.map((row) => fromColumn(row, columnsOf(before)));
  };
  const position = () =>
    /(\d+)–(\d+)\/(\d+)/
      .exec(rowsOfPane()[0] ?? "")
      ?.slice(1)
      .map(Number);
  terminal.press("Home");
  for (let count = 0; count < 40 && position()?.[0] !== 1; count += 1) {
    terminal.press("PageUp");
    await terminal.waitFor(title);
  }
  let text = "";
  for (let count = 0; count < 60; count += 1) {
    const [first = 1, last = 1, all = 1] = position() ?? [];
    for (const row of terminal.screen()) expect(columnsOf(row)).toBeLessThanOrEqual(columns);
    text += `${rowsOfPane().join("\n")}\n`;
    if (last === all) return text;
    terminal.press("PageDown");
    await expect.poll(() => position()?.[0]).not.toBe(first);
  }
  throw new Error("the pane has no end");
}

/** What stands in a row from a column on. */
function fromColumn(row: string, column: number): string {
  let rest = row;
  while (rest !== "" && columnsOf(row) - columnsOf(rest) < column) rest = rest.slice(1);
  return rest;
}

const flat = (text: string) => text.replace(/\s+/g, " ");

const steps = [
  /1\. The server asks for a token.*GET http:\/\/localhost:\d+\/mcp.*→ 401.*WWW-Authenticate: Bearer/,
  /2\. Where its tokens come from.*authorization_servers: /,
  /3\. What the authorization server offers.*authorization_endpoint/,
  /4\. Signing in.*USER_SRP_AUTH.*PASSWORD_VERIFIER.*•••/,
  /5\. The access token.*expires in 1\d:\d\d.*token_use: access.*client_id: /,
  /6\. The server takes the token.*What the server checked.*✓ signature: RS256/,
];

describe.each(sizes)("the pane at $columns×$rows", ({ columns, rows }) => {
  it("leads through every step of the way in, and shows no secret", async () => {
    const terminal = await signedIn({ columns, rows });
    ask(terminal, "/auth");
    await terminal.waitFor("── How you got in");
    const text = flat(await readPane(terminal, "How you got in", columns));
    for (const step of steps) expect(text).toMatch(step);
    const { COGNITO_CLIENT_SECRET: secret = "none", CLEANAUTH_PASSWORD = "none" } =
      stack().environment;
    for (const hidden of [secret, CLEANAUTH_PASSWORD, "eyJ"]) expect(text).not.toContain(hidden);
    // In another window it is laid out anew.
    const other = columns > 100 ? 80 : 120;
    terminal.resize(other, 30);
    await terminal.waitFor(columns > 100 ? /^ {2}── How you got in/ : /│ ── How you got in/);
    expect(flat(await readPane(terminal, "How you got in", other))).toMatch(/6\. The server takes/);
    ask(terminal, "/auth");
    await expect.poll(() => textOf(terminal.screen())).not.toContain("── How you got in");
  });

  it("says the same in Korean", async () => {
    const terminal = await signedIn({ columns, rows, environment: "LANG=ko_KR.UTF-8" });
    ask(terminal, "/auth");
    await terminal.waitFor("── 인증 과정");
    const text = flat(await readPane(terminal, "인증 과정", columns));
    for (const step of [
      /1\. 서버가 토큰을 요구함.*→ 401/,
      /4\. 로그인.*PASSWORD_VERIFIER/,
      /5\. 액세스 토큰.*1\d:\d\d 후 만료/,
      /6\. 서버가 토큰을 받아들임/,
    ]) {
      expect(text).toMatch(step);
    }
    terminal.press("Escape");
    await expect.poll(() => textOf(terminal.screen())).not.toContain("── 인증 과정");
    ask(terminal, "/lang en");
    await terminal.waitFor("The interface is in English now.");
    ask(terminal, "/auth");
    await terminal.waitFor("── How you got in");
  });
});

describe("a token's time", () => {
  it("runs down before one's eyes, and the next token is seen to be fetched", async () => {
    await useTokensOf(12);
    const terminal = await signedIn({ columns: 120, rows: 40 });
    const secondsLeft = () => Number(/token 0:(\d\d)/.exec(textOf(terminal.screen()))?.[1] ?? 99);
    await terminal.waitFor(/token 0:\d\d/);
    const before = secondsLeft();
    await expect.poll(secondsLeft, { timeout: 10_000 }).toBeLessThan(before);
    await useTokensOf(900);
    ask(terminal, "Who am I?");
    await terminal.waitFor(/token 1\d:\d\d/);
    ask(terminal, "/auth");
    await terminal.waitFor("── How you got in");
    const text = flat(await readPane(terminal, "How you got in", 120));
    expect(text).toMatch(/7\. Since then.*GetTokensFromRefreshToken.*RefreshToken: •••.*→ ok/);
  });
});

describe("what was refused", () => {
  it("is told with its reason", async () => {
    const terminal = await start();
    terminal.run(client, { environment: "CLEANAUTH_USER= CLEANAUTH_PASSWORD=" });
    await terminal.waitFor("Sign in");
    for (const text of ["demo", "Wrong-password-1"]) {
      terminal.type(text);
      terminal.press("Enter");
    }
    await terminal.waitFor("✗");
    terminal.type(stack().password);
    terminal.press("Enter");
    await terminal.waitFor("Welcome to CLEANAUTH");
    ask(terminal, "/auth");
    await terminal.waitFor("── How you got in");
    const text = flat(await readPane(terminal, "How you got in", 80));
    expect(text).toMatch(/4\. Signing in.*→ NotAuthorizedException/);
    expect(text).not.toContain("Wrong-password-1");
  });
});
