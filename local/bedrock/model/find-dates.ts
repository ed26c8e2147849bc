import type { DateMention } from "./dates.ts";
import type { Found, Search } from "./reading.ts";
import { overlaps, type Span } from "./sentence.ts";
import type { Slot } from "./slots.ts";

/** Days, times of day, and both together. */
export function findDates({ dates, slots, used }: Search): Found[] {
  const left = dates.filter((mention) => !used.some((span) => overlaps(span, mention)));
  const take = (part: "date" | "time"): DateMention | undefined => {
    const index = left.findIndex((mention) => mention[part] !== undefined);
    return index < 0 ? undefined : left.splice(index, 1)[0];
  };
  return slots.flatMap((slot): Found[] => {
    const found = (value: string | undefined, spans: readonly Span[]): Found[] =>
      value === undefined ? [] : [{ slot, value, spans, isSure: true }];
    switch (partOf(slot)) {
      case "date": {
        const day = take("date");
        return day === undefined ? [] : found(day.date, [day]);
      }
      case "time": {
        const hour = take("time");
        return hour === undefined ? [] : found(hour.time, [hour]);
      }
      case "dateTime": {
        const day = take("date");
        const hour = day?.time === undefined ? take("time") : day;
        if (day === undefined) return [];
        if (hour === undefined) return found(day.date, [day]);
        const moment = `${day.date}T${hour.time}`;
        const zone = slot.format === "date-time" ? `:00${offsetAt(moment)}` : "";
        return found(`${moment}${zone}`, [day, hour]);
      }
      default:
        return [];
    }
  });
}

/** Whether a place takes a day, a time of day, or both. */
export function partOf(slot: Slot): "date" | "time" | "dateTime" | undefined {
  const { kind, format, roles } = slot;
  if (kind !== "string") return undefined;
  if (format === "date" || format === "time") return format;
  if (format === "date-time") return "dateTime";
  if (format !== "") return undefined;
  return (["dateTime", "date", "time"] as const).find((role) => roles.has(role));
}

/** The machine's own offset from UTC at a local time, as RFC 3339 writes it. */
function offsetAt(localTime: string): string {
  const minutes = -new Date(localTime).getTimezoneOffset();
  const part = (value: number) => String(value).padStart(2, "0");
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${part(Math.floor(size / 60))}:${part(size % 60)}`;
}
