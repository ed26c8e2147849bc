import { type AnswerPiece, splitAnswer } from "./answer-pieces.ts";
import { inLanguage, type ShownText } from "./language.ts";
import type { AttachmentSummary, Problem, ToolArgument } from "./model.ts";

/** What was said and done, the oldest first. Bounded: the oldest entries give way. */
export interface Transcript {
  readonly entries: readonly Entry[];
  readonly nextId: number;
  /** True once entries gave way. */
  readonly isCut: boolean;
}

export type Entry = EntryContent & {
  /** Grows from entry to entry. */
  readonly id: number;
};

export type EntryContent =
  | {
      readonly kind: "question";
      readonly text: string;
      readonly attachments?: readonly AttachmentSummary[];
    }
  | GivenEntry
  | AnswerEntry
  | ToolEntry
  | { readonly kind: "notice"; readonly text: ShownText }
  /** The user has stopped the answer before it. */
  | { readonly kind: "stop"; readonly text: ShownText }
  | { readonly kind: "error"; readonly problem: Problem }
  | ListEntry;

/** A piece of what the model said; the pieces of a long answer follow one another. */
export interface AnswerEntry extends AnswerPiece {
  readonly kind: "answer";
  readonly isGrowing: boolean;
}

/** A message of a prompt of the server's, which the conversation goes on from. */
export interface GivenEntry {
  readonly kind: "given";
  readonly role: "user" | "assistant";
  readonly text: string;
  readonly attachments: readonly AttachmentSummary[];
  /** Whether all of its text is shown. */
  readonly isOpen: boolean;
}

export interface ToolEntry {
  readonly kind: "tool";
  readonly callId: string;
  readonly tool: string;
  readonly arguments: readonly ToolArgument[];
  readonly state: "waiting" | "running" | "ok" | "error" | "declined" | "stopped";
  readonly result: string;
  /** Null where it is not known. */
  readonly durationMilliseconds: number | null;
  /** What the tool has told about how far it is; empty before that. */
  readonly progress: string;
  /** As whom it was called. */
  readonly caller: string;
  /** Whether all of its arguments and its result are shown. */
  readonly isOpen: boolean;
}

/** Rows of a name and what it stands for. */
export interface ListEntry {
  readonly kind: "list";
  readonly title: string;
  readonly rows: readonly { readonly name: string; readonly text: string }[];
}

export const emptyTranscript: Transcript = { entries: [], nextId: 1, isCut: false };

/** How much is kept: enough for a long evening, and under a megabyte in memory. */
export const transcriptBounds = { entries: 400, characters: 200_000, resultCharacters: 20_000 };

/**
 * The transcript with an entry more at its end.
 *
 * @param transcript what was said so far
 * @param content the entry without its id
 */
export function addEntry(transcript: Transcript, content: EntryContent): Transcript {
  const entry = { ...content, id: transcript.nextId };
  const entries = [...transcript.entries, entry];
  return bounded({ ...transcript, entries, nextId: transcript.nextId + 1 });
}

/**
 * The transcript with a piece more of the model's text: behind the answer that grows at its end, or
 * as the beginning of one.
 *
 * @param transcript what was said so far
 * @param text the piece
 */
export function addAnswerText(transcript: Transcript, text: string): Transcript {
  const last = transcript.entries.at(-1);
  if (last?.kind === "answer" && last.isGrowing) {
    const { prefix, continues } = last;
    const before = transcript.entries.slice(0, -1);
    const pieces = splitAnswer({ source: last.source + text, prefix, continues });
    return addPieces(transcript, before, pieces, last.id);
  }
  // Models like to begin with empty lines.
  const beginning = text.replace(/^\s*\n/, "");
  if (beginning === "") return transcript;
  const pieces = splitAnswer({ source: beginning, prefix: "", continues: false });
  return addPieces(transcript, transcript.entries, pieces, transcript.nextId);
}

function addPieces(
  transcript: Transcript,
  before: readonly Entry[],
  pieces: readonly AnswerPiece[],
  firstId: number,
): Transcript {
  const added = pieces.map((piece, index): Entry => {
    const isGrowing = index === pieces.length - 1;
    return { kind: "answer", ...piece, isGrowing, id: firstId + index };
  });
  const nextId = Math.max(transcript.nextId, firstId + added.length);
  return bounded({ ...transcript, entries: [...before, ...added], nextId });
}

/**
 * The transcript with the answer at its end, if there is one, taken for finished.
 *
 * @param transcript what was said so far
 */
export function endAnswerText(transcript: Transcript): Transcript {
  const last = transcript.entries.at(-1);
  if (last?.kind !== "answer" || !last.isGrowing) return transcript;
  const before = transcript.entries.slice(0, -1);
  const source = last.source.trimEnd();
  if (source === "") return { ...transcript, entries: before };
  return { ...transcript, entries: [...before, { ...last, source, isGrowing: false }] };
}

/**
 * The transcript with a tool call changed.
 *
 * @param transcript what was said so far
 * @param callId which call; the newest with this id is meant
 * @param change what is different now
 */
export function changeTool(
  transcript: Transcript,
  callId: string,
  change: Partial<Omit<ToolEntry, "kind" | "callId">>,
): Transcript {
  const index = transcript.entries.findLastIndex(
    (entry) => entry.kind === "tool" && entry.callId === callId,
  );
  const entry = transcript.entries[index];
  if (entry?.kind !== "tool") return transcript;
  return { ...transcript, entries: transcript.entries.with(index, { ...entry, ...change }) };
}

/**
 * The transcript with every tool that runs or waits taken for stopped, as it is when an answer ends
 * before its tools did.
 *
 * @param transcript what was said so far
 */
export function stopTools(transcript: Transcript): Transcript {
  const isUnderWay = (entry: Entry): entry is Entry & ToolEntry =>
    entry.kind === "tool" && (entry.state === "running" || entry.state === "waiting");
  if (!transcript.entries.some(isUnderWay)) return transcript;
  const entries = transcript.entries.map((entry) =>
    isUnderWay(entry) ? { ...entry, state: "stopped" as const } : entry,
  );
  return { ...transcript, entries };
}

/** Whether an entry is one that opens and folds. */
export function isFoldable(entry: Entry): entry is Entry & (ToolEntry | GivenEntry) {
  return entry.kind === "tool" || entry.kind === "given";
}

/**
 * The transcript with tool calls and messages of prompts shown whole, or folded.
 *
 * @param transcript what was said so far
 * @param isOpen how they are shown now
 * @param entryId the one that is meant; all of them without it
 */
export function foldTools(transcript: Transcript, isOpen: boolean, entryId?: number): Transcript {
  const entries = transcript.entries.map((entry) => {
    const isMeant = isFoldable(entry) && (entryId === undefined || entry.id === entryId);
    return isMeant && entry.isOpen !== isOpen ? { ...entry, isOpen } : entry;
  });
  return { ...transcript, entries };
}

function bounded(transcript: Transcript): Transcript {
  const { entries } = transcript;
  let characters = 0;
  let first = entries.length;
  while (first > 0 && entries.length - first < transcriptBounds.entries) {
    characters += charactersOf(entries[first - 1]);
    // The newest entry stays, however long it is.
    if (characters > transcriptBounds.characters && first < entries.length) break;
    first -= 1;
  }
  return first === 0 ? transcript : { ...transcript, entries: entries.slice(first), isCut: true };
}

function charactersOf(entry: Entry | undefined): number {
  switch (entry?.kind) {
    case "question":
    case "given":
      return entry.text.length;
    case "notice":
    case "stop":
      return inLanguage(entry.text, "en").length;
    case "answer":
      return entry.source.length;
    case "tool":
      return (
        entry.result.length +
        entry.arguments.reduce((sum, { name, value }) => sum + name.length + value.length, 0)
      );
    case "list":
      return entry.rows.reduce((sum, { name, text }) => sum + name.length + text.length, 200);
    default:
      return 200;
  }
}
