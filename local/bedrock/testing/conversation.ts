import type { ConverseRequest, Message, ToolSpecification } from "../converse-request.ts";

/** A request as a model reads it. */
export function requestOf(
  messages: readonly Message[],
  tools: readonly ToolSpecification[],
  rest: Partial<ConverseRequest> = {},
): ConverseRequest {
  return {
    modelId: "global.anthropic.claude-haiku-4-5-20251001-v1:0",
    messages,
    system: [],
    tools,
    toolChoice: "auto",
    maxTokens: undefined,
    temperature: undefined,
    topP: undefined,
    stopSequences: [],
    ...rest,
  };
}

/** What the user says. */
export function user(text: string): Message {
  return { role: "user", content: [{ text }] };
}

/** What the model answered in words. */
export function assistant(text: string): Message {
  return { role: "assistant", content: [{ text }] };
}

/** A call by the model and its result, as the two turns that they take. */
export function called(
  name: string,
  content: { text?: string; json?: unknown }[],
  status: "success" | "error" = "success",
): Message[] {
  const toolUseId = `tooluse_${name}`;
  return [
    { role: "assistant", content: [{ toolUse: { toolUseId, name, input: {} } }] },
    { role: "user", content: [{ toolResult: { toolUseId, content, status } }] },
  ];
}
