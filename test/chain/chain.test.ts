import { execFileSync } from "node:child_process";
import { mkdtempSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  freePort,
  type LocalStack,
  runClient,
  runProgram,
  startLocalStack,
} from "./local-stack.ts";

// The whole chain as a newcomer runs it: the program of `make start` without a terminal, and the
// client beside it. Nothing in here is replaced; the stand-ins are those of `make start` itself.

let stack: LocalStack;
beforeAll(async () => {
  stack = await startLocalStack();
}, 40_000);
afterAll(async () => {
  await stack?.stop();
});

const server = () => stack.environment.MCP_SERVER_URL ?? "";

async function startAgain(folder: string, port: string) {
  return runProgram("local/main.ts", folder, [], {
    environment: { PORT: port, WEB_PORT: String(await freePort()), METRICS_PORT: "0" },
  });
}

describe("make start", () => {
  it("says what is a stand-in, where things are and how to sign in, before `ready`", () => {
    expect(stack.announcement).toContain(server());
    expect(stack.announcement).toContain(`http://localhost:${stack.environment.WEB_PORT}`);
    expect(stack.announcement).toContain(`demo / ${stack.environment.CLEANAUTH_PASSWORD}`);
    expect(stack.announcement.match(/stand-in/g)).toHaveLength(3);
    expect(stack.announcement).toMatch(/\nready/);
  });

  it("keeps what other shells need in a file that only its owner reads", () => {
    const file = join(stack.folder, ".cleanauth/local.env");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(stack.environment).toMatchObject({ CLEANAUTH_USER: "demo", CLEANAUTH_LOCAL: "1" });
  });

  it("keeps password, secrets and tokens out of its logs and process list", async () => {
    await ask(["--prompt", "who am I?", "--json"]);
    const logs = execFileSync("cat", [join(stack.folder, ".cleanauth/logs/server.log")], {
      encoding: "utf8",
    });
    const processes = execFileSync("ps", ["-Ao", "args"], { encoding: "utf8" });
    expect(logs).toContain("/mcp");
    for (const name of [
      "CLEANAUTH_PASSWORD",
      "COGNITO_CLIENT_SECRET",
      "CLEANAUTH_TOTP_SECRET",
      "COGNITO_MACHINE_CLIENT_SECRET",
    ]) {
      expect(logs).not.toContain(stack.environment[name]);
      expect(processes).not.toContain(stack.environment[name]);
    }
    expect(logs).not.toMatch(/eyJ[\w-]+\.[\w-]+/);
  });

  it("reports a port that is taken and how to choose another", async () => {
    const { PORT = "" } = stack.environment;
    const second = await startAgain(mkdtempSync(join(tmpdir(), "cleanauth-chain-")), PORT);
    expect(second.exitCode).toBe(2);
    expect(second.stderr).toMatch(new RegExp(`^Port ${PORT} .* is taken .*PORT=.*\n$`));
  });

  it("is not started twice in one folder, whatever the port", async () => {
    const second = await startAgain(stack.folder, String(await freePort()));
    expect(second.exitCode).toBe(2);
    expect(second.stderr).toMatch(/^make start runs in this folder already: process \d+.*\n$/);
    expect(statSync(join(stack.folder, ".cleanauth/local.env")).isFile()).toBe(true);
  });

  it("is what localhost means over IPv6 too", async () => {
    const url = server().replace("localhost", "[::1]").replace("/mcp", "/health");
    expect(await (await fetch(url)).json()).toMatchObject({ status: "ok" });
  });
});

describe("a stack that is killed", () => {
  it("takes its server and its web terminal with it", async () => {
    const killed = await startLocalStack();
    killed.process.kill("SIGKILL");
    const { PORT = "", WEB_PORT = "" } = killed.environment;
    for (const port of [PORT, WEB_PORT]) await untilFree(Number(port));
    const again = await startLocalStack({
      folder: killed.folder,
      environment: { PORT, WEB_PORT },
    });
    expect(again.environment.PORT).toBe(PORT);
    expect(await again.stop()).toBe(0);
  }, 40_000);
});

const forecastQuestions = [
  ["in English", "what is the forecast for 37.77, -122.42?"],
  ["in Korean", "37.77, -122.42의 날씨 예보를 알려줘"],
] as const;

describe("a question of the client", () => {
  describe.each([
    ["/mcp", () => server()],
    ["/sse", () => server().replace(/mcp$/, "sse")],
  ])("over %s", (_path, url) => {
    it.each(forecastQuestions)("runs a tool and quotes its result, %s", async (_name, question) => {
      const outcome = await ask(["--prompt", question, "--json"], url());
      expect(outcome.stderr).toBe("");
      expect(outcome.exitCode).toBe(0);
      expect(typesOf(outcome.events)).toEqual([
        "signed_in",
        "connected",
        "tool_call",
        "tool_result",
        "text",
        "done",
      ]);
      expect(find(outcome.events, "tool_call")).toMatchObject({
        name: "get_forecast",
        arguments: { latitude: 37.77, longitude: -122.42 },
      });
      expect(find(outcome.events, "tool_result")).toMatchObject({ outcome: "ok" });
      expect(textOf(outcome.events)).toMatch(/Sample data/);
    });
  });

  it("streams the answer alone to stdout without --json", async () => {
    const outcome = await ask(["--prompt", "who am I?"]);
    expect(outcome.exitCode).toBe(0);
    expect(outcome.stdout).toMatch(/demo/);
    expect(outcome.stdout).not.toMatch(/^\{/);
  });

  it("reads the question from stdin when it is -", async () => {
    const outcome = await runClient(stack.folder, [server(), "demo", "--prompt", "-"], {
      input: "나는 누구로 로그인했어?",
    });
    expect(outcome.exitCode).toBe(0);
    expect(outcome.stdout).toMatch(/demo/);
  });
});

describe("the tools that a user sees", () => {
  it.each([
    ["demo", false],
    ["admin", true],
  ])("as %s: host_status listed is %s", async (user, isListed) => {
    const outcome = await runClient(stack.folder, [server(), user, "--list-tools"]);
    expect(outcome.exitCode).toBe(0);
    expect(outcome.stdout).toContain("whoami");
    expect(outcome.stdout.includes("host_status")).toBe(isListed);
  });
});

describe("notes", () => {
  it("are not written without --yes, and the option is named", async () => {
    const outcome = await ask(["--prompt", "add a note: never written"]);
    expect(outcome.stdout + outcome.stderr).toContain("--yes");
    const list = await ask(["--prompt", "list my notes", "--json"]);
    expect(JSON.stringify(list.events)).not.toContain("never written");
  });

  it("survive kill -9 of the server, and are their owner's alone", async () => {
    const added = await ask(["--yes", "--prompt", "add a note: 우유 사기", "--json"]);
    expect(find(added.events, "tool_result")).toMatchObject({ name: "add_note", outcome: "ok" });

    const killed = serverPid();
    process.kill(killed, "SIGKILL");
    await untilServerIsBack(killed);

    const mine = await ask(["--prompt", "list my notes", "--json"]);
    expect(textOf(mine.events)).toContain("우유 사기");
    const others = await runClient(stack.folder, [
      server(),
      "admin",
      "--prompt",
      "list my notes",
      "--json",
    ]);
    expect(others.exitCode).toBe(0);
    expect(find(others.events, "tool_call")).toMatchObject({ name: "list_notes" });
    expect(JSON.stringify(others.events)).not.toContain("우유 사기");
  }, 30_000);
});

async function untilFree(port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const isTaken = await fetch(`http://127.0.0.1:${port}/health`).then(
      () => true,
      () => false,
    );
    if (!isTaken) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`port ${port} is still taken`);
}

function ask(options: string[], url = server()) {
  return runClient(stack.folder, [url, "demo", ...options]);
}

function typesOf(events: readonly Readonly<Record<string, unknown>>[]): unknown[] {
  return [...new Set(events.map((event) => event.type))];
}

function find(events: readonly Readonly<Record<string, unknown>>[], type: string) {
  return events.find((event) => event.type === type);
}

function textOf(events: readonly Readonly<Record<string, unknown>>[]): string {
  return events.map((event) => (event.type === "text" ? event.text : "")).join("");
}

/** The id of the MCP server's process, a child of the stack's. */
function serverPid(): number {
  const table = execFileSync("ps", ["-Ao", "pid,ppid,args"], { encoding: "utf8" });
  const line = table
    .split("\n")
    .map((row) => row.trim().split(/\s+/))
    .find(
      ([, parent, ...command]) =>
        Number(parent) === stack.process.pid && command.join(" ").includes("server/main.ts"),
    );
  if (line === undefined) throw new Error("the stack has no server process");
  return Number(line[0]);
}

async function untilServerIsBack(killed: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const isBack = await fetch(new URL("/health", server()))
      .then((response) => response.ok)
      .catch(() => false);
    if (isBack && serverPid() !== killed) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("the server did not come back");
}
