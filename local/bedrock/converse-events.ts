import { encodeEvent } from "./event-stream.ts";
import type { ReplyPart } from "./reply.ts";

/**
 * Turns a reply into the frames of ConverseStream: messageStart, for each block its deltas between
 * contentBlockStart (tool use alone has one) and contentBlockStop, messageStop, metadata.
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStreamOutput.html
 *
 * @param parts the reply
 * @param startedAtMilliseconds when the request arrived, for the latency that is reported
 */
export async function* converseEvents(
  parts: AsyncIterable<ReplyPart>,
  startedAtMilliseconds: number,
): AsyncIterable<Buffer> {
  let contentBlockIndex = -1;
  let open: "text" | "toolUse" | undefined;
  yield encodeEvent("messageStart", { role: "assistant" });
  for await (const part of parts) {
    const continues = part.type === "tool_input" || (part.type === "text" && open === "text");
    if (!continues && open !== undefined) {
      yield encodeEvent("contentBlockStop", { contentBlockIndex });
      open = undefined;
    }
    switch (part.type) {
      case "text":
        if (open === undefined) contentBlockIndex += 1;
        open = "text";
        yield encodeEvent("contentBlockDelta", { contentBlockIndex, delta: { text: part.text } });
        break;
      case "tool_use": {
        contentBlockIndex += 1;
        open = "toolUse";
        const { toolUseId, name } = part;
        yield encodeEvent("contentBlockStart", {
          contentBlockIndex,
          start: { toolUse: { toolUseId, name } },
        });
        break;
      }
      case "tool_input":
        yield encodeEvent("contentBlockDelta", {
          contentBlockIndex,
          delta: { toolUse: { input: part.json } },
        });
        break;
      case "stop": {
        yield encodeEvent("messageStop", { stopReason: part.stopReason });
        yield encodeEvent("metadata", summaryOf(part, startedAtMilliseconds));
        break;
      }
    }
  }
}

/**
 * Gathers a reply into the one answer of Converse.
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#API_runtime_Converse_ResponseSyntax
 *
 * @returns the body
 */
export async function converseBodyOf(
  parts: AsyncIterable<ReplyPart>,
  startedAtMilliseconds: number,
): Promise<unknown> {
  const content: Record<string, unknown>[] = [];
  let text = "";
  let toolUse: { toolUseId: string; name: string; json: string } | undefined;
  const flush = () => {
    if (text !== "") content.push({ text });
    const input = toolUse === undefined ? undefined : parseObject(toolUse.json);
    // A tool use whose input is no JSON has no place in this answer; the stop reason tells of it.
    if (toolUse !== undefined && input !== undefined) {
      content.push({ toolUse: { toolUseId: toolUse.toolUseId, name: toolUse.name, input } });
    }
    text = "";
    toolUse = undefined;
  };
  let end: unknown;
  for await (const part of parts) {
    if (part.type === "text") {
      if (toolUse !== undefined) flush();
      text += part.text;
    } else if (part.type === "tool_use") {
      flush();
      toolUse = { toolUseId: part.toolUseId, name: part.name, json: "" };
    } else if (part.type === "tool_input") {
      if (toolUse !== undefined) toolUse.json += part.json;
    } else {
      flush();
      end = { stopReason: part.stopReason, ...summaryOf(part, startedAtMilliseconds) };
    }
  }
  return { output: { message: { role: "assistant", content } }, ...(end as object) };
}

function summaryOf({ usage }: ReplyPart & { type: "stop" }, startedAtMilliseconds: number) {
  return {
    usage: { ...usage, totalTokens: usage.inputTokens + usage.outputTokens },
    metrics: { latencyMs: Date.now() - startedAtMilliseconds },
  };
}

function parseObject(json: string): unknown {
  try {
    return JSON.parse(json === "" ? "{}" : json);
  } catch {
    return undefined;
  }
}
