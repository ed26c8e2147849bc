import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
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
    for (const name of ["CLEANAUTH_PASSWORD", "COGNITO_CLIENT_SECRET", "CLEANAUTH_TOTP_SECRET"]) {
      expect(logs).not.toContain(stack.environment[name]);
      expect(processes).not.toContain(stack.environment[name]);
    }
    expect(logs).not.toMatch(/eyJ[\w-]+\.[\w-]+/);
  });

  it("reports a port that is taken and how to choose another", async () => {
    const { PORT = "" } = stack.environment;
    const second = await runProgram("local/main.ts", stack.folder, [], {
      environment: { PORT, WEB_PORT: String(await freePort()), METRICS_PORT: "0" },
    });
    expect(second.exitCode).toBe(2);
    expect(second.stderr).toMatch(new RegExp(`^Port ${PORT} .* is taken .*PORT=.*\n$`));
  });
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

describe("what goes wrong is one line with a fix and an exit code", () => {
  const cases: [string, string[], Record<string, string>, number, RegExp][] = [
    ["a wrong password", ["SERVER", "demo"], { CLEANAUTH_PASSWORD: "Wrong-1234" }, 3, /Incorrect/],
    ["an unknown user", ["SERVER", "nobody"], {}, 3, /Incorrect/],
    ["a disabled user", ["SERVER", "disabled"], {}, 3, /disabled/],
    ["an unconfirmed user", ["SERVER", "unconfirmed"], {}, 3, /confirm/],
    ["a temporary password", ["SERVER", "newbie"], {}, 3, /new password/i],
    ["a second factor", ["SERVER", "mfa"], {}, 3, /code/],
    [
      "a wrong client id",
      ["SERVER"],
      { COGNITO_CLIENT_ID: "nosuchclient" },
      2,
      /COGNITO_CLIENT_ID/,
    ],
    ["a value of the wrong form", ["SERVER"], { COGNITO_POOL_ID: "pool" }, 2, /COGNITO_POOL_ID/],
    ["a server that is down", ["http://localhost:1/mcp"], {}, 4, /localhost:1/],
    ["a server that is no MCP server", ["WEB/mcp"], {}, 4, /MCP/],
    ["a URL that is none", ["not a url"], {}, 2, /URL/],
    ["an unknown option", ["SERVER", "--nonsense"], {}, 2, /--nonsense/],
    ["a far server over plain http", ["http://192.0.2.1/mcp"], {}, 2, /--insecure/],
  ];

  it.each(cases)("%s", async (_name, argumentsBefore, environment, exitCode, words) => {
    const urls = { SERVER: server(), WEB: `http://localhost:${stack.environment.WEB_PORT}` };
    const positionals = argumentsBefore.map((word) =>
      word.replace(/^(SERVER|WEB)/, (name) => urls[name as keyof typeof urls]),
    );
    // Settings of the local stack go with its own server alone; for another they are given.
    const outcome = await runClient(stack.folder, [...positionals, "--prompt", "who am I?"], {
      environment: { ...stack.environment, ...environment },
    });
    expect(outcome.stderr).toMatch(words);
    expect(outcome.stderr.trim().split("\n")).toHaveLength(1);
    expect(outcome.stderr).not.toMatch(/ at .*\.[jt]s|Wrong-1234/);
    expect(outcome.exitCode).toBe(exitCode);
  });

  it("a wrong password and an unknown user read alike", async () => {
    const wrong = { environment: { CLEANAUTH_PASSWORD: "Wrong-1234" } };
    const ofUser = await runClient(stack.folder, [server(), "demo", "--prompt", "x"], wrong);
    const ofNobody = await runClient(stack.folder, [server(), "nobody", "--prompt", "x"], wrong);
    expect(ofNobody.stderr).toBe(ofUser.stderr);
  });

  it("a model that refuses", async () => {
    const bedrock = stack.environment.AWS_ENDPOINT_URL_BEDROCK_RUNTIME;
    await fetch(`${bedrock}/control/faults`, {
      method: "PUT",
      body: JSON.stringify([{ fault: "AccessDeniedException" }]),
    });
    const outcome = await ask(["--prompt", "who am I?"]);
    expect(outcome.exitCode).toBe(5);
    expect(outcome.stderr).toMatch(/model access|IAM/i);
  });
});

describe("without a valid access token", () => {
  const routes = [
    ["POST", "/mcp"],
    ["GET", "/mcp"],
    ["DELETE", "/mcp"],
    ["GET", "/sse"],
    ["POST", "/messages?sessionId=3f0c6a52-0000-4000-8000-000000000000"],
  ] as const;

  it.each(routes)("%s %s answers 401 and where to find the metadata", async (method, path) => {
    const response = await fetch(new URL(path, server()), { method });
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toMatch(
      /^Bearer .*resource_metadata="http:\/\/localhost:\d+\/\.well-known\/oauth-protected-resource/,
    );
    await response.body?.cancel();
  });
});

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
