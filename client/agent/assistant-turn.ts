import type { ConverseStreamOutput } from "@aws-sdk/client-bedrock-runtime";
import type { AppError } from "@cleanauth/common/app-error.ts";
import { LocalizedError } from "../localized-error.ts";
import { createTerminalTextFilter, type TerminalTextFilter } from "../terminal-text.ts";
import type { TokenUsage } from "./agent.ts";
import type { Block } from "./message.ts";

/** A tool that the model wants to have run. */
export interface ToolUse {
  id: string;
  /** The name that the model knows the tool by. */
  name: string;
  /** Null when what the model wrote is no JSON object. */
  input: Readonly<Record<string, unknown>> | null;
}

/** All that the model said in one turn. */
export interface AssistantTurn {
  stopReason: string;
  texts: readonly string[];
  toolUses: readonly ToolUse[];
  usage: TokenUsage;
}

/** Puts a turn together from the events of ConverseStream. */
export interface TurnAssembler {
  /** @returns the text that the event adds; free of control characters, often empty */
  push(event: ConverseStreamOutput): string;
  /** @throws AppError `model_stream_cut` when the model has not finished the turn */
  finish(): AssistantTurn;
}

type OpenBlock =
  | { kind: "text"; text: string; filter: TerminalTextFilter }
  | { kind: "toolUse"; id: string; name: string; json: string };

/**
 * Reads the events of one ConverseStream answer. Reasoning is not kept: it is not shown, and models
 * take their history without it.
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
 */
export function createTurnAssembler(): TurnAssembler {
  const blocks = new Map<number, OpenBlock>();
  let stopReason: string | undefined;
  let usage: TokenUsage = { inputTokens: 0, outputTokens: 0 };

  function textBlock(index: number): Extract<OpenBlock, { kind: "text" }> {
    const known = blocks.get(index);
    if (known?.kind === "text") return known;
    // A block of text has no start event.
    const block = { kind: "text" as const, text: "", filter: createTerminalTextFilter() };
    blocks.set(index, block);
    return block;
  }

  return {
    push(event) {
      if (event.contentBlockStart?.start?.toolUse !== undefined) {
        const { toolUseId: id = "", name = "" } = event.contentBlockStart.start.toolUse;
        const index = event.contentBlockStart.contentBlockIndex ?? 0;
        blocks.set(index, { kind: "toolUse", id, name, json: "" });
      }
      if (event.messageStop !== undefined) stopReason = event.messageStop.stopReason ?? "";
      if (event.metadata?.usage !== undefined) {
        const { inputTokens = 0, outputTokens = 0, ...caches } = event.metadata.usage;
        const { cacheReadInputTokens = 0, cacheWriteInputTokens = 0 } = caches;
        usage = {
          inputTokens,
          outputTokens,
          ...(cacheReadInputTokens > 0 ? { cacheReadInputTokens } : {}),
          ...(cacheWriteInputTokens > 0 ? { cacheWriteInputTokens } : {}),
        };
      }
      const { delta, contentBlockIndex: index = 0 } = event.contentBlockDelta ?? {};
      if (delta?.toolUse !== undefined) {
        const block = blocks.get(index);
        if (block?.kind === "toolUse") block.json += delta.toolUse.input ?? "";
      }
      if (delta?.text === undefined) return "";
      const block = textBlock(index);
      const shown = block.filter.push(delta.text);
      block.text += shown;
      return shown;
    },

    finish() {
      if (stopReason === undefined) throw streamCut();
      const ordered = [...blocks].sort(([one], [other]) => one - other).map(([, block]) => block);
      return {
        stopReason,
        usage,
        texts: ordered.flatMap((block) =>
          block.kind === "text" && block.text.trim() !== "" ? [block.text] : [],
        ),
        toolUses: ordered.flatMap((block) =>
          block.kind === "toolUse"
            ? [{ id: block.id, name: block.name, input: parseInput(block.json) }]
            : [],
        ),
      };
    },
  };
}

/** The stream has ended without the event that ends an answer. */
function streamCut(): AppError {
  return new LocalizedError("model_stream_cut", {
    en: ["The model's answer broke off", "Ask again; check the network if it happens often."],
    ko: ["모델의 답이 중간에 끊겼습니다", "다시 물어보세요. 자주 그러면 네트워크를 확인하세요."],
  });
}

/** A tool without parameters is called with nothing at all. */
function parseInput(json: string): Readonly<Record<string, unknown>> | null {
  try {
    const input: unknown = JSON.parse(json.trim() === "" ? "{}" : json);
    const isObject = typeof input === "object" && input !== null && !Array.isArray(input);
    return isObject ? (input as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/**
 * A turn as the history has it: without blank text, which Bedrock refuses, and never empty.
 *
 * @param turn what the model said
 * @param options.withToolUses false when the tools will not be run: a use without its result makes
 *   the history invalid
 */
export function contentOf(turn: AssistantTurn, options: { withToolUses: boolean }): Block[] {
  const content: Block[] = turn.texts.map((text) => ({ text }));
  if (options.withToolUses) {
    for (const { id, name, input } of turn.toolUses) {
      content.push({ toolUse: { toolUseId: id, name, input: (input ?? {}) as never } });
    }
  }
  return content.length === 0 ? [{ text: "(no answer)" }] : content;
}
