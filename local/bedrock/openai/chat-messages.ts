import type { ConverseRequest, Message, ToolResultBlock } from "../converse-request.ts";

/**
 * Lays a Converse request out as the body of `POST /v1/chat/completions`.
 * https://platform.openai.com/docs/api-reference/chat/create
 *
 * @param model the name that the server knows the model by
 */
export function toChatCompletion(request: ConverseRequest, model: string): Record<string, unknown> {
  const { tools, toolChoice, maxTokens, temperature, topP, stopSequences } = request;
  return {
    model,
    stream: true,
    stream_options: { include_usage: true },
    messages: [
      ...(request.system.length > 0
        ? [{ role: "system", content: request.system.join("\n\n") }]
        : []),
      ...request.messages.flatMap(toChatMessages),
    ],
    ...(tools.length > 0 && {
      tools: tools.map(({ name, description, inputSchema }) => ({
        type: "function",
        function: { name, description, parameters: inputSchema },
      })),
      tool_choice:
        toolChoice === "auto"
          ? "auto"
          : toolChoice === "any"
            ? "required"
            : { type: "function", function: { name: toolChoice.name } },
    }),
    ...(maxTokens !== undefined && { max_tokens: maxTokens }),
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { top_p: topP }),
    ...(stopSequences.length > 0 && { stop: stopSequences }),
  };
}

/** Results become messages of their own, before whatever else the user says in the same turn. */
function toChatMessages({ role, content }: Message): Record<string, unknown>[] {
  const text = content.flatMap((block) => block.text ?? []).join("\n\n");
  if (role === "assistant") {
    const calls = content.flatMap(({ toolUse }) => toolUse ?? []);
    return [
      {
        role,
        content: text === "" ? null : text,
        ...(calls.length > 0 && {
          tool_calls: calls.map(({ toolUseId, name, input }) => ({
            id: toolUseId,
            type: "function",
            function: { name, arguments: JSON.stringify(input) },
          })),
        }),
      },
    ];
  }
  const results = content.flatMap(({ toolResult }) => toolResult ?? []);
  return [
    ...results.map((result) => ({
      role: "tool",
      tool_call_id: result.toolUseId,
      content: textOf(result),
    })),
    ...(text === "" ? [] : [{ role, content: text }]),
  ];
}

function textOf({ content, status }: ToolResultBlock): string {
  const text = content
    .flatMap(({ text, json }) => text ?? (json === undefined ? [] : JSON.stringify(json)))
    .join("\n");
  return status === "error" ? `Error: ${text}` : text;
}
