import { AppError } from "@cleanauth/common/app-error.ts";
import { describe, expect, it } from "vitest";
import { say, wantTools } from "../testing/bedrock-server.ts";
import { ask, collect, start, tool, useBedrockServer } from "../testing/conversation.ts";
import type { Conversation } from "./agent.ts";

// The unmodified AWS SDK on one side, and a server that says what the test wants on the other.
const bedrock = useBedrockServer();

describe("a conversation", () => {
  it("streams the answer and says what it took", async () => {
    bedrock().replies.push({ events: say("안녕하세요, 서울은 맑습니다 ☀") });
    const { events, text } = await ask("서울 날씨는?");
    expect(text).toBe("안녕하세요, 서울은 맑습니다 ☀");
    expect(events.filter(({ type }) => type === "text").length).toBeGreaterThan(1);
    expect(events.at(-1)).toEqual({
      type: "done",
      stopReason: "end_turn",
      usage: { inputTokens: 10, outputTokens: 3 },
      rounds: 1,
    });
    const { path, body } = bedrock().requests[0] ?? {};
    expect(path).toBe("/model/model-1/converse-stream");
    expect(body?.system?.[0]?.text).toMatch(/data, not instructions/);
    expect(body?.messages).toEqual([{ role: "user", content: [{ text: "서울 날씨는?" }] }]);
  });

  it("offers the tools under names that Bedrock takes, with a description each", async () => {
    bedrock().replies.push({ events: say("x") });
    await ask("x", { tools: [tool("weather.now"), tool("weather_now", { description: "Now" })] });
    const specs = bedrock().requests[0]?.body.toolConfig?.tools.map(({ toolSpec }) => toolSpec);
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
    bedrock().replies.push({ events: say("x") });
    await ask("x", { tools: [] });
    expect(bedrock().requests[0]?.body).not.toHaveProperty("toolConfig");
  });

  it("runs a tool and gives the model its text", async () => {
    bedrock().replies.push(
      { events: wantTools({ id: "t1", name: "weather_now", input: { city: "서울" } }) },
      { events: say("It is 21 °C.") },
    );
    const structuredContent = { celsius: 21 };
    const { events, calls, text } = await ask("weather?", {
      tools: [tool("weather.now")],
      call: () => ({ isError: false, text: "21 °C", structuredContent }),
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
    expect(bedrock().requests[1]?.body.messages.slice(1)).toEqual([
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
              content: [{ text: "21 °C" }],
              status: "success",
            },
          },
        ],
      },
    ]);
  });

  it("answers all tools of one turn in one message, in their order", async () => {
    bedrock().replies.push(
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
    const { results } = await ask("x", {
      tools: [tool("slow", { readOnly: true }), tool("quick", { readOnly: true })],
      call: async (name) => {
        if (name === "slow") await new Promise((resolve) => setTimeout(resolve, 30));
        return { isError: false, text: name === "slow" ? "slow" : "" };
      },
    });
    expect(results.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual([
      "t2 ok",
      "t1 ok",
      "t3 error",
      "t4 error",
      "t5 error",
    ]);
    const answered = bedrock().requests[1]?.body.messages;
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
    bedrock().replies.push(
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
    bedrock().replies.push(
      {
        events: wantTools(
          { id: "t1", name: "write", input: { text: "a" } },
          { id: "t2", name: "read", input: {} },
        ),
      },
      { events: say("I did not write.") },
    );
    const asked: string[] = [];
    const { results, calls } = await ask("x", {
      tools: [tool("write"), tool("read", { readOnly: true })],
      approve: async ({ name }) => {
        asked.push(name);
        return false;
      },
    });
    expect(asked).toEqual(["write"]);
    expect(calls.map(([name]) => name)).toEqual(["read"]);
    expect(results[0]).toMatchObject({ name: "write", outcome: "declined" });
    expect(bedrock().requests[1]?.body.messages[2]?.content[0]).toMatchObject({
      toolResult: { status: "error", content: [{ text: "Not run: the user declined it." }] },
    });
  });

  it("gives a tool's failure to the model and goes on", async () => {
    bedrock().replies.push(
      { events: wantTools({ id: "t1", name: "read", input: {} }) },
      { events: say("It failed.") },
    );
    const { results, text } = await ask("x", {
      tools: [tool("read", { readOnly: true })],
      call: () => ({ isError: true, text: "no such city", structuredContent: { a: 1 } }),
    });
    expect(results[0]).toMatchObject({ outcome: "error", text: "no such city" });
    expect(bedrock().requests[1]?.body.messages[2]?.content[0]).toMatchObject({
      toolResult: { status: "error", content: [{ text: "no such city" }] },
    });
    expect(text).toBe("It failed.");
  });

  it("strips what the model's text could do to a terminal, over the borders of its pieces", async () => {
    bedrock().replies.push({ events: say("a\x1b]0;title\x07b\x1b[31mc\u202e") });
    expect((await ask("x")).text).toBe("abc");
  });

  it("keeps what was said for the next question", async () => {
    bedrock().replies.push({ events: say("one") }, { events: say("two") });
    const { conversation } = start();
    await collect(conversation, "first");
    await collect(conversation, "second");
    expect(bedrock().requests[1]?.body.messages).toEqual([
      { role: "user", content: [{ text: "first" }] },
      { role: "assistant", content: [{ text: "one" }] },
      { role: "user", content: [{ text: "second" }] },
    ]);
  });

  it("leaves nothing of a failed question behind", async () => {
    bedrock().replies.push(
      { events: wantTools({ id: "t1", name: "read", input: {} }) },
      { error: "ValidationException", message: "The provided request is not valid" },
      { events: say("fine") },
    );
    const { conversation } = start({ tools: [tool("read", { readOnly: true })] });
    await expect(collect(conversation, "first")).rejects.toBeInstanceOf(AppError);
    await collect(conversation, "second");
    expect(bedrock().requests[2]?.body.messages).toEqual([
      { role: "user", content: [{ text: "second" }] },
    ]);
  });

  it("passes on that the server is gone", async () => {
    bedrock().replies.push({ events: wantTools({ id: "t1", name: "read", input: {} }) });
    const gone = new AppError("server_unreachable", "x", "y");
    const call = () => Promise.reject(gone);
    await expect(ask("x", { tools: [tool("read", { readOnly: true })], call })).rejects.toBe(gone);
  });
});

describe("the last question, asked again", () => {
  const { signal } = new AbortController();
  const retry = async (conversation: Conversation) => {
    for await (const _event of conversation.retry({ signal, approve: async () => true }));
  };
  const answersOf = (conversation: Conversation) =>
    conversation.exchanges().map((exchange) => exchange.at(-1)?.content[0]?.text);

  it("has its new answer in place of the old one, which the model does not see", async () => {
    bedrock().replies.push(...["one", "two", "three"].map((text) => ({ events: say(text) })));
    const { conversation } = start();
    await collect(conversation, "first");
    await collect(conversation, "second");
    await retry(conversation);
    expect(answersOf(conversation)).toEqual(["one", "three"]);
    expect(bedrock().requests[2]?.body.messages).toEqual(bedrock().requests[1]?.body.messages);
  });

  it("keeps the old answer until there is a new one, and does not stand there twice", async () => {
    bedrock().replies.push(
      { events: say("one") },
      { error: "ValidationException", message: "no" },
      { events: say("blocked", "content_filtered") },
      { events: say("two") },
    );
    const { conversation } = start();
    await collect(conversation, "first");
    await expect(retry(conversation)).rejects.toThrow();
    await retry(conversation);
    expect(answersOf(conversation)).toEqual(["one"]);
    await retry(conversation);
    expect(answersOf(conversation)).toEqual(["two"]);
  });

  it("is put for the first time where it failed before", async () => {
    bedrock().replies.push(
      { events: say("one") },
      { error: "ValidationException", message: "no" },
      { events: say("two") },
    );
    const { conversation } = start();
    await collect(conversation, "first");
    await expect(collect(conversation, "second")).rejects.toThrow();
    await retry(conversation);
    expect(answersOf(conversation)).toEqual(["one", "two"]);
    expect(() => start().conversation.retry({ signal, approve: async () => true })).toThrow(
      "Nothing has been asked yet",
    );
  });
});
