import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createBrowser } from "../../local/cognito/managed-login/browser-under-test.ts";
import { type LocalStack, startLocalStack } from "../chain/local-stack.ts";

// This project's own client with --browser, through the façade of the stack that `make start` runs.

const root = join(import.meta.dirname, "../..");
let stack: LocalStack;
beforeAll(async () => {
  stack = await startLocalStack();
}, 60_000);
afterAll(async () => {
  await stack?.stop();
});

/** Waits for the address that the client asks to have opened. */
async function addressFrom(child: ChildProcess, output: () => string): Promise<string> {
  for (;;) {
    const found = /http:\/\/localhost:\d+\/oauth\/authorize\?\S+/.exec(output())?.[0];
    if (found !== undefined) return found;
    if (child.exitCode !== null) throw new Error(`the client ended: ${output()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

it("signs in with --browser, is asked about on the consent page, and lists its tools", async () => {
  const { MCP_SERVER_URL: url = "", COGNITO_DOMAIN: domain = "" } = stack.environment;
  const child = spawn(
    process.execPath,
    [
      "--import",
      import.meta.resolve("tsx"),
      join(root, "client/main.ts"),
      "--browser",
      "--list-tools",
    ],
    {
      cwd: stack.folder,
      // No PATH: whatever opens a browser is not found, and the address is printed.
      env: { HOME: stack.folder, PATH: "", LANG: "C.UTF-8" },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
  }
  const exited = new Promise((resolve) => child.once("close", resolve));
  const address = await addressFrom(child, () => output);
  const loopback = new URL(new URL(address).searchParams.get("redirect_uri") ?? "").origin;
  const browser = createBrowser([new URL(url).origin, domain, loopback]);
  const consent = await browser.open(address);
  expect(consent.html).toContain("CLEANAUTH");
  const login = await browser.submit(consent, { decision: "allow" });
  const password = stack.environment.CLEANAUTH_PASSWORD ?? "";
  const back = await browser.submit(login, { username: "demo", password });
  expect(back.url.origin).toBe(loopback);
  expect(await exited, output).toBe(0);
  expect(output).toContain("add_note");
}, 60_000);
