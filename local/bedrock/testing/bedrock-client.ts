import {
  BedrockRuntimeClient,
  type BedrockRuntimeClientConfig,
  type ContentBlock,
  ConverseStreamCommand,
  type ConverseStreamCommandInput,
  type ConverseStreamOutput,
} from "@aws-sdk/client-bedrock-runtime";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import type { ToolSpecification } from "../converse-request.ts";

export const modelId = "global.anthropic.claude-haiku-4-5-20251001-v1:0";

/** The unmodified SDK client, pointed at a stand-in, over its default HTTP/2 or over HTTP/1.1. */
export function createClient(
  url: string,
  transport: "HTTP/2" | "HTTP/1.1" = "HTTP/2",
  config: BedrockRuntimeClientConfig = {},
): BedrockRuntimeClient {
  return new BedrockRuntimeClient({
    endpoint: url,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    ...(transport === "HTTP/1.1" && { requestHandler: new NodeHttpHandler() }),
    ...config,
  });
}

/** What a streamed answer came to. */
export interface StreamedReply {
  text: string;
  toolUses: { toolUseId: string; name: string; json: string }[];
  stopReason: string | undefined;
  totalTokens: number | undefined;
  events: string[];
  /** When each delta arrived, in milliseconds since the request. */
  arrivals: number[];
}

/** Asks and gathers the stream. Throws what the SDK throws. */
export async function converseStream(
  client: BedrockRuntimeClient,
  input: Partial<ConverseStreamCommandInput> & { content?: ContentBlock[]; text?: string },
  abortSignal?: AbortSignal,
): Promise<StreamedReply> {
  const { content, text = "hello", ...rest } = input;
  const started = performance.now();
  const command = new ConverseStreamCommand({
    modelId,
    messages: [{ role: "user", content: content ?? [{ text }] }],
    ...rest,
  });
  const response = await client.send(command, { ...(abortSignal && { abortSignal }) });
  const reply: StreamedReply = {
    text: "",
    toolUses: [],
    stopReason: undefined,
    totalTokens: undefined,
    events: [],
    arrivals: [],
  };
  for await (const event of response.stream ?? []) take(reply, event, performance.now() - started);
  return reply;
}

function take(reply: StreamedReply, event: ConverseStreamOutput, arrival: number): void {
  reply.events.push(Object.keys(event)[0] ?? "");
  if (event.contentBlockStart?.start?.toolUse !== undefined) {
    const { toolUseId = "", name = "" } = event.contentBlockStart.start.toolUse;
    reply.toolUses.push({ toolUseId, name, json: "" });
  }
  const delta = event.contentBlockDelta?.delta;
  if (delta !== undefined) reply.arrivals.push(arrival);
  reply.text += delta?.text ?? "";
  const last = reply.toolUses.at(-1);
  if (delta?.toolUse !== undefined && last !== undefined) last.json += delta.toolUse.input ?? "";
  reply.stopReason = event.messageStop?.stopReason ?? reply.stopReason;
  reply.totalTokens = event.metadata?.usage?.totalTokens ?? reply.totalTokens;
}

/** Tools in the form of a request. */
export function toolConfigOf(tools: readonly ToolSpecification[]) {
  return {
    tools: tools.map(({ name, description, inputSchema }) => ({
      toolSpec: { name, description, inputSchema: { json: inputSchema as never } },
    })),
  };
}
