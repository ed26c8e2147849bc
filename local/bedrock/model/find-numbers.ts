import { assign } from "./assign.ts";
import type { NumberMention } from "./numbers.ts";
import { placeIn } from "./place-names.ts";
import type { Found, Search } from "./reading.ts";
import { isWithin, overlaps } from "./sentence.ts";
import type { Slot } from "./slots.ts";
import type { Meaning } from "./vocabulary.ts";

/** Numbers, by bounds, by the words beside them, and in the order in which they are said. */
export function findNumbers({ sentence, dates, numbers, slots, used }: Search): Found[] {
  const days = dates.filter(({ hasDigits }) => hasDigits);
  const mentions = numbers.filter(
    (mention) =>
      ![...used, ...days].some((span) => overlaps(span, mention)) &&
      !isWithin(mention, sentence.content),
  );
  const chosen = assign(slots.filter(isNumeric), mentions, scoreOf);
  const single = [...chosen].map(
    ([slot, mention]): Found => ({ slot, value: mention.value, spans: [mention], isSure: true }),
  );
  const left = mentions.filter((mention) => ![...chosen.values()].includes(mention));
  const list = slots.find(({ kind, item }) => kind === "array" && item && isNumeric(item));
  const fitting = left.filter(({ value }) => list?.item && isInBounds(list.item, value));
  if (list === undefined || fitting.length === 0) return single;
  const values = fitting.map(({ value }) => value);
  return [...single, { slot: list, value: values, spans: fitting, isSure: true }];
}

function isNumeric({ kind, choices }: Slot): boolean {
  return (kind === "number" || kind === "integer") && choices.length === 0;
}

function scoreOf(slot: Slot, { value, unit, label, isVague }: NumberMention): number {
  if (!isInBounds(slot, value)) return 0;
  const labelled = speaksOf(label, slot.nameStems) ? 2 : 0;
  const counted = speaksOf(unit, slot.nameStems)
    ? 2
    : speaksOf(unit, slot.descriptionStems)
      ? 1
      : 0;
  if (isVague && labelled + counted === 0) return 0;
  return (slot.isRequired ? 1 : 0.1) + labelled + counted;
}

function speaksOf(meaning: Meaning, stems: ReadonlySet<string>): boolean {
  return [...meaning].some(([stem, strength]) => strength >= 0.5 && stems.has(stem));
}

/** Whether a number may stand in a place. */
export function isInBounds(slot: Slot, value: number): boolean {
  const isWhole = slot.kind !== "integer" || Number.isInteger(value);
  return Number.isFinite(value) && isWhole && value >= slot.minimum && value <= slot.maximum;
}

/** A city that the sentence names stands for its coordinates. */
export function findCoordinates({ sentence, slots }: Search): Found[] {
  const named = (names: readonly string[]) =>
    slots.find((slot) => slot.kind === "number" && names.some((name) => slot.nameStems.has(name)));
  const latitude = named(["latitud", "lat", "위도"]);
  const longitude = named(["longitud", "lon", "lng", "long", "경도"]);
  const place = latitude && longitude ? placeIn(sentence.terms) : undefined;
  if (!latitude || !longitude || !place) return [];
  return [
    { slot: latitude, value: place.latitude, spans: [place], isSure: true },
    { slot: longitude, value: place.longitude, spans: [place], isSure: true },
  ];
}
