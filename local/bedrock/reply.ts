import type { ConverseRequest } from "./converse-request.ts";

/** A piece of a model's answer, in the order in which it comes into being. */
export type ReplyPart =
  | { type: "text"; text: string }
  /** Begins a tool call; what follows as `tool_input` is its input. */
  | { type: "tool_use"; toolUseId: string; name: string }
  /** A piece of the input's JSON text. */
  | { type: "tool_input"; json: string }
  /** The end. Nothing follows. */
  | { type: "stop"; stopReason: StopReason; usage: Usage };

export interface Usage {
  inputTokens: number;
  outputTokens: number;
}

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_MessageStopEvent.html */
export const stopReasons = [
  "end_turn",
  "tool_use",
  "max_tokens",
  "stop_sequence",
  "guardrail_intervened",
  "content_filtered",
  "malformed_model_output",
  "malformed_tool_use",
  "model_context_window_exceeded",
] as const;

export type StopReason = (typeof stopReasons)[number];

/**
 * Answers a request piece by piece, and stops when told to.
 *
 * @throws ServiceError when it cannot answer, also in the middle
 */
export type Model = (request: ConverseRequest, signal: AbortSignal) => AsyncIterable<ReplyPart>;

/** A rough count, for models that report none: four bytes are about a token. */
export function estimateTokens(value: unknown): number {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return Math.ceil(Buffer.byteLength(text) / 4);
}
