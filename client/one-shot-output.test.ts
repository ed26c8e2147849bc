import { PassThrough } from "node:stream";
import { AppError } from "@cleanauth/common/app-error.ts";
import { describe, expect, it } from "vitest";
import type { AgentEvent, Tool } from "./agent/agent.ts";
import { interrupted } from "./agent/interrupted.ts";
import type { Language } from "./chat/language.ts";
import { createJsonOutput, createTextOutput } from "./one-shot-output.ts";
import { noOffers } from "./testing/no-offers.ts";

const call: AgentEvent = { type: "tool_call", id: "t1", name: "echo", arguments: { text: "서울" } };
const result: AgentEvent = {
  type: "tool_result",
  id: "t1",
  name: "echo",
  outcome: "ok",
  text: "서울",
  durationMilliseconds: 12,
};
const tools: Tool[] = [
  tool("list", "Lists them.\nAll of them.", true, false),
  tool("erase_all", "Erases them.", false, true),
  tool("add", "", false, false),
];

describe("createTextOutput", () => {
  it("writes the answer alone to stdout, with a newline at its end", () => {
    const { stdout, stderr, output } = setUp();
    for (const text of ["It is ", "sunny"]) output.event({ type: "text", text });
    output.end();
    expect(stdout()).toBe("It is sunny\n");
    expect(stderr()).toBe("");
  });

  it("adds no second newline", () => {
    const { stdout, output } = setUp();
    output.event({ type: "text", text: "sunny\n" });
    output.end();
    output.end();
    expect(stdout()).toBe("sunny\n");
  });

  it("writes tools and notices to stderr, each on a line", () => {
    const { stdout, stderr, output } = setUp();
    output.event({ type: "text", text: "Let me see." });
    output.event(call);
    output.event(result);
    output.event({ ...result, outcome: "error", text: "no such\ncity" });
    output.event({ ...result, outcome: "declined" });
    output.event({ type: "notice", text: { en: "It was cut.", ko: "잘렸습니다." } });
    output.event({
      type: "retrying",
      reason: { en: "Too many requests", ko: "요청이 너무 많습니다" },
      delayMilliseconds: 2_100,
    });
    output.event({ type: "text", text: "Sunny." });
    output.end();
    expect(stdout()).toBe("Let me see.\nSunny.\n");
    expect(stderr().split("\n")).toEqual([
      '→ echo {"text":"서울"}',
      "✓ echo (12 ms)",
      "✗ echo: no such city",
      "– echo was declined",
      "It was cut.",
      "Too many requests. Asking again in 2 s.",
      "",
    ]);
  });

  it("keeps a tool's long or hostile arguments on one short line", () => {
    const { stderr, output } = setUp();
    output.event({ ...call, arguments: { text: `\u009b31m\u202e${"x".repeat(1000)}` } });
    expect(stderr().length).toBeLessThanOrEqual(201);
    expect(stderr()).not.toMatch(/[\u0080-\u009f\u202e]/);
  });

  it("lists tools in columns, with what each may do", () => {
    const { stdout, output } = setUp();
    output.tools(tools);
    expect(stdout().split("\n")).toEqual([
      "list       reads        Lists them.",
      "erase_all  destructive  Erases them.",
      "add        changes",
      "",
    ]);
  });

  it("says so when there are no tools", () => {
    const { stdout, stderr, output } = setUp();
    output.tools([]);
    expect(stdout()).toBe("");
    expect(stderr()).toMatch(/no tools/);
  });
});

describe("createTextOutput in Korean", () => {
  it("says in Korean what is said beside the answer, in columns of one width", () => {
    const { stdout, stderr, output } = setUp("ko");
    output.tools(tools);
    output.event({ ...result, outcome: "declined" });
    expect(stdout().split("\n")).toEqual([
      "list       읽기         Lists them.",
      "erase_all  삭제/덮어씀  Erases them.",
      "add        변경",
      "",
    ]);
    expect(stderr()).toBe("– echo 거절됨\n");
  });
});

describe("createJsonOutput", () => {
  it("writes one object a line, and never a token", () => {
    const { lines, stdout, output } = setUpJson();
    output.signedIn({
      identity: { issuer: "i", username: "demo", subject: "s", groups: ["user"] },
      expiresAtMilliseconds: () => 0,
      accessToken: async () => "eyJ.secret",
      accessTokenFor: async () => null,
      isKept: false,
      signOut: async () => true,
    });
    output.connected(
      {
        serverName: "x",
        serverVersion: "1",
        protocolVersion: "p",
        tools: () => tools,
        callTool: () => Promise.reject(),
        ...noOffers,
        close: async () => {},
      },
      "http://localhost/sse",
    );
    output.event(call);
    output.event({
      type: "done",
      stopReason: "end_turn",
      usage: { inputTokens: 1, outputTokens: 2 },
      rounds: 1,
    });
    expect(lines()).toEqual([
      {
        type: "signed_in",
        username: "demo",
        issuer: "i",
        subject: "s",
        groups: ["user"],
        expiresAt: "1970-01-01T00:00:00.000Z",
      },
      {
        type: "connected",
        server: "x",
        version: "1",
        protocolVersion: "p",
        transport: "sse",
        tools: ["list", "erase_all", "add"],
      },
      call,
      {
        type: "done",
        stopReason: "end_turn",
        usage: { inputTokens: 1, outputTokens: 2 },
        rounds: 1,
      },
    ]);
    expect(stdout()).not.toContain("eyJ");
  });

  it("words what is meant for people in the language that is asked for", () => {
    const { lines, output } = setUpJson("ko");
    output.event({ type: "notice", text: { en: "It was cut.", ko: "잘렸습니다." } });
    output.failed(interrupted());
    expect(lines()).toMatchObject([
      { type: "notice", text: "잘렸습니다." },
      { type: "error", code: "interrupted", message: "멈췄습니다" },
    ]);
  });

  it("escapes what a terminal would act on, and loses nothing", () => {
    const { lines, stdout, output } = setUpJson();
    const text = 'a\x1b[31m\u009b31m"\u009d\u202e\u2028\u0007한글';
    output.event({ type: "text", text });
    expect(stdout()).not.toMatch(/[^\P{Cc}\n]|[\u202e\u2028]/u);
    expect(stdout().trimEnd()).not.toContain("\n");
    expect(lines()).toEqual([{ type: "text", text }]);
  });

  it("writes an error with its code and its exit code", () => {
    const { lines, output } = setUpJson();
    output.failed(new AppError("server_unreachable", "x", "y"));
    output.failed(new Error("oops"));
    expect(lines()).toMatchObject([
      { type: "error", code: "server_unreachable", message: "x", hint: "y", exitCode: 4 },
      { type: "error", code: "unexpected", message: "Unexpected failure: oops", exitCode: 1 },
    ]);
  });
});

function tool(name: string, description: string, readOnly: boolean, destructive: boolean): Tool {
  return { name, description, inputSchema: { type: "object" }, readOnly, destructive };
}

function setUp(language: Language = "en") {
  const [out, err] = [collect(), collect()];
  return {
    output: createTextOutput(out.stream, err.stream, language),
    stdout: out.text,
    stderr: err.text,
  };
}

function setUpJson(language: Language = "en") {
  const out = collect();
  return {
    output: createJsonOutput(out.stream, language),
    stdout: out.text,
    lines: () =>
      out
        .text()
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line)),
  };
}

function collect() {
  const stream = new PassThrough();
  let text = "";
  stream.setEncoding("utf8").on("data", (chunk) => {
    text += chunk;
  });
  return { stream, text: () => `${text}${stream.read() ?? ""}` };
}
