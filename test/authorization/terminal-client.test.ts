import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createBrowser } from "../../local/cognito/managed-login/browser-under-test.ts";
import { openSession, post } from "../../server/testing/rpc.ts";
import { type LocalStack, runClient, startLocalStack } from "../chain/local-stack.ts";

// This project's own client with --browser and with --machine, on the stack that `make start` runs.

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

/** The client with --browser, as it runs in another shell; no browser is found, and the address is printed. */
function startClient(...words: string[]) {
  const child = spawn(
    process.execPath,
    ["--import", import.meta.resolve("tsx"), join(root, "client/main.ts"), "--browser", ...words],
    {
      cwd: stack.folder,
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
  return { child, exited, output: () => output };
}

/** Does in a browser what the page of an address asks for. */
async function agreeAndSignIn(address: string): Promise<void> {
  const { MCP_SERVER_URL: url = "", COGNITO_DOMAIN: domain = "" } = stack.environment;
  const loopback = new URL(new URL(address).searchParams.get("redirect_uri") ?? "").origin;
  const browser = createBrowser([new URL(url).origin, domain, loopback]);
  const consent = await browser.open(address);
  expect(consent.html).toContain("CLEANAUTH");
  const login = await browser.submit(consent, { decision: "allow" });
  const password = stack.environment.CLEANAUTH_PASSWORD ?? "";
  const back = await browser.submit(login, { username: "demo", password });
  expect(back.url.origin).toBe(loopback);
}

describe("with --browser", () => {
  it("signs in, is asked about on the consent page, and lists its tools", async () => {
    const { child, exited, output } = startClient("--list-tools");
    await agreeAndSignIn(await addressFrom(child, output));
    expect(await exited, output()).toBe(0);
    expect(output()).toContain("add_note");
  }, 60_000);

  it("needs no browser the next time, in two processes at once either, and asks again after --logout", async () => {
    const runs = [startClient("--list-tools"), startClient("--list-tools")];
    for (const { exited, output } of runs) {
      expect(await exited, output()).toBe(0);
      expect(output()).toContain("add_note");
      expect(output()).not.toContain("/oauth/authorize");
    }
    const out = startClient("--logout");
    expect([await out.exited, out.output()]).toEqual([
      0,
      "demo is signed out: the sign-in is revoked and forgotten.\n",
    ]);
    const again = startClient("--list-tools");
    await addressFrom(again.child, again.output);
    again.child.kill("SIGINT");
    expect(await again.exited).toBe(130);
  }, 60_000);

  it("ends with 130 on Ctrl-C, at once and without a word, and frees its port", async () => {
    const { child, exited, output } = startClient("--list-tools");
    const address = await addressFrom(child, output);
    const before = output();
    child.kill("SIGINT");
    expect(await exited).toBe(130);
    expect(output()).toBe(before);
    const redirectUri = new URL(address).searchParams.get("redirect_uri") ?? "";
    await expect(fetch(redirectUri)).rejects.toThrow();
  }, 60_000);

  it("says that it was refused on the consent page", async () => {
    const { child, exited, output } = startClient("--list-tools");
    const address = await addressFrom(child, output);
    const { MCP_SERVER_URL: url = "", COGNITO_DOMAIN: domain = "" } = stack.environment;
    const loopback = new URL(new URL(address).searchParams.get("redirect_uri") ?? "").origin;
    const browser = createBrowser([new URL(url).origin, domain, loopback]);
    await browser.submit(await browser.open(address), { decision: "deny" });
    expect(await exited).toBe(3);
    expect(output()).toMatch(/The sign-in was refused in the browser\. .*\n$/);
  }, 60_000);
});

describe("with --machine", () => {
  const toolsOf = (output: string) => [...output.matchAll(/^(\w+) {2}/gm)].map(([, name]) => name);

  it("is let in for what its app client may, and shown nothing else", async () => {
    const { exitCode, stdout, stderr } = await runClient(stack.folder, [
      "--machine",
      "--list-tools",
    ]);
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(toolsOf(stdout).sort()).toEqual(["get_alerts", "get_forecast", "whoami"]);
  }, 30_000);

  it("has a tool called, as the app client that it is", async () => {
    const { exitCode, events } = await runClient(stack.folder, [
      "--machine",
      "--prompt",
      "Who am I?",
      "--json",
    ]);
    const { COGNITO_MACHINE_CLIENT_ID: id } = stack.environment;
    expect(exitCode).toBe(0);
    expect(events[0]).toMatchObject({ type: "signed_in", username: id, subject: id, groups: [] });
    expect(events.find(({ type }) => type === "tool_result")).toMatchObject({
      name: "whoami",
      outcome: "ok",
      text: expect.stringContaining(`Signed in as ${id}`),
    });
  }, 30_000);

  it.each([
    ["another secret", { COGNITO_MACHINE_CLIENT_SECRET: "x" }, 3, /invalid_client.*_SECRET/],
    ["a client of users", { COGNITO_MACHINE_CLIENT_ID: "own" }, 3, /unauthorized_client/],
    ["another pool", { COGNITO_POOL_ID: "us-east-1_Other" }, 4, /it names http.*COGNITO_POOL_ID/],
  ])(
    "is told why not with %s",
    async (_what, given, expected, line) => {
      const { COGNITO_CLIENT_ID: id, COGNITO_CLIENT_SECRET: secret } = stack.environment;
      const isOwn = "COGNITO_MACHINE_CLIENT_ID" in given;
      const environment = isOwn
        ? { COGNITO_MACHINE_CLIENT_ID: id, COGNITO_MACHINE_CLIENT_SECRET: secret }
        : given;
      const words = ["--machine", "--list-tools"];
      const { exitCode, stdout, stderr } = await runClient(stack.folder, words, { environment });
      expect([exitCode, stdout]).toEqual([expected, ""]);
      expect(stderr).toMatch(line);
      expect(stderr.trimEnd()).not.toContain("\n");
    },
    30_000,
  );

  it("finds no taker for its secret at the façade, which signs in users alone", async () => {
    const { MCP_SERVER_URL: url = "", COGNITO_MACHINE_CLIENT_ID: id } = stack.environment;
    const { COGNITO_MACHINE_CLIENT_SECRET: secret } = stack.environment;
    const response = await fetch(new URL("/oauth/token", url), {
      method: "POST",
      headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}` },
      body: new URLSearchParams({ grant_type: "client_credentials" }),
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: "unsupported_grant_type" });
  });

  it("gets 403 with the scope that it lacks where it calls all the same, and no word of a group's tools", async () => {
    const { COGNITO_DOMAIN: domain = "", MCP_SERVER_URL: url = "" } = stack.environment;
    const { COGNITO_MACHINE_CLIENT_ID: id, COGNITO_MACHINE_CLIENT_SECRET: secret } =
      stack.environment;
    const response = await fetch(`${domain}/oauth2/token`, {
      method: "POST",
      headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}` },
      body: new URLSearchParams({ grant_type: "client_credentials" }),
    });
    const { access_token: token } = (await response.json()) as { access_token: string };
    const session = await openSession(new URL(url).origin, token);
    const call = (name: string, args: object) =>
      post(
        new URL(url).origin,
        token,
        { jsonrpc: "2.0", id: 7, method: "tools/call", params: { name, arguments: args } },
        session,
      );
    const refused = await call("add_note", { text: "x" });
    expect(refused.status).toBe(403);
    expect(refused.headers["www-authenticate"]).toMatch(
      /insufficient_scope.*scope="mcp-auth\/weather:read mcp-auth\/notes:write"/,
    );
    const [hidden, unknown] = [await call("host_status", {}), await call("no_such_tool", {})];
    expect([hidden.status, unknown.status]).toEqual([200, 200]);
    expect(JSON.stringify(hidden.json)).toMatch(/host_status/);
    expect(JSON.stringify(hidden.json).replace("host_status", "no_such_tool")).toBe(
      JSON.stringify(unknown.json),
    );
  }, 30_000);
});
