import { type DateMention, datesIn } from "./dates.ts";
import { type NumberMention, numbersIn } from "./numbers.ts";
import type { Sentence, Span } from "./sentence.ts";
import type { Slot } from "./slots.ts";
import type { ToolDocument } from "./tool-document.ts";

/** A sentence and the values that it plainly has, read once for all tools. */
export interface Reading {
  sentence: Sentence;
  dates: readonly DateMention[];
  numbers: readonly NumberMention[];
}

/**
 * Reads a sentence for its values.
 *
 * @param now what `today` is
 */
export function createReading(sentence: Sentence, now: Date): Reading {
  return { sentence, dates: datesIn(sentence.text, now), numbers: numbersIn(sentence) };
}

/** What a finder looks at. */
export interface Search extends Reading {
  document: ToolDocument;
  /** Places without a value, in the schema's order. */
  slots: readonly Slot[];
  /** Stretches of the sentence that are arguments already. */
  used: readonly Span[];
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
