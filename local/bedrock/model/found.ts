import type { Sentence, Span } from "./sentence.ts";
import type { Slot } from "./slots.ts";
import type { ToolDocument } from "./tool-document.ts";

/** What a finder looks at. */
export interface Search {
  sentence: Sentence;
  document: ToolDocument;
  /** Places without a value, in the schema's order. */
  slots: readonly Slot[];
  /** Stretches of the sentence that are arguments already. */
  used: readonly Span[];
  /** What `today` is. */
  now: Date;
}

/** A value for a place, and the stretches of the sentence that it was taken from. */
export interface Found {
  slot: Slot;
  value: unknown;
  spans: readonly Span[];
  /** The sentence marks it as an argument; it is not just what was left over. */
  isSure: boolean;
}

/** Looks for one sort of values. */
export type Finder = (search: Search) => Found[];
