import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { ConverseRequest, ToolResultBlock } from "../converse-request.ts";
import { estimateTokens, type Model, type StopReason } from "../reply.ts";
import type { ToolChoice } from "./choose-tool.ts";
import { documentsOf, planReply, questionsOf } from "./plan-reply.ts";
import { textOfResult } from "./result-text.ts";
import { isKorean } from "./terms.ts";
import { toolDocumentsOf } from "./tool-document.ts";
import { spellingIn } from "./tool-mention.ts";
import {
  type Language,
  wordAbsent,
  wordDocuments,
  wordMissing,
  wordNothingFits,
  wordRemark,
  wordResult,
} from "./wording.ts";

/**
 * Makes the model that understands no language: it calls the tool whose words fit the question, and
 * words the answer from the tool's result.
 *
 * @param options.textDelayMilliseconds between the pieces of its text
 */
export function createWordModel(options: { textDelayMilliseconds: number }): Model {
  return async function* (request, signal) {
    const { text, calls } = replyTo(request, new Date());
    const spoken = limitText(text, request);
    for (const piece of piecesOf(spoken.text)) {
      await delay(options.textDelayMilliseconds, undefined, { signal });
      yield { type: "text", text: piece };
    }
    const isWhole = spoken.stopReason === "end_turn";
    for (const { document, filling } of isWhole ? calls : []) {
      const { name } = document.tool;
      yield {
        type: "tool_use",
        toolUseId: `tooluse_${randomBytes(16).toString("base64url")}`,
        name,
      };
      for (const json of jsonPieces(filling.arguments)) {
        await delay(options.textDelayMilliseconds, undefined, { signal });
        yield { type: "tool_input", json };
      }
    }
    yield {
      type: "stop",
      stopReason: isWhole && calls.length > 0 ? "tool_use" : spoken.stopReason,
      usage: {
        inputTokens: estimateTokens([request.system, request.messages, request.tools]),
        outputTokens: Math.max(1, estimateTokens(spoken.text) + callTokens(calls)),
      },
    };
  };
}

/** Decides what is said and called. Pure: the same conversation gives the same reply. */
export function replyTo(
  request: ConverseRequest,
  now: Date,
): { text: string; calls: readonly ToolChoice[] } {
  const [question = ""] = questionsOf(request.messages);
  const language: Language = isKorean(question) ? "ko" : "en";
  const plan = planReply(request, now);
  const called = callsOfTurn(request);
  const ready = plan.kind === "requests" ? plan.ready : [];
  const lacking = plan.kind === "requests" ? plan.lacking : [];
  const open = ready.filter(({ document }) => !called.has(document.tool.name));
  if (open.length > 0) return { text: "", calls: open };
  const results = lastResults(request).map(({ toolUseId, content, status }) => {
    const name = nameOfCall(request, toolUseId);
    const document = toolDocumentsOf(request.tools).find(({ tool }) => tool.name === name);
    const result = {
      text: textOfResult(content, language === "ko" ? "없음" : "none"),
      isError: status === "error",
    };
    return wordResult(document, spellingIn(question, name), result, language);
  });
  const missing = lacking.map(({ document, filling }) =>
    wordMissing(spellingIn(question, document.tool.name), filling.missing, language),
  );
  const said = [...results, ...missing].join("\n\n");
  if (said !== "") return { text: said, calls: [] };
  const documents = documentsOf(request.messages);
  if (plan.kind === "none" && documents.length > 0) {
    return { text: wordDocuments(documents, language), calls: [] };
  }
  if (plan.kind === "absent") {
    return { text: wordAbsent(plan.name, request.tools, language), calls: [] };
  }
  const text =
    plan.kind === "remark"
      ? wordRemark(plan.remark, request.tools, language)
      : wordNothingFits(request.tools, language);
  return { text, calls: [] };
}

/** The tools that were called since the last question. */
function callsOfTurn({ messages }: ConverseRequest): ReadonlySet<string> {
  const asked = messages.findLastIndex(
    ({ role, content }) => role === "user" && content.some(({ text }) => text !== undefined),
  );
  return new Set(
    messages
      .slice(asked + 1)
      .flatMap(({ content }) => content.flatMap(({ toolUse }) => toolUse?.name ?? [])),
  );
}

/** All results that came in since the last question. */
function lastResults({ messages }: ConverseRequest): ToolResultBlock[] {
  const asked = messages.findLastIndex(
    ({ content }) =>
      content.some(({ toolResult }) => toolResult === undefined) &&
      content.some(({ text }) => text !== undefined),
  );
  return messages
    .slice(Math.max(0, asked))
    .flatMap(({ content }) => content.flatMap(({ toolResult }) => toolResult ?? []));
}

function nameOfCall({ messages }: ConverseRequest, toolUseId: string): string {
  const call = messages
    .flatMap(({ content }) => content.flatMap(({ toolUse }) => toolUse ?? []))
    .findLast((one) => one.toolUseId === toolUseId);
  return call?.name ?? toolUseId;
}

/** Heeds `maxTokens` and `stopSequences` as a model would. */
function limitText(
  text: string,
  { maxTokens, stopSequences }: ConverseRequest,
): { text: string; stopReason: StopReason } {
  const stops = stopSequences.map((stop) => text.indexOf(stop)).filter((index) => index >= 0);
  const stopped = stops.length === 0 ? text : text.slice(0, Math.min(...stops));
  if (maxTokens !== undefined && estimateTokens(stopped) > maxTokens) {
    return { text: stopped.slice(0, maxTokens), stopReason: "max_tokens" };
  }
  return { text: stopped, stopReason: stops.length === 0 ? "end_turn" : "stop_sequence" };
}

const maximumPieces = 160;

/** Word by word; a long text in larger pieces, so that it is said in a second or two. */
function piecesOf(text: string): string[] {
  const words = text.match(/\s*\S+\s*$|\s*\S+/g) ?? [];
  const size = Math.ceil(words.length / maximumPieces);
  const pieces: string[] = [];
  for (let index = 0; index < words.length; index += size) {
    pieces.push(words.slice(index, index + size).join(""));
  }
  return pieces;
}

const jsonPieceLength = 12;

function jsonPieces(input: unknown): string[] {
  return JSON.stringify(input).match(new RegExp(`.{1,${jsonPieceLength}}`, "gsu")) ?? [];
}

function callTokens(calls: readonly ToolChoice[]): number {
  return calls.reduce((sum, { filling }) => sum + estimateTokens(filling.arguments), 0);
}
