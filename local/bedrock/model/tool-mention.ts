import { isWithin, type Sentence, type Span } from "./sentence.ts";
import type { ToolDocument } from "./tool-document.ts";

/** Where a sentence calls a tool by its name, with a point or a stroke for what joins its words. */
export function findMention(text: string, name: string): Span | undefined {
  const words = wordsOf(name);
  if (words.length < 2) return undefined;
  const match = new RegExp(`(?<![\\w.-])${words.join("[._-]")}(?![\\w-])`, "i").exec(text);
  return match === null ? undefined : { start: match.index, end: match.index + match[0].length };
}

/**
 * A tool's name as a sentence spells it, `memory.read_graph` where the model has `memory_read_graph`;
 * the model's own where the sentence does not name it.
 */
export function spellingIn(text: string, name: string): string {
  const mention = findMention(text, name);
  return mention === undefined ? name : text.slice(mention.start, mention.end);
}

/**
 * The name of a tool that a sentence calls for and that is not offered, as the sentence spells it.
 * Whoever names a tool means that one, so that no other one is called in its place.
 *
 * @param sentence names a tool as users see it, `server.tool`, or as models do, `server_tool`
 * @param documents what is offered
 */
export function absentToolIn(
  sentence: Sentence,
  documents: readonly ToolDocument[],
): string | undefined {
  const { text, content, quotes } = sentence;
  const offered = new Set(documents.map(({ tool }) => spell(tool.name)));
  for (const match of text.matchAll(nameForm)) {
    const [name] = match;
    const span = { start: match.index, end: match.index + name.length };
    // `files.read_file` between quotation marks is a name still; within a longer quotation it is not.
    const isQuoted = quotes.some(
      (quote) => isWithin(span, quote) && quote.end - quote.start > name.length,
    );
    if (isQuoted || isWithin(span, content) || isFile(name)) continue;
    if (isCalledFor(text, span) && !offered.has(spell(name))) return name;
  }
  return undefined;
}

/** No part of an address, a path or a longer word. */
const nameForm =
  /(?<![\w.@/-])[a-z][a-z0-9-]+(?:\.[A-Za-z][\w-]*(?:\.[\w-]+)*|_\w[\w-]*)(?![\w@/-]|\.\w)/g;

/** `report.pdf`, `example.com`: what sentences begin with as well, and which have a tool's form. */
function isFile(name: string): boolean {
  return fileOrHost.test(name);
}

const fileOrHost =
  /\.(txt|md|pdf|csv|tsv|jsonl?|ya?ml|toml|xml|html?|css|m?js|tsx?|jsx|py|rb|go|rs|java|c|h|cpp|sh|log|ini|conf|cfg|zip|tar|t?gz|png|jpe?g|gif|svg|webp|mp[34]|wav|mov|docx?|xlsx?|pptx?|hwpx?|odt|sql|db|com|net|org|io|dev|kr|jp|uk|de|eu|edu|gov)$/i;

/** Whether a name stands where a sentence says which tool is to be called. */
function isCalledFor(text: string, { start, end }: Span): boolean {
  const before = text.slice(Math.max(0, start - 40), start).replace(/["'`“‘「]$/u, "");
  const after = text.slice(end, end + 40).replace(/^["'`”’」]/u, "");
  const hasColon = /^ ?[:：]/u.test(after);
  if (before === "" && (hasColon || after === "")) return true;
  // `use snake_case`, `user_id 보여줘`: without a point it may be a word for anything.
  if (!text.slice(start, end).includes(".")) return false;
  return (
    (before === "" && /^[ (.!?]/.test(after)) ||
    (hasColon && jointBefore.test(before)) ||
    callBefore.test(before) ||
    callBehind.test(after)
  );
}

const callBefore =
  /(?:^|[^\p{L}])(?:call|use|run|invoke|execute|try)(?: the)?(?: tool)?(?: named| called)? $/iu;
const callBehind =
  /^(?: tool\b|(?:이?라는)? ?(?:도구|툴)|(?:을|를|으로|로)? ?(?:호출|실행|사용|불러|부르|써))/iu;
const jointBefore = /(?:[;,.!?]|(?:^|[ ,])(?:and|then|also|please)|그리고|다음에?) $/iu;

/** Names that differ only in what joins their words are one. */
function spell(name: string): string {
  return wordsOf(name.slice(0, longestModelName)).join("_").toLowerCase();
}

/** Bedrock takes no longer name, and what is offered has been cut to it. */
const longestModelName = 64;

function wordsOf(name: string): string[] {
  return name.split(/[^a-zA-Z0-9]+/).filter((word) => word !== "");
}
