import { isInBounds } from "./find-numbers.ts";
import type { Found, Search } from "./reading.ts";
import type { Sentence } from "./sentence.ts";
import type { Slot } from "./slots.ts";

/** `limit=5`, `title="…"`: parameters by their own names. */
export function findNamedValues({ sentence, slots }: Search): Found[] {
  return slots.flatMap((slot): Found[] => {
    const name = slot.name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    const form = `(?<![\\p{L}\\p{N}_])${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s,;]+))`;
    const match = new RegExp(form, "iu").exec(sentence.text);
    const text = match?.[1] ?? match?.[2] ?? match?.[3];
    const value = text === undefined ? undefined : readAs(slot, text);
    if (match === null || value === undefined) return [];
    const span = { start: match.index, end: match.index + match[0].length };
    return [{ slot, value, spans: [span], isSure: true }];
  });
}

function readAs(slot: Slot, text: string): unknown {
  switch (slot.kind) {
    case "string":
      return slot.choices.length === 0 || slot.choices.includes(text) ? text : undefined;
    case "boolean":
      return /^(true|yes|on|1)$/i.test(text);
    case "number":
    case "integer":
      return isInBounds(slot, Number(text)) ? Number(text) : undefined;
    default:
      return undefined;
  }
}

const denials = ["no", "not", "without", "don't", "dont", "never"];

/** `on`, 꺼, `without …`: a yes or a no. */
export function findSwitches({ sentence, slots }: Search): Found[] {
  return slots
    .filter(({ kind }) => kind === "boolean")
    .flatMap((slot): Found[] => {
      const state = switchIn(sentence, slot);
      if (state !== undefined) return [{ slot, value: state, spans: [], isSure: true }];
      const mention = sentence.terms.findIndex(({ meaning, isStop }) => {
        const speaks = [...meaning].some(
          ([stem, strength]) => strength >= 0.5 && slot.nameStems.has(stem),
        );
        return !isStop && speaks;
      });
      if (mention < 0) return [];
      const before = sentence.terms.slice(Math.max(0, mention - 2), mention);
      const after = sentence.terms[mention + 1]?.text ?? "";
      const isDenied =
        before.some(({ base }) => denials.includes(base)) || /^(없이|말고|빼고|제외)/.test(after);
      return [{ slot, value: !isDenied, spans: [], isSure: true }];
    });
}

/** On or off, for a parameter that is about that. */
function switchIn({ terms }: Sentence, { nameStems }: Slot): boolean | undefined {
  const isSwitch = ["on", "power", "enabl", "state", "activ", "turn"].some((stem) =>
    nameStems.has(stem),
  );
  if (!isSwitch) return undefined;
  const has = (phrase: string, word: string) =>
    terms.some(({ meaning, base }) => (meaning.get(phrase) ?? 0) >= 0.5 || base === word);
  if (has("turn_off", "off")) return false;
  return has("turn_on", "on") ? true : undefined;
}
