import type { Problem, ToolArgument } from "./model.ts";

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
  | { readonly kind: "question"; readonly text: string }
  | AnswerEntry
  | ToolEntry
  | { readonly kind: "notice"; readonly text: string }
  | { readonly kind: "error"; readonly problem: Problem }
  | ListEntry;

/**
 * A piece of what the model said. A long answer is several of them, so that a word more changes, and
 * the screen lays out anew, only the last piece.
 */
export interface AnswerEntry {
  readonly kind: "answer";
  /** Its lines; the last one may grow. */
  readonly lines: readonly string[];
  readonly isGrowing: boolean;
  /** True when it goes on where the entry before it ended. */
  readonly continues: boolean;
}

export interface ToolEntry {
  readonly kind: "tool";
  readonly callId: string;
  readonly tool: string;
  readonly arguments: readonly ToolArgument[];
  readonly state: "waiting" | "running" | "ok" | "error" | "declined" | "stopped";
  readonly result: string;
  readonly durationMilliseconds: number;
}

/** Rows of a name and what it stands for. */
export interface ListEntry {
  readonly kind: "list";
  readonly title: string;
  readonly rows: readonly { readonly name: string; readonly text: string }[];
}

export const emptyTranscript: Transcript = { entries: [], nextId: 1, isCut: false };

/** How much is kept: enough for a long evening, and under a megabyte in memory. */
export const transcriptBounds = { entries: 400, characters: 200_000, resultCharacters: 4_000 };

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
  if (last?.kind !== "answer" || !last.isGrowing) {
    // Models like to begin with empty lines.
    const beginning = text.replace(/^\s*\n/, "");
    if (beginning === "") return transcript;
    return addLines(transcript, beginning.split("\n"), false);
  }
  const [first = "", ...rest] = text.split("\n");
  const lines = [...last.lines.slice(0, -1), `${last.lines.at(-1) ?? ""}${first}`, ...rest];
  const before = { ...transcript, entries: transcript.entries.slice(0, -1) };
  return addLines(before, lines, last.continues, last.id);
}

/** Puts the growing end of an answer behind the transcript, in pieces of a bounded size. */
function addLines(
  transcript: Transcript,
  lines: readonly string[],
  continues: boolean,
  id = transcript.nextId,
): Transcript {
  const isLast = lines.length <= linesOfPiece;
  const entry: Entry = {
    kind: "answer",
    lines: lines.slice(0, linesOfPiece),
    isGrowing: isLast,
    continues,
    id,
  };
  const nextId = Math.max(transcript.nextId, id + 1);
  const longer = bounded({ ...transcript, entries: [...transcript.entries, entry], nextId });
  return isLast ? longer : addLines(longer, lines.slice(linesOfPiece), true);
}

const linesOfPiece = 40;

/**
 * The transcript with the answer at its end, if there is one, taken for finished.
 *
 * @param transcript what was said so far
 */
export function endAnswerText(transcript: Transcript): Transcript {
  const last = transcript.entries.at(-1);
  if (last?.kind !== "answer" || !last.isGrowing) return transcript;
  const before = transcript.entries.slice(0, -1);
  const lines = last.lines.slice(0, last.lines.findLastIndex((line) => line.trim() !== "") + 1);
  if (lines.length === 0) return { ...transcript, entries: before };
  return { ...transcript, entries: [...before, { ...last, lines, isGrowing: false }] };
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
    case "notice":
      return entry.text.length;
    case "answer":
      return entry.lines.reduce((sum, line) => sum + line.length + 1, 0);
    case "tool":
      return (
        entry.result.length +
        entry.arguments.reduce((sum, { name, value }) => sum + name.length + value.length, 0)
      );
    default:
      return 200;
  }
}
