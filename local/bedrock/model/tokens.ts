/** A piece of a text that is a word, a number or a code, and where it stands. */
export interface Token {
  text: string;
  start: number;
  end: number;
  kind: "latin" | "hangul" | "number" | "code" | "link";
  /** No space before it: a Korean particle after `CA`, a unit after `20`. */
  glued: boolean;
}

/**
 * Cuts a text into tokens. Letters of different scripts are tokens of their own, so that a name in
 * Latin letters and the Korean particle behind it come apart.
 *
 * @param text in Unicode NFC
 */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  for (const match of text.matchAll(tokenForm)) {
    const found = match[0];
    const groups = match.groups ?? {};
    const start = match.index;
    const before = tokens.at(-1);
    const glued = before !== undefined && before.end === start;
    const add = (kind: Token["kind"], piece: string, offset = 0) =>
      tokens.push({
        text: piece,
        start: start + offset,
        end: start + offset + piece.length,
        kind,
        glued: offset > 0 || glued,
      });
    const measured = numberWithUnit.exec(found);
    if (groups.link !== undefined) add("link", found);
    else if (groups.mixed !== undefined && measured?.[1] !== undefined) {
      add("number", measured[1]);
      add("latin", found.slice(measured[1].length), measured[1].length);
    } else if (groups.mixed !== undefined || groups.file !== undefined) add("code", found);
    else if (groups.number !== undefined) add("number", found);
    else if (groups.hangul !== undefined) add("hangul", found);
    else add("latin", found);
  }
  return tokens;
}

const link = String.raw`https?:\/\/[^\s"'<>]*[^\s"'<>.,!?)]|[\w.+-]+@[\w-]+(?:\.[\w-]+)+`;
/** `report.pdf`, `/var/log/syslog`, `보고서.hwp`. */
const file = String.raw`(?:~|\.{1,2})?(?:\/[\w.-]*\w)+|[\p{L}\p{N}_-]+\.[a-z][a-z0-9]{1,4}(?![A-Za-z0-9])`;
/** Letters and digits in one word, hyphens and underscores within. */
const mixed = String.raw`(?=[A-Za-z0-9_-]*[A-Za-z])(?=[A-Za-z0-9_-]*\d)(?<![A-Za-z0-9])[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*`;
const number = String.raw`\d+(?:,\d{3})*(?:\.\d+)?`;
const latin = "[A-Za-zÀ-ɏ]+(?:['’][A-Za-zÀ-ɏ]+)*";

const tokenForm = new RegExp(
  `(?<link>${link})|(?<file>${file})|(?<mixed>${mixed})|(?<number>${number})|(?<hangul>[\\uAC00-\\uD7A3]+)|(?<latin>${latin})`,
  "gu",
);

/** `20C`, `5km`, `3pm`, `1st`: a number and what it counts, not a code. */
const numberWithUnit =
  /^(\d+(?:\.\d+)?)(?:°?[CFK]|km|kg|cm|mm|mi|lbs?|oz|ft|in|ml|am|pm|hrs?|mins?|secs?|st|nd|rd|th|USD|EUR|KRW|JPY|GBP|[mglhs])$/i;

/**
 * Cuts an identifier into its words: `getForecast`, `get_forecast` and `get-forecast` alike.
 *
 * @param identifier a name of a tool, a parameter or an enumeration's value
 */
export function wordsOfIdentifier(identifier: string): string[] {
  return identifier
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .split(/[^A-Za-z0-9\uAC00-\uD7A3]+/)
    .filter((word) => word !== "");
}
