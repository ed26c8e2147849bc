import { type BedrockRuntimeClient, ConverseCommand } from "@aws-sdk/client-bedrock-runtime";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startBedrock } from "./start-bedrock.ts";
import { converseStream, createClient, modelId, toolConfigOf } from "./testing/bedrock-client.ts";
import { twelveTools } from "./testing/offered-tools.ts";

let bedrock: { url: string; close(): Promise<void> };
/** Clients that ask once, by their transport. */
let clients: Record<"HTTP/2" | "HTTP/1.1", BedrockRuntimeClient>;
beforeAll(async () => {
  bedrock = await startBedrock({ textDelayMilliseconds: 1 });
  clients = {
    "HTTP/2": createClient(bedrock.url, "HTTP/2", { maxAttempts: 1 }),
    "HTTP/1.1": createClient(bedrock.url, "HTTP/1.1", { maxAttempts: 1 }),
  };
});
afterAll(async () => {
  for (const client of Object.values(clients)) client.destroy();
  await bedrock.close();
});
beforeEach(() => fetch(`${bedrock.url}/control/faults`, { method: "DELETE" }));

async function setFaults(faults: unknown): Promise<Response> {
  return fetch(`${bedrock.url}/control/faults`, { method: "PUT", body: JSON.stringify(faults) });
}

async function waitingFaults(): Promise<unknown> {
  const body = (await (await fetch(`${bedrock.url}/control/faults`)).json()) as { faults: unknown };
  return body.faults;
}

const toolConfig = toolConfigOf(twelveTools);

describe("a fault on demand", () => {
  it.each([
    ["AccessDeniedException", 403, "You don't have access to the model"],
    ["ExpiredTokenException", 403, "The security token included in the request is expired"],
    ["UnrecognizedClientException", 403, "security token included in the request is invalid"],
    ["ResourceNotFoundException", 404, "Could not resolve the foundation model"],
    ["ModelTimeoutException", 408, "took too long"],
    ["ModelErrorException", 424, "error while processing"],
    ["ThrottlingException", 429, "Too many requests"],
    ["ModelNotReadyException", 429, "not ready"],
    ["ServiceQuotaExceededException", 400, "quota"],
    ["InternalServerException", 500, "unexpected error"],
    ["ServiceUnavailableException", 503, "unable to process"],
    [
      "ValidationException",
      400,
      `Invocation of model ID ${modelId} with on-demand throughput isn’t supported.`,
    ],
  ])(
    "%s comes with status %i and the service's words, once",
    async (fault, httpStatusCode, message) => {
      await setFaults([{ fault }]);
      const client = clients["HTTP/2"];
      await expect(converseStream(client, {})).rejects.toMatchObject({
        name: fault,
        message: expect.stringContaining(message),
        $metadata: { httpStatusCode },
      });
      expect((await converseStream(client, {})).stopReason).toBe("end_turn");
    },
  );

  it("strikes as often as it says, and the SDK's own retries overcome it", async () => {
    await setFaults([{ fault: "ThrottlingException", times: 2 }]);
    const client = createClient(bedrock.url);
    expect((await converseStream(client, {})).stopReason).toBe("end_turn");
    expect(await waitingFaults()).toEqual([]);
    client.destroy();
  });

  it("takes its turn in the order of the list, with a message of its own", async () => {
    await setFaults([
      { fault: "ValidationException", message: "Input is too long." },
      { fault: "AccessDeniedException" },
    ]);
    const client = clients["HTTP/2"];
    await expect(converseStream(client, {})).rejects.toMatchObject({
      message: "Input is too long.",
    });
    await expect(converseStream(client, {})).rejects.toMatchObject({
      name: "AccessDeniedException",
    });
  });

  it("strikes Converse as well", async () => {
    await setFaults([{ fault: "ModelStreamErrorException" }, { fault: "ExpiredTokenException" }]);
    const client = clients["HTTP/2"];
    const ask = () =>
      client.send(
        new ConverseCommand({ modelId, messages: [{ role: "user", content: [{ text: "hi" }] }] }),
      );
    await expect(ask()).rejects.toMatchObject({ name: "ModelStreamErrorException" });
    await expect(ask()).rejects.toMatchObject({ name: "ExpiredTokenException" });
  });
});

describe.each(["HTTP/2", "HTTP/1.1"] as const)("in the middle of a stream over %s", (transport) => {
  it.each([
    { fault: "ModelStreamErrorException" },
    { fault: "ThrottlingException", midStream: true },
    { fault: "InternalServerException", midStream: true },
    { fault: "ServiceUnavailableException", midStream: true },
    { fault: "ValidationException", midStream: true },
  ])("$fault is thrown after the first words", async (fault) => {
    await setFaults([fault]);
    const client = clients[transport];
    await expect(converseStream(client, {})).rejects.toMatchObject({ name: fault.fault });
  });

  it("a cut connection leaves an answer without its end", async () => {
    await setFaults([{ fault: "connection_cut" }]);
    const client = clients[transport];
    const outcome = await converseStream(client, {}).then(
      ({ stopReason, text }) => ({ stopReason, hasText: text !== "" }),
      () => ({ stopReason: undefined, hasText: true }),
    );
    expect(outcome).toEqual({ stopReason: undefined, hasText: true });
    expect((await converseStream(client, {})).stopReason).toBe("end_turn");
  });

  it("silence lasts until the caller gives up", async () => {
    await setFaults([{ fault: "silence" }]);
    const client = clients[transport];
    await expect(converseStream(client, {}, AbortSignal.timeout(150))).rejects.toThrow();
    expect((await converseStream(client, {})).stopReason).toBe("end_turn");
  });
});

describe("a stop reason on demand", () => {
  it.each([
    "max_tokens",
    "guardrail_intervened",
    "content_filtered",
    "malformed_model_output",
    "model_context_window_exceeded",
  ])("%s ends an answer that has begun", async (fault) => {
    await setFaults([{ fault }]);
    const client = clients["HTTP/2"];
    const { stopReason, text } = await converseStream(client, {});
    expect(stopReason).toBe(fault);
    expect(text).not.toBe("");
  });

  it.each(["malformed_tool_use", "max_tokens"])(
    "%s leaves half a tool call behind",
    async (fault) => {
      await setFaults([{ fault }]);
      const client = clients["HTTP/2"];
      const { stopReason, toolUses } = await converseStream(client, {
        text: "who am I?",
        toolConfig,
      });
      expect(stopReason).toBe(fault);
      expect(() => JSON.parse(toolUses[0]?.json ?? "")).toThrow();
    },
  );
});

describe("the control endpoint", () => {
  it("shows what waits and forgets it on DELETE", async () => {
    await setFaults([{ fault: "silence", times: 3 }]);
    expect(await waitingFaults()).toEqual([{ fault: "silence", times: 3, midStream: false }]);
    await fetch(`${bedrock.url}/control/faults`, { method: "DELETE" });
    expect(await waitingFaults()).toEqual([]);
  });

  it.each([
    [{ fault: "ThrottlingException" }],
    [[{ fault: "NoSuchException" }]],
    [[{ fault: "silence", times: 0 }]],
    [[{ fault: "AccessDeniedException", midStream: true }]],
    [[{ fault: "silence", often: true }]],
  ])("refuses %j and keeps what was there", async (faults) => {
    await setFaults([{ fault: "silence" }]);
    const response = await setFaults(faults);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ message: expect.any(String) });
    expect(await waitingFaults()).toHaveLength(1);
  });

  it("knows three methods", async () => {
    const response = await fetch(`${bedrock.url}/control/faults`, { method: "POST" });
    expect(response.status).toBe(405);
  });
});
