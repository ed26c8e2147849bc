import { findChoices } from "./find-choices.ts";
import { findDates } from "./find-dates.ts";
import { findJson } from "./find-json.ts";
import { findLinks } from "./find-links.ts";
import { findCoordinates, findNumbers } from "./find-numbers.ts";
import { findIdentifiers, findLists, findTexts } from "./find-strings.ts";
import { findNamedValues, findSwitches } from "./find-switches.ts";
import type { Finder, Found, Reading } from "./reading.ts";
import type { Span } from "./sentence.ts";
import type { Slot } from "./slots.ts";
import type { ToolDocument } from "./tool-document.ts";

/** What a sentence gives to a tool. */
export interface Filling {
  arguments: Readonly<Record<string, unknown>>;
  /** Required, and not to be found in the sentence. */
  missing: readonly Slot[];
  /** How many arguments the sentence gives in so many words: numbers, codes, quotations. */
  evidence: number;
  /** Stretches of the sentence that became arguments. */
  used: readonly Span[];
}

/** What is surest goes first; free text takes what remains. */
const finders: readonly Finder[] = [
  findJson,
  findNamedValues,
  findChoices,
  findLinks,
  findDates,
  findNumbers,
  findCoordinates,
  findSwitches,
  findIdentifiers,
  findLists,
  findTexts,
];

/**
 * Fills a tool's arguments from a sentence. What is optional stays out unless the sentence speaks of
 * it, and so do defaults.
 *
 * @param reading what the user said
 * @param document the tool
 * @param spoken stretches of the sentence that are no values
 */
export function fillArguments(
  reading: Reading,
  document: ToolDocument,
  spoken: readonly Span[] = [],
): Filling {
  const filled = new Map<Slot, Found>();
  const used: Span[] = [...spoken];
  for (const find of finders) {
    const slots = document.slots.filter((slot) => !filled.has(slot));
    for (const found of find({ ...reading, document, slots, used: [...used] })) {
      if (filled.has(found.slot)) continue;
      filled.set(found.slot, found);
      used.push(...found.spans);
    }
  }
  const values = {};
  for (const slot of document.slots) {
    const found = filled.get(slot);
    if (found !== undefined) setAt(values, slot.path, found.value);
  }
  return {
    arguments: values,
    missing: document.slots.filter((slot) => slot.isRequired && !filled.has(slot)),
    evidence: [...filled.values()].filter(({ isSure }) => isSure).length,
    used,
  };
}

/** Sets a property of an inner object; names such as `__proto__` are names like any other. */
function setAt(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [head, ...rest] = path;
  if (head === undefined) return;
  const inner = Object.hasOwn(target, head) ? (target[head] as Record<string, unknown>) : {};
  if (rest.length > 0) setAt(inner, rest, value);
  Object.defineProperty(target, head, {
    value: rest.length > 0 ? inner : value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}
