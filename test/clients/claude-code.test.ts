import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalStack, startLocalStack } from "../chain/local-stack.ts";
import { startTmux } from "../ui/tmux.ts";
import { signInAsPerson } from "./person.ts";
import { strangersEnvironment } from "./places.ts";

// Claude Code, where it is in the PATH: npm has it, but it is larger than all of this project together.
// It needs no account for this, and keeps what it is told in a home of its own.

const claude = (process.env.PATH ?? "")
  .split(delimiter)
  .map((folder) => join(folder, "claude"))
  .find((path) => existsSync(path));

describe.skipIf(claude === undefined)("Claude Code, where claude is in the PATH", () => {
  const home = strangersEnvironment();
  const env = { ...home, CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1" };
  let stack: LocalStack;
  beforeAll(async () => {
    // Where its document can be fetched it would come with that; here it might have no way out.
    stack = await startLocalStack({ environment: { OAUTH_CLIENT_DOCUMENTS: "0" } });
  });
  afterAll(() => stack?.stop());

  const mcp = (...words: string[]) =>
    execFileSync(claude ?? "", ["mcp", ...words], { env, cwd: home.HOME, encoding: "utf8" });

  it("finds out that it has to sign in", () => {
    mcp("add", "--transport", "http", "plain", stack.environment.MCP_SERVER_URL ?? "");
    expect(mcp("get", "plain")).toContain("Needs authentication");
  });

  it.each([
    ["registers itself", []],
    ["has the id of the registered client", ["--client-id", "ID"]],
  ])("signs in where it %s, and is connected", async (_case, options) => {
    const { MCP_SERVER_URL = "", COGNITO_PUBLIC_CLIENT_ID = "" } = stack.environment;
    const name = `server-${options.length}`;
    const words = options.map((word) => word.replace("ID", COGNITO_PUBLIC_CLIENT_ID));
    mcp("add", "--transport", "http", ...words, name, MCP_SERVER_URL);
    // Wide, so that the address is on one line.
    const terminal = await startTmux(home.HOME, 2_000, 40);
    try {
      terminal.type(`HOME=${home.HOME} ${claude} mcp login ${name} --no-browser`);
      terminal.press("Enter");
      const page = /http:\/\/localhost:\d+\/oauth\/authorize\?\S+/;
      const [url = ""] = page.exec((await terminal.waitFor(page)).join("\n")) ?? [];
      const { callback } = await signInAsPerson(stack, url);
      expect(callback.hostname).toBe("localhost");
      await terminal.waitFor("Authenticated with");
    } finally {
      terminal.close();
    }
    expect(mcp("list")).toMatch(new RegExp(`${name}: .*Connected`));
  });
});
