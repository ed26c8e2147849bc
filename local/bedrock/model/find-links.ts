import type { Found, Search } from "./reading.ts";
import { overlaps } from "./sentence.ts";
import type { Slot } from "./slots.ts";

/** E-mail addresses, URLs and telephone numbers. */
export function findLinks({ sentence, slots, used }: Search): Found[] {
  const taken = [...used];
  return slots.flatMap((slot): Found[] => {
    if (slot.kind !== "string") return [];
    const form = formOf(slot);
    const link = sentence.terms.find(
      (term) =>
        term.kind === "link" &&
        (term.text.startsWith("http") ? "uri" : "email") === form &&
        !taken.some((span) => overlaps(span, term)),
    );
    if (link !== undefined) {
      taken.push(link);
      return [{ slot, value: link.text, spans: [link], isSure: true }];
    }
    const phone = form === "phone" ? /\+?\d[\d\s().-]{6,}\d/.exec(sentence.text) : null;
    if (phone === null) return [];
    const span = { start: phone.index, end: phone.index + phone[0].length };
    return [{ slot, value: phone[0], spans: [span], isSure: true }];
  });
}

function formOf({ format, roles }: Slot): "uri" | "email" | "phone" | undefined {
  if (format === "email" || roles.has("email")) return "email";
  if (/^ur[il]/.test(format) || roles.has("uri")) return "uri";
  if (roles.has("phone")) return "phone";
  // A person may be named by an address: `send … to ann@example.com`.
  return roles.has("person") || roles.has("target") ? "email" : undefined;
}
