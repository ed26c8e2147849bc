import type { ConverseRequest, Message } from "../converse-request.ts";
import { type Remark, remarkIn } from "./about.ts";
import { isChoiceSlot } from "./choices.ts";
import { rankTools, type ToolChoice } from "./choose-tool.ts";
import { parseSentence } from "./sentence.ts";
import { splitRequests } from "./split-requests.ts";
import { type ToolDocument, toolDocumentsOf } from "./tool-document.ts";
import { absentToolIn } from "./tool-mention.ts";

/** What the model is going to do about the last question. */
export type Plan =
  | { kind: "remark"; remark: Remark }
  /** A tool is called for by a name that none has. */
  | { kind: "absent"; name: string }
  | { kind: "none" }
  /** Tools that are ready to be called, and those that lack something the user has to say. */
  | { kind: "requests"; ready: readonly ToolChoice[]; lacking: readonly ToolChoice[] };

/** Nobody types more, and words are compared one by one. */
const longestQuestion = 50_000;

/**
 * Plans the answer to the last question of a conversation. The same conversation always gives the same
 * plan, so that after the results the model still knows which request is open.
 *
 * @param request whose last question counts
 * @param now what `today` is
 */
export function planReply(request: ConverseRequest, now: Date): Plan {
  const documents = toolDocumentsOf(request.tools);
  const [question = "", before] = questionsOf(request.messages);
  const { toolChoice } = request;
  if (toolChoice !== "auto") {
    const allowed =
      toolChoice === "any"
        ? documents
        : documents.filter(({ tool }) => tool.name === toolChoice.name);
    return toPlan(rankTools(parseSentence(question), allowed, now).slice(0, 1));
  }
  const remark = remarkIn(question);
  if (remark !== undefined) return { kind: "remark", remark };
  const absent = absentToolIn(parseSentence(question), documents);
  if (absent !== undefined) return { kind: "absent", name: absent };
  const choices = splitRequests(question, documents, now);
  if (choices.length > 0 || before === undefined) return toPlan(choices);
  return toPlan(completed(before, question, documents, now));
}

/** A bare `37.77, -122.42` or `CA` answers what the model asked for in its last turn. */
function completed(
  before: string,
  answer: string,
  documents: readonly ToolDocument[],
  now: Date,
): ToolChoice[] {
  if (remarkIn(before) !== undefined) return [];
  if (absentToolIn(parseSentence(before), documents) !== undefined) return [];
  const lacking = splitRequests(before, documents, now).find(
    ({ filling }) => filling.missing.length > 0,
  );
  const [slot] = lacking?.filling.missing ?? [];
  if (lacking === undefined || slot === undefined) return [];
  const isText = slot.kind === "string" && !isChoiceSlot(slot) && !slot.roles.has("id");
  const joined = isText && !/[:：]/.test(before) ? `${before}: ${answer}` : `${before} ${answer}`;
  return rankTools(parseSentence(joined), [lacking.document], now);
}

function toPlan(choices: readonly ToolChoice[]): Plan {
  if (choices.length === 0) return { kind: "none" };
  return {
    kind: "requests",
    ready: choices.filter(({ filling }) => filling.missing.length === 0),
    lacking: choices.filter(({ filling }) => filling.missing.length > 0),
  };
}

/** Texts that go with the last question, for the model to read. */
export function documentsOf(messages: readonly Message[]): string[] {
  const last = messages.findLast(
    ({ role, content }) => role === "user" && content.some(({ text }) => text !== undefined),
  );
  return (last?.content ?? []).flatMap(({ text = "" }) => documentIn(text) ?? []);
}

/** What stands between tags as a whole is something to read, not a request: models are prompted so. */
function documentIn(text: string): string | null {
  const [, , inner] = /^<([a-z][\w-]*)[^\n]*>\n([\s\S]*)\n<\/\1[^\n]*>$/.exec(text.trim()) ?? [];
  return inner ?? null;
}

/**
 * The user's last question, and the one before it when the model answered that with text alone.
 */
export function questionsOf(messages: readonly Message[]): [last?: string, before?: string] {
  const turns = messages.map(({ role, content }) => ({
    text:
      role === "user"
        ? content
            .flatMap(({ text }) => (text === undefined || documentIn(text) !== null ? [] : text))
            .join("\n")
            .slice(0, longestQuestion)
        : "",
    hasTool: content.some(({ toolUse }) => toolUse !== undefined),
  }));
  const last = turns.findLastIndex(({ text }) => text !== "");
  const before = turns.findLastIndex(({ text }, index) => index < last && text !== "");
  if (last < 0) return [];
  const isPlain = before >= 0 && !turns.slice(before, last).some(({ hasTool }) => hasTool);
  const question = turns[last]?.text ?? "";
  const earlier = turns[before]?.text;
  return isPlain && earlier !== undefined ? [question, earlier] : [question];
}
