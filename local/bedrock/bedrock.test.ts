import { once } from "node:events";
import { connect } from "node:net";
import { ConverseCommand } from "@aws-sdk/client-bedrock-runtime";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startBedrock } from "./start-bedrock.ts";
import { converseStream, createClient, modelId, toolConfigOf } from "./testing/bedrock-client.ts";
import { twelveTools } from "./testing/offered-tools.ts";

let bedrock: { url: string; close(): Promise<void> };
beforeAll(async () => {
  bedrock = await startBedrock({ textDelayMilliseconds: 5 });
});
afterAll(() => bedrock.close());

const toolConfig = toolConfigOf(twelveTools);

describe.each(["HTTP/2", "HTTP/1.1"] as const)("the SDK over %s", (transport) => {
  it("gets a tool call in pieces, and the answer after its result", async () => {
    const client = createClient(bedrock.url, transport);
    const question = { text: "what is the forecast for 37.77, -122.42?" };
    const first = await converseStream(client, { content: [question], toolConfig });
    const [toolUse] = first.toolUses;
    expect(first).toMatchObject({ text: "", stopReason: "tool_use" });
    expect(toolUse).toMatchObject({
      name: "get_forecast",
      toolUseId: expect.stringMatching(/^tooluse_/),
    });
    expect(JSON.parse(toolUse?.json ?? "")).toEqual({ latitude: 37.77, longitude: -122.42 });
    expect(first.events.filter((name) => name === "contentBlockDelta").length).toBeGreaterThan(1);
    expect(first.events[0]).toBe("messageStart");
    expect(first.events.slice(-3)).toEqual(["contentBlockStop", "messageStop", "metadata"]);
    expect(first.totalTokens).toBeGreaterThan(100);

    const { toolUseId = "", name = "" } = toolUse ?? {};
    const second = await converseStream(client, {
      messages: [
        { role: "user", content: [question] },
        { role: "assistant", content: [{ toolUse: { toolUseId, name, input: {} } }] },
        {
          role: "user",
          content: [{ toolResult: { toolUseId, content: [{ text: "Sunny, 72°F" }] } }],
        },
      ],
      toolConfig,
    });
    expect(second).toMatchObject({ stopReason: "end_turn", toolUses: [] });
    expect(second.text).toBe("Here is what `get_forecast` says: Sunny, 72°F");
    client.destroy();
  });

  it("gets several tool calls in one turn", async () => {
    const client = createClient(bedrock.url, transport);
    const reply = await converseStream(client, {
      text: "list my notes and tell me who I am",
      toolConfig,
    });
    expect(reply.toolUses.map(({ name, json }) => [name, json])).toEqual([
      ["list_notes", "{}"],
      ["whoami", "{}"],
    ]);
    client.destroy();
  });

  it("gets text word by word, while it comes into being", async () => {
    const client = createClient(bedrock.url, transport);
    const { text, arrivals } = await converseStream(client, { text: "너는 누구야?" });
    expect(text).toContain("로컬 대역");
    expect(arrivals.length).toBeGreaterThan(20);
    expect((arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0)).toBeGreaterThan(80);
    client.destroy();
  });

  it("gets the same in one piece from Converse, for an ARN as well", async () => {
    const client = createClient(bedrock.url, transport);
    const response = await client.send(
      new ConverseCommand({
        modelId:
          "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-2-lite-v1:0",
        messages: [{ role: "user", content: [{ text: "Are there weather alerts in CA?" }] }],
        toolConfig,
      }),
    );
    expect(response).toMatchObject({
      stopReason: "tool_use",
      output: {
        message: {
          role: "assistant",
          content: [{ toolUse: { name: "get_alerts", input: { state: "CA" } } }],
        },
      },
      usage: { totalTokens: expect.any(Number) },
      metrics: { latencyMs: expect.any(Number) },
    });
    client.destroy();
  });

  it("gets the service's exception, status and message for a bad request", async () => {
    const client = createClient(bedrock.url, transport);
    const messages = [{ role: "assistant" as const, content: [{ text: "hi" }] }];
    await expect(converseStream(client, { messages })).rejects.toMatchObject({
      name: "ValidationException",
      message: expect.stringMatching(/^A conversation must start with a user message\./),
      $metadata: { httpStatusCode: 400, requestId: expect.any(String) },
    });
    client.destroy();
  });

  it("stops the answer when it aborts, and goes on to ask", async () => {
    const client = createClient(bedrock.url, transport);
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 60);
    const cut = await converseStream(
      client,
      { text: "who are you?", toolConfig },
      abort.signal,
    ).catch(() => ({ stopReason: undefined }));
    expect(cut.stopReason).toBeUndefined();
    expect((await converseStream(client, { text: "thanks" })).text).toBe("You are welcome.");
    client.destroy();
  });
});

it("the SDK finds the stand-in by AWS_ENDPOINT_URL_BEDROCK_RUNTIME alone", async () => {
  vi.stubEnv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", bedrock.url);
  const { BedrockRuntimeClient } = await import("@aws-sdk/client-bedrock-runtime");
  const client = new BedrockRuntimeClient({
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  expect((await converseStream(client, { text: "thanks" })).stopReason).toBe("end_turn");
  client.destroy();
  vi.unstubAllEnvs();
});

describe("the listener", () => {
  it("waits for enough bytes to tell the protocols apart", async () => {
    const { port } = new URL(bedrock.url);
    const socket = connect(Number(port), "127.0.0.1");
    await once(socket, "connect");
    socket.setNoDelay(true);
    for (const piece of [
      "P",
      "U",
      "T /control/faults HTTP/1.1\r\nHost: localhost\r\n",
      "Content-Length: 2\r\n\r\n[]",
    ]) {
      socket.write(piece);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const [answer] = await once(socket, "data");
    expect(String(answer)).toMatch(/^HTTP\/1\.1 200 OK/);
    socket.destroy();
  });

  it.each(["\u0000\u0001\u0002\r\n\r\n", "PRI * HTTP/1.0\r\n\r\n", "GET"])(
    "survives a caller that speaks neither: %j",
    async (bytes) => {
      const { port } = new URL(bedrock.url);
      const socket = connect(Number(port), "127.0.0.1");
      socket.on("error", () => undefined);
      socket.end(bytes);
      socket.resume();
      await once(socket, "close");
      expect((await fetch(`${bedrock.url}/control/faults`)).status).toBe(200);
    },
  );

  it("is on loopback alone, and refuses other names for itself", async () => {
    expect(new URL(bedrock.url).hostname).toBe("127.0.0.1");
    const { port } = new URL(bedrock.url);
    const socket = connect(Number(port), "127.0.0.1");
    socket.write("GET /control/faults HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
    const [answer] = await once(socket, "data");
    expect(String(answer)).toMatch(/^HTTP\/1\.1 403 /);
    socket.destroy();
  });

  it("fails to start on a port that is taken", async () => {
    const port = Number(new URL(bedrock.url).port);
    await expect(startBedrock({ port })).rejects.toThrow("EADDRINUSE");
  });

  it("closes at once, with an answer under way", async () => {
    const other = await startBedrock({ textDelayMilliseconds: 1000 });
    const client = createClient(other.url, "HTTP/2", { maxAttempts: 1 });
    const answer = converseStream(client, { text: "hello" }).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const started = performance.now();
    await other.close();
    expect(performance.now() - started).toBeLessThan(500);
    await answer;
    client.destroy();
  });
});

describe("a request that is no request of the SDK", () => {
  const post = (path: string, body: string, headers: Record<string, string> = {}) =>
    fetch(`${bedrock.url}${path}`, {
      method: "POST",
      body,
      headers: { authorization: "AWS4", ...headers },
    });

  it.each([
    ["/model/x.y/invoke", 404, "UnknownOperationException"],
    ["/", 404, "UnknownOperationException"],
    [`/model/${modelId}/converse`, 400, "SerializationException"],
    ["/model/%E0%A4%A/converse", 400, "ValidationException"],
    ["/model/gpt-4/converse", 400, "ValidationException"],
  ])("to %s is answered %i %s", async (path, status, exception) => {
    const response = await post(path, "{");
    expect(response.status).toBe(status);
    expect(response.headers.get("x-amzn-errortype")).toMatch(new RegExp(`^${exception}:`));
    expect(await response.json()).toEqual({ message: expect.any(String) });
  });

  it("without credentials is refused", async () => {
    const response = await fetch(`${bedrock.url}/model/${modelId}/converse`, { method: "POST" });
    expect(response.status).toBe(403);
    expect(await response.json()).toEqual({ message: "Missing Authentication Token" });
  });

  it("that is too large is refused before it is read", async () => {
    const response = await post(`/model/${modelId}/converse`, "x".repeat(21 * 1024 * 1024));
    expect(response.status).toBe(413);
  });
});
