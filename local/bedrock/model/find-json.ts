import type { Found, Search } from "./reading.ts";
import type { Slot } from "./slots.ts";

/** JSON that is written out, for lists of objects, which nothing else can give. */
export function findJson({ sentence, slots }: Search): Found[] {
  const found = jsonIn(sentence.text);
  const slot = found && slots.find((each) => takesObjects(each));
  if (!found || !slot || !Array.isArray(found.value)) return [];
  const { value, ...span } = found;
  return [{ slot, value, spans: [span], isSure: true }];
}

function takesObjects({ kind, item }: Slot): boolean {
  return kind === "array" && item?.kind === "unknown";
}

/** The first list that is JSON up to some closing bracket. */
function jsonIn(text: string): { value: unknown; start: number; end: number } | undefined {
  const start = text.search(/\[\s*\{/);
  if (start < 0) return undefined;
  for (let end = text.lastIndexOf("]") + 1; end > start; end = text.lastIndexOf("]", end - 2) + 1) {
    try {
      return { value: JSON.parse(text.slice(start, end)), start, end };
    } catch {
      // It ends sooner.
    }
  }
  return undefined;
}
