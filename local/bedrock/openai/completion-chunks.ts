import { z } from "zod";
import { estimateTokens, type ReplyPart, type StopReason, type Usage } from "../reply.ts";

/** One event of a streamed completion, as far as it is used; servers leave out what they like. */
const chunkSchema = z.looseObject({
  choices: z
    .array(
      z.looseObject({
        delta: z
          .looseObject({
            content: z.string().nullish(),
            tool_calls: z
              .array(
                z.looseObject({
                  index: z.int().optional(),
                  id: z.string().nullish(),
                  function: z
                    .looseObject({ name: z.string().nullish(), arguments: z.string().nullish() })
                    .optional(),
                }),
              )
              .nullish(),
          })
          .nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .default([]),
  usage: z
    .looseObject({ prompt_tokens: z.int().nullish(), completion_tokens: z.int().nullish() })
    .nullish(),
});

const errorSchema = z.looseObject({
  error: z.union([z.string(), z.looseObject({ message: z.string() })]),
});

/** Reads the chunks of one completion, one after the other. */
export interface CompletionReader {
  /**
   * @param data the text of one server-sent event
   * @returns what it adds to the reply
   * @throws Error with the server's message, or one that says what is wrong with the event
   */
  read(data: string): ReplyPart[];
  /** What is left to say when the stream is over. `undefined` when the server never finished. */
  finish(inputTokens: number): ReplyPart[] | undefined;
}

/**
 * @param createToolUseId for servers that give their calls no id
 */
export function createCompletionReader(createToolUseId: () => string): CompletionReader {
  let call: { index: number | undefined; id: string | undefined; json: string } | undefined;
  let hasCalls = false;
  let isMalformed = false;
  let finishReason: string | undefined;
  let usage: Partial<Usage> = {};
  let written = 0;
  const closeCall = (): ReplyPart[] => {
    const json = call?.json;
    call = undefined;
    if (json === undefined) return [];
    if (json.trim() === "") return [{ type: "tool_input", json: "{}" }];
    isMalformed ||= !isObject(json);
    return [];
  };
  return {
    read: (data) => {
      const chunk = parseChunk(data);
      usage = {
        ...usage,
        ...(chunk.usage?.prompt_tokens != null && { inputTokens: chunk.usage.prompt_tokens }),
        ...(chunk.usage?.completion_tokens != null && {
          outputTokens: chunk.usage.completion_tokens,
        }),
      };
      const [choice] = chunk.choices;
      finishReason = choice?.finish_reason ?? finishReason;
      const parts: ReplyPart[] = [];
      const text = choice?.delta?.content ?? "";
      if (text !== "") parts.push(...closeCall(), { type: "text", text });
      for (const { index, id, function: called } of choice?.delta?.tool_calls ?? []) {
        const begins =
          called?.name != null &&
          called.name !== "" &&
          (call === undefined ||
            (index !== undefined && index !== call.index) ||
            (id != null && id !== call.id));
        if (begins && called?.name != null) {
          parts.push(...closeCall());
          call = { index, id: id ?? undefined, json: "" };
          hasCalls = true;
          const toolUseId = toolUseIdForm.test(id ?? "") ? (id ?? "") : createToolUseId();
          parts.push({ type: "tool_use", toolUseId, name: called.name });
        }
        const json = called?.arguments ?? "";
        if (json === "") continue;
        if (call === undefined) throw new Error("arguments came before the name of their tool");
        call.json += json;
        parts.push({ type: "tool_input", json });
      }
      written += parts.reduce((sum, part) => sum + estimateTokens(part), 0);
      return parts;
    },
    finish: (inputTokens) => {
      if (finishReason === undefined) return undefined;
      const last = closeCall();
      return [
        ...last,
        {
          type: "stop",
          stopReason: isMalformed ? "malformed_tool_use" : toStopReason(finishReason, hasCalls),
          usage: { inputTokens, outputTokens: written, ...usage },
        },
      ];
    },
  };
}

/** What Converse takes for a toolUseId. */
const toolUseIdForm = /^[a-zA-Z0-9_.:-]{1,64}$/;

function toStopReason(finishReason: string, hasCalls: boolean): StopReason {
  switch (finishReason) {
    case "length":
      return "max_tokens";
    case "content_filter":
      return "content_filtered";
    default:
      // Some servers say `stop` where they mean `tool_calls`.
      return hasCalls ? "tool_use" : "end_turn";
  }
}

function parseChunk(data: string): z.infer<typeof chunkSchema> {
  let json: unknown;
  try {
    json = JSON.parse(data);
  } catch {
    throw new Error("an event is no JSON");
  }
  const failure = errorSchema.safeParse(json);
  if (failure.success) throw new Error(messageOf(failure.data.error));
  const chunk = chunkSchema.safeParse(json);
  if (!chunk.success) throw new Error("an event is no chunk of a chat completion");
  return chunk.data;
}

/** The message of an error body: an object with one, or a plain string. */
export function errorMessageIn(body: string): string | undefined {
  try {
    const parsed = errorSchema.safeParse(JSON.parse(body));
    return parsed.success ? messageOf(parsed.data.error) : undefined;
  } catch {
    return undefined;
  }
}

function messageOf(error: string | { message: string }): string {
  return typeof error === "string" ? error : error.message;
}

function isObject(json: string): boolean {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
