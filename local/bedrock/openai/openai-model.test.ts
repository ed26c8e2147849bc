import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startBedrock } from "../start-bedrock.ts";
import { converseStream, createClient, toolConfigOf } from "../testing/bedrock-client.ts";
import { tool } from "../testing/offered-tools.ts";
import {
  type Answer,
  delta,
  eventOf,
  type OpenAiServer,
  startOpenAiServer,
  streamOf,
} from "../testing/openai-server.ts";

let answer: Answer;
let model: OpenAiServer;
let bedrock: { url: string; close(): Promise<void> };
let client: ReturnType<typeof createClient>;

beforeEach(async () => {
  model = await startOpenAiServer(() => answer);
  bedrock = await startBedrock({ localModel: { url: model.url, model: "tiny" } });
  client = createClient(bedrock.url, "HTTP/2", { maxAttempts: 1 });
});
afterEach(async () => {
  client.destroy();
  await bedrock.close();
  await model.close();
});

const weather = tool("get_weather", "Weather of a city.", { city: { type: "string" } });
const toolConfig = toolConfigOf([weather]);
const call = (index: number, id: string | null, name: string | null, json: string) =>
  delta({
    tool_calls: [
      {
        index,
        ...(id && { id, type: "function" }),
        function: { ...(name && { name }), arguments: json },
      },
    ],
  });

describe("what the model is asked", () => {
  it("is the whole conversation with tools, system text, settings and results", async () => {
    answer = streamOf(delta({ content: "ok" }, "stop"));
    await converseStream(client, {
      messages: [
        { role: "user", content: [{ text: "weather in Paris and Rome?" }] },
        {
          role: "assistant",
          content: [
            { text: "Let me look." },
            { toolUse: { toolUseId: "call_1", name: "get_weather", input: { city: "Paris" } } },
            { toolUse: { toolUseId: "call_2", name: "get_weather", input: { city: "Rome" } } },
          ],
        },
        {
          role: "user",
          content: [
            { toolResult: { toolUseId: "call_1", content: [{ text: "sunny" }] } },
            {
              toolResult: {
                toolUseId: "call_2",
                content: [{ json: { error: "down" } }],
                status: "error",
              },
            },
            { text: "and in short" },
          ],
        },
      ],
      system: [{ text: "Be brief." }, { text: "한국어로." }],
      toolConfig,
      inferenceConfig: { maxTokens: 100, temperature: 0.5, topP: 0.9, stopSequences: ["END"] },
    });
    expect(model.paths).toEqual(["POST /v1/chat/completions"]);
    expect(model.requests[0]).toEqual({
      model: "tiny",
      stream: true,
      stream_options: { include_usage: true },
      messages: [
        { role: "system", content: "Be brief.\n\n한국어로." },
        { role: "user", content: "weather in Paris and Rome?" },
        {
          role: "assistant",
          content: "Let me look.",
          tool_calls: [
            {
              id: "call_1",
              type: "function",
              function: { name: "get_weather", arguments: '{"city":"Paris"}' },
            },
            {
              id: "call_2",
              type: "function",
              function: { name: "get_weather", arguments: '{"city":"Rome"}' },
            },
          ],
        },
        { role: "tool", tool_call_id: "call_1", content: "sunny" },
        { role: "tool", tool_call_id: "call_2", content: 'Error: {"error":"down"}' },
        { role: "user", content: "and in short" },
      ],
      tools: [
        {
          type: "function",
          function: {
            name: "get_weather",
            description: "Weather of a city.",
            parameters: weather.inputSchema,
          },
        },
      ],
      tool_choice: "auto",
      max_tokens: 100,
      temperature: 0.5,
      top_p: 0.9,
      stop: ["END"],
    });
  });

  it.each([
    [{ any: {} }, "required"],
    [{ tool: { name: "get_weather" } }, { type: "function", function: { name: "get_weather" } }],
  ])("keeps the caller's choice of tool: %j", async (toolChoice, expected) => {
    answer = streamOf(delta({ content: "ok" }, "stop"));
    await converseStream(client, {
      toolConfig: { ...toolConfig, toolChoice: toolChoice as never },
    });
    expect(model.requests[0]).toMatchObject({ tool_choice: expected });
  });

  it("mentions no tools where none are offered", async () => {
    answer = streamOf(delta({ content: "ok" }, "stop"));
    await converseStream(client, {});
    expect(Object.keys(model.requests[0] ?? {})).toEqual([
      "model",
      "stream",
      "stream_options",
      "messages",
    ]);
  });
});

describe("what the model answers", () => {
  it("streams through as text with its own usage", async () => {
    answer = streamOf(
      delta({ role: "assistant", content: "" }),
      delta({ content: "안녕" }),
      delta({ content: "하세요" }),
      delta({}, "stop"),
      { choices: [], usage: { prompt_tokens: 12, completion_tokens: 3 } },
    );
    const reply = await converseStream(client, {});
    expect(reply).toMatchObject({ text: "안녕하세요", stopReason: "end_turn", totalTokens: 15 });
    expect(reply.arrivals).toHaveLength(2);
  });

  it("becomes tool uses, several of them, in pieces", async () => {
    answer = streamOf(
      delta({ content: "Let me look." }),
      call(0, "call_a", "get_weather", ""),
      call(0, null, null, '{"city":'),
      call(0, null, null, '"Paris"}'),
      call(1, "call_b", "get_weather", '{"city":"Rome"}'),
      delta({}, "tool_calls"),
    );
    expect(await converseStream(client, { toolConfig })).toMatchObject({
      text: "Let me look.",
      stopReason: "tool_use",
      toolUses: [
        { toolUseId: "call_a", name: "get_weather", json: '{"city":"Paris"}' },
        { toolUseId: "call_b", name: "get_weather", json: '{"city":"Rome"}' },
      ],
    });
  });

  it("may lack ids, indexes, arguments and the right finish reason", async () => {
    answer = streamOf(
      delta({ tool_calls: [{ function: { name: "get_weather", arguments: "" } }] }),
      delta({}, "stop"),
    );
    const { stopReason, toolUses } = await converseStream(client, { toolConfig });
    expect(stopReason).toBe("tool_use");
    expect(toolUses).toEqual([
      { toolUseId: expect.stringMatching(/^tooluse_[\w-]+$/), name: "get_weather", json: "{}" },
    ]);
  });

  it.each([
    ["length", "max_tokens"],
    ["content_filter", "content_filtered"],
    ["stop", "end_turn"],
  ])("ends for the reason %s as %s", async (finishReason, stopReason) => {
    answer = streamOf(delta({ content: "x" }, finishReason));
    expect((await converseStream(client, {})).stopReason).toBe(stopReason);
  });

  it("with arguments that are no JSON object ends as malformed_tool_use", async () => {
    answer = streamOf(call(0, "a", "get_weather", '{"city":'), delta({}, "tool_calls"));
    expect((await converseStream(client, { toolConfig })).stopReason).toBe("malformed_tool_use");
  });

  it("is read whole however the bytes are cut", async () => {
    const bytes = Buffer.from(
      `: comment\r\n\r\n${eventOf(delta({ content: "서울 🌤" }, "stop")).replaceAll("\n", "\r\n")}data: [DONE]\r\n\r\n`,
    );
    answer = async (response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      for (const byte of bytes) {
        response.write(Buffer.from([byte]));
        await new Promise((resolve) => setImmediate(resolve));
      }
      response.end();
    };
    expect(await converseStream(client, {})).toMatchObject({
      text: "서울 🌤",
      stopReason: "end_turn",
    });
  });
});

describe("what goes wrong becomes Bedrock's nearest exception, and names the server", () => {
  it.each([
    [400, "ValidationException"],
    [401, "AccessDeniedException"],
    [403, "AccessDeniedException"],
    [404, "ResourceNotFoundException"],
    [408, "ModelTimeoutException"],
    [429, "ThrottlingException"],
    [500, "ModelErrorException"],
    [503, "ModelNotReadyException"],
    [504, "ModelTimeoutException"],
  ])("status %i as %s", async (status, name) => {
    answer = (response) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify({ error: { message: "model 'tiny' not found" } }));
    };
    await expect(converseStream(client, {})).rejects.toMatchObject({
      name,
      message: `The local model at ${model.host} answered ${status}: model 'tiny' not found`,
    });
  });

  it("a server that is not there", async () => {
    await model.close();
    await expect(converseStream(client, {})).rejects.toMatchObject({
      name: "ServiceUnavailableException",
      message: `The local model at ${model.host} is out of reach: ECONNREFUSED`,
    });
  });

  it("an answer that is no stream", async () => {
    answer = (response) => {
      response.writeHead(200, { "content-type": "text/html" }).end("<html>");
    };
    await expect(converseStream(client, {})).rejects.toMatchObject({
      name: "ModelErrorException",
      message: `The local model at ${model.host} does not stream chat completions: it answered with text/html`,
    });
  });

  it.each<[what: string, rest: string, reason: string]>([
    ["no JSON", "data: {\n\n", "an event is no JSON"],
    ["something else", 'data: {"choices":"none"}\n\n', "an event is no chunk of a chat completion"],
    ["an error", 'data: {"error":{"message":"out of memory"}}\n\n', "out of memory"],
    ["an early end", "", "the stream ended before the answer did"],
  ])("%s in the middle of the stream", async (_, rest, reason) => {
    answer = (response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.end(`${eventOf(delta({ content: "The answer " }))}${rest}`);
    };
    await expect(converseStream(client, {})).rejects.toMatchObject({
      name: "ModelStreamErrorException",
      message: `The local model at ${model.host} broke off its answer: ${reason}`,
    });
  });

  it("a connection that is cut in the middle", async () => {
    answer = (response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(eventOf(delta({ content: "The answer " })));
      setTimeout(() => response.destroy(), 30);
    };
    await expect(converseStream(client, {})).rejects.toMatchObject({
      name: "ModelStreamErrorException",
      message: expect.stringContaining("broke off its answer"),
    });
  });
});

it("a caller who goes away takes the model's work along", async () => {
  answer = (response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    const timer = setInterval(() => response.write(eventOf(delta({ content: "on and on " }))), 5);
    response.once("close", () => clearInterval(timer));
  };
  await converseStream(client, {}, AbortSignal.timeout(100)).catch(() => undefined);
  await expect.poll(() => model.abandoned()).toBe(1);
});
