import { afterEach, beforeEach, expect, vi } from "vitest";
import type {
  AgentEvent,
  Conversation,
  McpConnection,
  Tool,
  ToolCall,
  ToolResult,
} from "../agent/agent.ts";
import { createBedrockModel } from "../agent/bedrock-model.ts";
import { createConversation } from "../agent/conversation.ts";
import { type BedrockServer, startBedrockServer } from "./bedrock-server.ts";
import { noOffers } from "./no-offers.ts";

/** A conversation under test: what its tools do, and how it is asked. */
export interface Setup {
  tools?: Tool[];
  call?: (name: string) => ToolResult | Promise<ToolResult>;
  approve?: (call: ToolCall, tool: Tool) => Promise<boolean>;
  signal?: AbortSignal;
  sleep?: (milliseconds: number) => Promise<void>;
  /** Null sets none. */
  region?: string | null;
}

/**
 * Starts a server that speaks Bedrock's protocol for each test of a file, and points the AWS SDK to it.
 *
 * @returns the server of the test that runs
 */
export function useBedrockServer(): () => BedrockServer {
  let bedrock: BedrockServer;
  beforeEach(async () => {
    bedrock = await startBedrockServer();
    vi.stubEnv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", bedrock.url);
    vi.stubEnv("AWS_ACCESS_KEY_ID", "local");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "local");
    vi.stubEnv("AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED", "true");
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await bedrock.close();
  });
  return () => bedrock;
}

/** A conversation with the model of the test's server, and the calls of its tools. */
export function start(setup: Setup = {}): { conversation: Conversation; calls: unknown[][] } {
  const calls: unknown[][] = [];
  const connection: McpConnection = {
    serverName: "test",
    serverVersion: "1",
    protocolVersion: "2025-11-25",
    tools: () => setup.tools ?? [],
    async callTool(name, input) {
      calls.push([name, input]);
      return setup.call?.(name) ?? { isError: false, text: "ok" };
    },
    ...noOffers,
    close: async () => {},
  };
  const region = setup.region === null ? {} : { region: setup.region ?? "us-east-1" };
  const settings = { modelId: "model-1", insecure: false, ...region };
  const model = createBedrockModel(settings, setup.sleep);
  return { conversation: createConversation(model, connection), calls };
}

/** One question to a conversation of its own. */
export async function ask(question: string, setup: Setup = {}) {
  const { conversation, calls } = start(setup);
  return { ...(await collect(conversation, question, setup)), calls };
}

/** All that happens until an answer is done. */
export async function collect(
  conversation: Conversation,
  question: string,
  { signal = new AbortController().signal, approve = async () => true }: Setup = {},
) {
  const events: AgentEvent[] = [];
  for await (const event of conversation.ask(question, { signal, approve })) events.push(event);
  const text = events.map((event) => (event.type === "text" ? event.text : "")).join("");
  const results = events.flatMap((event) => (event.type === "tool_result" ? [event] : []));
  const notices = events.flatMap((event) => (event.type === "notice" ? [event.text.en] : []));
  return { events, text, results, notices };
}

export function tool(name: string, more: Partial<Tool> = {}): Tool {
  return {
    name,
    description: "",
    inputSchema: { type: "object" },
    readOnly: false,
    destructive: false,
    ...more,
  };
}

/** What Bedrock checks: roles take turns, no content is empty, each tool use has its result. */
export function expectSound(
  messages: readonly { role: string; content: Record<string, unknown>[] }[],
): void {
  const idOf = (block: unknown) => Reflect.get(block as object, "toolUseId");
  expect(messages.length).toBeGreaterThan(0);
  for (const [index, { role, content }] of messages.entries()) {
    expect(role).toBe(index % 2 === 0 ? "user" : "assistant");
    expect(content.length).toBeGreaterThan(0);
    for (const { text } of content) {
      if (text !== undefined) expect(String(text).trim()).not.toBe("");
    }
    const uses = content.flatMap(({ toolUse }) => (toolUse === undefined ? [] : [toolUse]));
    const next = messages[index + 1]?.content ?? [];
    const results = next.flatMap(({ toolResult }) =>
      toolResult === undefined ? [] : [toolResult],
    );
    expect(results.map(idOf)).toEqual(uses.map(idOf));
  }
}
