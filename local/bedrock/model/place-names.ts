import { stemEnglish } from "./english.ts";
import { places } from "./places.ts";
import type { Span } from "./sentence.ts";
import type { Term } from "./terms.ts";

interface Place {
  english: readonly string[];
  korean: readonly string[];
  latitude: number;
  longitude: number;
}

const known: readonly Place[] = places
  .split("\n")
  .filter((line) => line.includes("|"))
  .map((line) => {
    const [english = "", korean = "", latitude, longitude] = line
      .split("|")
      .map((cell) => cell.trim());
    return {
      english: english.split("_").map(stemEnglish),
      korean: korean.split(" "),
      latitude: Number(latitude),
      longitude: Number(longitude),
    };
  });

/**
 * The first city that a sentence names.
 *
 * @returns where it lies, in decimal degrees, and where in the sentence it stands
 */
export function placeIn(
  terms: readonly Term[],
): (Span & { latitude: number; longitude: number }) | undefined {
  for (const [index, term] of terms.entries()) {
    for (const { english, korean, latitude, longitude } of known) {
      const words = terms.slice(index, index + english.length);
      const isNamed =
        korean.includes(term.base) ||
        (words.length === english.length &&
          words.every(({ base }, offset) => stemEnglish(base) === english[offset]));
      const end = korean.includes(term.base) ? term.end : words.at(-1)?.end;
      if (isNamed && end !== undefined) return { start: term.start, end, latitude, longitude };
    }
  }
  return undefined;
}
