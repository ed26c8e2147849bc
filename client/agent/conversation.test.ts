import { AppError } from "@cleanauth/common/app-error.ts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type BedrockServer,
  type StreamEvent,
  say,
  startBedrockServer,
  stop,
  wantTools,
} from "../testing/bedrock-server.ts";
import type { AgentEvent, McpConnection, Tool, ToolCall, ToolResult } from "./agent.ts";
import { createBedrockModel } from "./bedrock-model.ts";
import { createConversation } from "./conversation.ts";

// The unmodified AWS SDK on one side, and a server that says what the test wants on the other.

let bedrock: BedrockServer;
let kept: NodeJS.ProcessEnv;
beforeEach(async () => {
  bedrock = await startBedrockServer();
  kept = { ...process.env };
  process.env.AWS_ENDPOINT_URL_BEDROCK_RUNTIME = bedrock.url;
  process.env.AWS_ACCESS_KEY_ID = "local";
  process.env.AWS_SECRET_ACCESS_KEY = "local";
});
afterEach(async () => {
  process.env = kept;
  await bedrock.close();
});

describe("a conversation", () => {
  it("streams the answer and says what it took", async () => {
    bedrock.replies.push({ events: say("안녕하세요, 서울은 맑습니다 ☀") });
    const { events, text } = await ask("서울 날씨는?");
    expect(text).toBe("안녕하세요, 서울은 맑습니다 ☀");
    expect(events.filter(({ type }) => type === "text").length).toBeGreaterThan(1);
    expect(events.at(-1)).toEqual({
      type: "done",
      stopReason: "end_turn",
      usage: { inputTokens: 10, outputTokens: 3 },
      rounds: 1,
    });
    const { path, body } = bedrock.requests[0] ?? {};
    expect(path).toBe("/model/model-1/converse-stream");
    expect(body?.system?.[0]?.text).toMatch(/data, not instructions/);
    expect(body?.messages).toEqual([{ role: "user", content: [{ text: "서울 날씨는?" }] }]);
  });

  it("offers the tools under names that Bedrock takes, with a description each", async () => {
    bedrock.replies.push({ events: say("x") });
    await ask("x", { tools: [tool("weather.now"), tool("weather_now", { description: "Now" })] });
    const specs = bedrock.requests[0]?.body.toolConfig?.tools.map(({ toolSpec }) => toolSpec);
    expect(specs).toMatchObject([
      {
        name: "weather_now_2",
        description: "weather.now",
        inputSchema: { json: { type: "object" } },
      },
      { name: "weather_now", description: "Now" },
    ]);
  });

  it("offers no tools where there are none", async () => {
    bedrock.replies.push({ events: say("x") });
    await ask("x", { tools: [] });
    expect(bedrock.requests[0]?.body).not.toHaveProperty("toolConfig");
  });

  it("runs a tool and gives its result back, as an object where it is one", async () => {
    bedrock.replies.push(
      { events: wantTools({ id: "t1", name: "weather_now", input: { city: "서울" } }) },
      { events: say("It is 21 °C.") },
    );
    const structuredContent = { celsius: 21 };
    const { events, calls, text } = await ask("weather?", {
      tools: [tool("weather.now")],
      call: () => ({ isError: false, text: '{"celsius":21}', structuredContent }),
    });
    expect(calls).toEqual([["weather.now", { city: "서울" }]]);
    expect(events).toContainEqual({
      type: "tool_call",
      id: "t1",
      name: "weather.now",
      arguments: { city: "서울" },
    });
    expect(events.find(({ type }) => type === "tool_result")).toMatchObject({
      id: "t1",
      name: "weather.now",
      outcome: "ok",
      structuredContent,
    });
    expect(text).toBe("It is 21 °C.");
    expect(events.at(-1)).toMatchObject({
      rounds: 2,
      usage: { inputTokens: 20, outputTokens: 6 },
    });
    expect(bedrock.requests[1]?.body.messages.slice(1)).toEqual([
      {
        role: "assistant",
        content: [{ toolUse: { toolUseId: "t1", name: "weather_now", input: { city: "서울" } } }],
      },
      {
        role: "user",
        content: [
          {
            toolResult: {
              toolUseId: "t1",
              content: [{ json: structuredContent }],
              status: "success",
            },
          },
        ],
      },
    ]);
  });

  it("answers all tools of one turn in one message, in their order", async () => {
    bedrock.replies.push(
      {
        events: wantTools(
          { id: "t1", name: "slow", input: {} },
          { id: "t2", name: "quick", input: "" },
          { id: "t3", name: "nothing", input: {} },
          { id: "t4", name: "quick", input: '{"broken' },
          { id: "t5", name: "quick", input: "[1]" },
        ),
      },
      { events: say("done") },
    );
    const { events } = await ask("x", {
      tools: [tool("slow", { readOnly: true }), tool("quick", { readOnly: true })],
      call: async (name) => {
        if (name === "slow") await new Promise((resolve) => setTimeout(resolve, 30));
        return { isError: false, text: name === "slow" ? "slow" : "" };
      },
    });
    expect(resultsOf(events).map(({ id, outcome }) => `${id} ${outcome}`)).toEqual([
      "t2 ok",
      "t1 ok",
      "t3 error",
      "t4 error",
      "t5 error",
    ]);
    const answered = bedrock.requests[1]?.body.messages;
    expect(answered).toHaveLength(3);
    expect(answered?.[2]?.content.map(({ toolResult }) => toolResult)).toEqual([
      { toolUseId: "t1", status: "success", content: [{ text: "slow" }] },
      { toolUseId: "t2", status: "success", content: [{ text: "(The tool returned nothing.)" }] },
      { toolUseId: "t3", status: "error", content: [{ text: "There is no tool named nothing." }] },
      {
        toolUseId: "t4",
        status: "error",
        content: [{ text: "The arguments were no JSON object." }],
      },
      {
        toolUseId: "t5",
        status: "error",
        content: [{ text: "The arguments were no JSON object." }],
      },
    ]);
  });

  it("runs tools that only read at the same time, and all others alone and in order", async () => {
    const names = ["read", "read", "write", "read", "write"];
    bedrock.replies.push(
      { events: wantTools(...names.map((name, index) => ({ id: `t${index}`, name, input: {} }))) },
      { events: say("done") },
    );
    const log: string[] = [];
    await ask("x", {
      tools: [tool("read", { readOnly: true }), tool("write")],
      call: async (name) => {
        log.push(`${name} begins`);
        await new Promise((resolve) => setTimeout(resolve, 5));
        log.push(`${name} ends`);
        return { isError: false, text: "ok" };
      },
    });
    expect(log).toEqual([
      ...["read begins", "read begins", "read ends", "read ends"],
      ...["write begins", "write ends", "read begins", "read ends", "write begins", "write ends"],
    ]);
  });

  it("asks before a tool that is not read-only, and tells the model when it was declined", async () => {
    bedrock.replies.push(
      {
        events: wantTools(
          { id: "t1", name: "write", input: { text: "a" } },
          { id: "t2", name: "read", input: {} },
        ),
      },
      { events: say("I did not write.") },
    );
    const asked: string[] = [];
    const { events, calls } = await ask("x", {
      tools: [tool("write"), tool("read", { readOnly: true })],
      approve: async ({ name }) => {
        asked.push(name);
        return false;
      },
    });
    expect(asked).toEqual(["write"]);
    expect(calls.map(([name]) => name)).toEqual(["read"]);
    expect(resultsOf(events)[0]).toMatchObject({ name: "write", outcome: "declined" });
    expect(bedrock.requests[1]?.body.messages[2]?.content[0]).toMatchObject({
      toolResult: { status: "error", content: [{ text: "Not run: the user declined it." }] },
    });
  });

  it("gives a tool's failure to the model and goes on", async () => {
    bedrock.replies.push(
      { events: wantTools({ id: "t1", name: "read", input: {} }) },
      { events: say("It failed.") },
    );
    const { events, text } = await ask("x", {
      tools: [tool("read", { readOnly: true })],
      call: () => ({ isError: true, text: "no such city", structuredContent: { a: 1 } }),
    });
    expect(resultsOf(events)[0]).toMatchObject({ outcome: "error", text: "no such city" });
    expect(bedrock.requests[1]?.body.messages[2]?.content[0]).toMatchObject({
      toolResult: { status: "error", content: [{ text: "no such city" }] },
    });
    expect(text).toBe("It failed.");
  });

  it("strips what the model's text could do to a terminal, over the borders of its pieces", async () => {
    bedrock.replies.push({ events: say("a\x1b]0;title\x07b\x1b[31mc\u202e") });
    expect((await ask("x")).text).toBe("abc");
  });

  it("keeps what was said for the next question", async () => {
    bedrock.replies.push({ events: say("one") }, { events: say("two") });
    const conversation = start();
    await collect(conversation, "first");
    await collect(conversation, "second");
    expect(bedrock.requests[1]?.body.messages).toEqual([
      { role: "user", content: [{ text: "first" }] },
      { role: "assistant", content: [{ text: "one" }] },
      { role: "user", content: [{ text: "second" }] },
    ]);
  });

  it("stops soundly when the model asks for tools without end", async () => {
    for (let round = 0; round < 10; round += 1) {
      bedrock.replies.push({ events: wantTools({ id: `t${round}`, name: "read", input: {} }) });
    }
    bedrock.replies.push({ events: say("fine") });
    const conversation = start({ tools: [tool("read", { readOnly: true })] });
    const { events } = await collect(conversation, "x");
    expect(events.at(-2)).toMatchObject({
      type: "notice",
      text: expect.stringMatching(/10 rounds/),
    });
    expect(events.at(-1)).toMatchObject({ type: "done", stopReason: "round_limit", rounds: 10 });
    expect(resultsOf(events)).toHaveLength(9);
    await collect(conversation, "go on");
    expectSound(bedrock.requests.at(-1)?.body.messages ?? []);
  });

  const endings: [stopReason: string, notice: RegExp | null, isKept: boolean][] = [
    ["end_turn", null, true],
    ["stop_sequence", null, true],
    ["max_tokens", /greatest length/, true],
    ["model_context_window_exceeded", /window/, true],
    ["guardrail_intervened", /guardrail/i, false],
    ["content_filtered", /filter/, false],
    ["something_new", /does not know/, true],
  ];
  it.each(endings)("ends soundly on %s", async (stopReason, notice, isKept) => {
    bedrock.replies.push({ events: say("so far", stopReason) }, { events: say("next") });
    const conversation = start();
    const { events } = await collect(conversation, "first");
    const notices = events.flatMap((event) => (event.type === "notice" ? [event.text] : []));
    expect(notices).toEqual(notice === null ? [] : [expect.stringMatching(notice)]);
    expect(events.at(-1)).toMatchObject({ type: "done", stopReason });
    await collect(conversation, "second");
    expect(bedrock.requests[1]?.body.messages).toHaveLength(isKept ? 3 : 1);
  });

  it("keeps no tool use that was cut off by the greatest length", async () => {
    const cut = wantTools({ id: "t1", name: "read", input: '{"a' }).slice(0, -2);
    bedrock.replies.push({ events: [...cut, ...stop("max_tokens")] }, { events: say("next") });
    const conversation = start({ tools: [tool("read")] });
    await collect(conversation, "first");
    await collect(conversation, "second");
    expect(bedrock.requests[1]?.body.messages[1]).toEqual({
      role: "assistant",
      content: [{ text: "(no answer)" }],
    });
  });

  it("says so when the model says nothing, and leaves nothing empty in the history", async () => {
    bedrock.replies.push({ events: say(" \n") }, { events: say("next") });
    const conversation = start();
    const { events } = await collect(conversation, "first");
    expect(events.at(-2)).toMatchObject({
      type: "notice",
      text: expect.stringMatching(/no answer/),
    });
    await collect(conversation, "second");
    expectSound(bedrock.requests[1]?.body.messages ?? []);
  });

  it.each(["malformed_model_output", "malformed_tool_use"])("fails on %s", async (stopReason) => {
    bedrock.replies.push({ events: say("x", stopReason) });
    await expect(ask("x")).rejects.toMatchObject({ code: "model_malformed_output" });
  });

  it("leaves nothing of a failed question behind", async () => {
    bedrock.replies.push(
      { events: wantTools({ id: "t1", name: "read", input: {} }) },
      { error: "ValidationException", message: "The provided request is not valid" },
      { events: say("fine") },
    );
    const conversation = start({ tools: [tool("read", { readOnly: true })] });
    await expect(collect(conversation, "first")).rejects.toBeInstanceOf(AppError);
    await collect(conversation, "second");
    expect(bedrock.requests[2]?.body.messages).toEqual([
      { role: "user", content: [{ text: "second" }] },
    ]);
  });

  it("passes on that the server is gone", async () => {
    bedrock.replies.push({ events: wantTools({ id: "t1", name: "read", input: {} }) });
    const gone = new AppError("server_unreachable", "x", "y");
    const call = () => Promise.reject(gone);
    await expect(ask("x", { tools: [tool("read", { readOnly: true })], call })).rejects.toBe(gone);
  });
});

describe("stopping an answer", () => {
  it("while it streams ends it at once and leaves a sound history", async () => {
    bedrock.replies.push(
      { events: say("a long answer").slice(0, 3), open: true },
      { events: say("ok") },
    );
    const conversation = start();
    const abort = new AbortController();
    const began = Date.now();
    const answer = collect(conversation, "first", { signal: abort.signal });
    setTimeout(() => abort.abort(), 50);
    await expect(answer).rejects.toMatchObject({ code: "interrupted" });
    expect(Date.now() - began).toBeLessThan(1_000);
    await collect(conversation, "second");
    expect(bedrock.requests[1]?.body.messages).toHaveLength(1);
  });

  it.each(["while a tool runs", "while it is asked whether a tool may run"])(
    "%s does not wait for it",
    async (when) => {
      const hangs = () => new Promise<never>(() => {});
      bedrock.replies.push({ events: wantTools({ id: "t1", name: "write", input: {} }) });
      const abort = new AbortController();
      const isRunning = when === "while a tool runs";
      const answer = ask("x", {
        tools: [tool("write")],
        signal: abort.signal,
        call: hangs,
        approve: isRunning ? async () => true : hangs,
      });
      setTimeout(() => abort.abort(), 50);
      await expect(answer).rejects.toMatchObject({ code: "interrupted" });
    },
  );

  it("before it began asks the model nothing", async () => {
    await expect(ask("x", { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "interrupted",
    });
    expect(bedrock.requests).toEqual([]);
  });
});

describe("a model that fails", () => {
  const transient: [what: string, reply: Parameters<BedrockServer["replies"]["push"]>[0]][] = [
    ["throttles", { error: "ThrottlingException", message: "Too many tokens", status: 429 }],
    ["is not ready", { error: "ModelNotReadyException", message: "not ready", status: 429 }],
    ["is unavailable", { error: "ServiceUnavailableException", message: "down", status: 503 }],
    ["fails by itself", { error: "InternalServerException", message: "oops", status: 500 }],
    ["throttles in the stream", { events: [["!throttlingException", { message: "slow down" }]] }],
    ["ends without having begun", { events: [["messageStart", { role: "assistant" }]] }],
    ["cuts the line before it has said anything", { events: [], cut: true }],
  ];
  it.each(transient)("and %s is asked again, and the user told", async (_what, reply) => {
    bedrock.replies.push(reply, { events: say("at last") });
    const waited: number[] = [];
    const { events, text } = await ask("x", { sleep: async (time) => void waited.push(time) });
    expect(text).toBe("at last");
    expect(events[0]).toMatchObject({
      type: "notice",
      text: expect.stringMatching(/Asking again in \d s\.$/),
    });
    expect(waited).toHaveLength(1);
  });

  it("four times is given up, after waiting longer each time", async () => {
    for (let time = 0; time < 5; time += 1) {
      bedrock.replies.push({
        error: "ThrottlingException",
        message: "Too many tokens",
        status: 429,
      });
    }
    const waited: number[] = [];
    const failed = ask("x", { sleep: async (time) => void waited.push(time) });
    await expect(failed).rejects.toMatchObject({ code: "model_throttled" });
    expect(bedrock.requests).toHaveLength(4);
    const [first = 0, second = 0, third = 0] = waited;
    expect(first).toBeGreaterThanOrEqual(750);
    expect(second).toBeGreaterThan(first);
    expect(third).toBeGreaterThan(second);
  });

  const spoken = say("hello there").slice(0, 3);
  const lost: [what: string, events: readonly StreamEvent[], cut: boolean, code: string][] = [
    ["ends the stream", spoken, false, "model_stream_cut"],
    ["cuts the line", spoken, true, "model_unreachable"],
    [
      "fails",
      [...spoken, ["!modelStreamErrorException", { message: "lost it" }]],
      false,
      "model_failed",
    ],
  ];
  it.each(lost)(
    "and %s after it has begun to speak is not asked again",
    async (_what, events, cut, code) => {
      bedrock.replies.push({ events, cut });
      await expect(ask("x")).rejects.toMatchObject({ code });
      expect(bedrock.requests).toHaveLength(1);
    },
  );

  it("for want of credentials says how to give some", async () => {
    for (const name of Object.keys(process.env).filter((name) => name.startsWith("AWS_"))) {
      delete process.env[name];
    }
    process.env.AWS_ENDPOINT_URL_BEDROCK_RUNTIME = bedrock.url;
    process.env.AWS_EC2_METADATA_DISABLED = "true";
    process.env.AWS_CONFIG_FILE = "/nonexistent";
    process.env.AWS_SHARED_CREDENTIALS_FILE = "/nonexistent";
    await expect(ask("x")).rejects.toMatchObject({ code: "model_credentials_missing" });
    await expect(ask("x", { region: null })).rejects.toMatchObject({
      code: "model_region_missing",
    });
    expect(bedrock.requests).toEqual([]);
  });

  it("because nothing listens there says so", async () => {
    await bedrock.close();
    await expect(ask("x")).rejects.toMatchObject({ code: "model_unreachable" });
    bedrock = await startBedrockServer();
  });

  it("does not get the conversation over plain HTTP on another machine", async () => {
    process.env.AWS_ENDPOINT_URL_BEDROCK_RUNTIME = "http://bedrock.invalid";
    await expect(ask("x")).rejects.toMatchObject({ code: "configuration_insecure_endpoint" });
  });
});

interface Setup {
  tools?: Tool[];
  call?: (name: string) => ToolResult | Promise<ToolResult>;
  approve?: (call: ToolCall, tool: Tool) => Promise<boolean>;
  signal?: AbortSignal;
  sleep?: (milliseconds: number) => Promise<void>;
  region?: string | null;
}

const calls: [name: string, input: unknown][] = [];

function start(setup: Setup = {}) {
  calls.length = 0;
  const connection: McpConnection = {
    serverName: "test",
    serverVersion: "1",
    protocolVersion: "2025-11-25",
    tools: () => setup.tools ?? [],
    async callTool(name, input) {
      calls.push([name, input]);
      return setup.call?.(name) ?? { isError: false, text: "ok" };
    },
    close: async () => {},
  };
  const region = setup.region === null ? {} : { region: setup.region ?? "us-east-1" };
  const settings = { modelId: "model-1", insecure: false, ...region };
  return createConversation(createBedrockModel(settings, setup.sleep), connection);
}

async function ask(question: string, setup: Setup = {}) {
  return collect(start(setup), question, setup);
}

async function collect(
  conversation: ReturnType<typeof start>,
  question: string,
  { signal = new AbortController().signal, approve = async () => true }: Setup = {},
) {
  const events: AgentEvent[] = [];
  for await (const event of conversation.ask(question, { signal, approve })) events.push(event);
  const text = events.map((event) => (event.type === "text" ? event.text : "")).join("");
  return { events, text, calls };
}

function tool(name: string, more: Partial<Tool> = {}): Tool {
  return {
    name,
    description: "",
    inputSchema: { type: "object" },
    readOnly: false,
    destructive: false,
    ...more,
  };
}

function resultsOf(events: readonly AgentEvent[]) {
  return events.flatMap((event) => (event.type === "tool_result" ? [event] : []));
}

/** What Bedrock checks: roles take turns, no content is empty, each tool use has its result. */
function expectSound(messages: readonly { role: string; content: Record<string, unknown>[] }[]) {
  for (const [index, { role, content }] of messages.entries()) {
    expect(role).toBe(index % 2 === 0 ? "user" : "assistant");
    expect(content.length).toBeGreaterThan(0);
    for (const { text } of content)
      if (text !== undefined) expect(String(text).trim()).not.toBe("");
    const uses = content.flatMap(({ toolUse }) => (toolUse === undefined ? [] : [toolUse]));
    const next = messages[index + 1]?.content ?? [];
    const results = next.flatMap(({ toolResult }) =>
      toolResult === undefined ? [] : [toolResult],
    );
    expect(results.map((result) => Reflect.get(result as object, "toolUseId"))).toEqual(
      uses.map((use) => Reflect.get(use as object, "toolUseId")),
    );
  }
}
