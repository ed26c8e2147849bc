import { type ChildProcess, spawn } from "node:child_process";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { freePort, type LocalStack, startLocalStack } from "../chain/local-stack.ts";
import { findAuthorizationUrl, signInAsPerson } from "./person.ts";
import { inspectorCli, strangersEnvironment } from "./places.ts";

let stack: LocalStack;
const children: ChildProcess[] = [];
beforeAll(async () => {
  stack = await startLocalStack();
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill();
});
afterAll(() => stack?.stop());

async function inspect(env: Record<string, string>, url: string, ...options: string[]) {
  const callback = `http://127.0.0.1:${await freePort()}/oauth/callback`;
  const { command, args } = inspectorCli(url, "--callback-url", callback, ...options);
  const child = spawn(command, args, { env, cwd: env.HOME, stdio: ["ignore", "pipe", "pipe"] });
  children.push(child);
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8");
  const ended = new Promise<{ exitCode: number | null; output: string }>((resolve) => {
    child.once("close", (exitCode) => resolve({ exitCode, output }));
  });
  return { stderr: child.stderr, ended };
}

describe("the Inspector's command line", () => {
  it.each(["/mcp", "/sse"])(
    "signs in through the browser and calls a tool over %s",
    async (path) => {
      const url = new URL(path, stack.environment.MCP_SERVER_URL).href;
      const call = ["--method", "tools/call", "--tool-name", "whoami", "--format", "json"];
      const { stderr, ended } = await inspect(strangersEnvironment(), url, ...call);
      const { callback } = await signInAsPerson(stack, await findAuthorizationUrl(stderr));
      expect(callback.hostname).toBe("127.0.0.1");
      const { exitCode, output } = await ended;
      expect(exitCode).toBe(0);
      expect(output).toContain("Signed in as demo");
    },
  );

  it("sees the tools of an admin when an admin signs in", async () => {
    const url = stack.environment.MCP_SERVER_URL ?? "";
    const { stderr, ended } = await inspect(
      strangersEnvironment(),
      url,
      ...["--method", "tools/list", "--format", "json"],
    );
    await signInAsPerson(stack, await findAuthorizationUrl(stderr), "admin");
    const { exitCode, output } = await ended;
    expect(exitCode).toBe(0);
    expect(output).toContain("host_status");
  });

  it("is told that it has to sign in where it may not ask anybody", async () => {
    const url = stack.environment.MCP_SERVER_URL ?? "";
    const options = ["--method", "tools/list", "--stored-auth-only"];
    const { ended } = await inspect(strangersEnvironment(), url, ...options);
    expect((await ended).exitCode).not.toBe(0);
  });
});
