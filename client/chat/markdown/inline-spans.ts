import type { Token } from "marked";
import { type Span, type Style, span } from "../frame.ts";

/**
 * What stands inside of a paragraph, a heading, a cell: text with its styles. Newlines stay.
 *
 * @param tokens inline tokens of the lexer; its own tree, which may be as deep as the text says
 * @param style what surrounds them
 */
export function inlineSpans(tokens: readonly Token[] | undefined, style: Style = "plain"): Span[] {
  return (tokens ?? []).flatMap((token) => spansOf(token, style));
}

function spansOf(token: Token, style: Style): Span[] {
  switch (token.type) {
    case "strong":
      return inlineSpans(token.tokens, style === "plain" ? "strong" : style);
    case "em":
      return inlineSpans(token.tokens, style === "plain" ? "emphasis" : style);
    case "del":
      return inlineSpans(token.tokens, "dim");
    case "codespan":
      return [span(token.text, "code")];
    case "br":
      return [span("\n")];
    case "checkbox":
      return [];
    case "link":
      return linkSpans(inlineSpans(token.tokens, "link"), token.href, style);
    case "image":
      return linkSpans([span(`[${decodeEntities(token.text)}]`, "link")], token.href, style);
    case "html":
      return [/^<br\s*\/?>$/i.test(token.text) ? span("\n") : span(token.text, style)];
    case "text":
    case "paragraph":
      if ("tokens" in token && token.tokens !== undefined) return inlineSpans(token.tokens, style);
      // Not its `text`: there the lexer has made control characters of references to them.
      return [span(decodeEntities(token.raw), style)];
    case "escape":
      return [span(token.text, style)];
    default:
      return [span(token.raw, style)];
  }
}

/** Where a link leads is always seen: a terminal has no status bar that would tell. */
function linkSpans(label: Span[], href: string, style: Style): Span[] {
  const text = label.map((piece) => piece.text).join("");
  const isPlain = text === href || `mailto:${text}` === href || `http://${text}` === href;
  return isPlain || href === "" ? label : [...label, span(" "), span(`(${href})`, dimmed(style))];
}

function dimmed(style: Style): Style {
  return style === "plain" ? "dim" : style;
}

const named: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
};

/**
 * Character references as what they stand for. Those of control characters stay as they are written:
 * the text has been stripped of the characters themselves.
 *
 * @param text as the lexer leaves it
 */
export function decodeEntities(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,4}));/gi, (whole, ...found) => {
    const [decimal, hexadecimal, name] = found as (string | undefined)[];
    if (name !== undefined) return named[name] ?? whole;
    const codePoint =
      decimal === undefined ? Number.parseInt(hexadecimal ?? "", 16) : Number(decimal);
    if (codePoint > 0x10ffff) return whole;
    const character = String.fromCodePoint(codePoint);
    return /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(character) ? whole : character;
  });
}
