import { chooseTool, type ToolChoice } from "./choose-tool.ts";
import { isWithin, parseSentence, type Sentence } from "./sentence.ts";
import type { ToolDocument } from "./tool-document.ts";

/**
 * Reads a text as one request or as several that are joined (`and`, `그리고`, `;`, `…하고`, a new
 * sentence). It is cut only where both sides ask for tools that differ; `milk and bread` stays whole.
 *
 * @returns one choice for each request; an empty list when no tool fits
 */
export function splitRequests(
  text: string,
  documents: readonly ToolDocument[],
  now: Date,
): ToolChoice[] {
  const whole = parseSentence(text);
  const choose = (part: string) => chooseTool(parseSentence(part), documents, now);
  const pieces = cutAtJoints(whole);
  const choices: ToolChoice[] = [];
  let current = "";
  let chosen: ToolChoice | undefined;
  for (const { text: piece, joint, isInContent } of pieces) {
    const next = choose(piece);
    const isOther =
      next !== undefined &&
      chosen !== undefined &&
      [...choices, chosen].every(({ document }) => document !== next.document) &&
      (joint.trim() === ","
        ? saysWhatToDo(current) && saysWhatToDo(piece)
        : standsAlone(piece, next, isInContent));
    if (isOther && chosen !== undefined) {
      choices.push(chosen);
      current = piece;
      chosen = next;
    } else {
      current = current === "" ? piece : `${current}${joint}${piece}`;
      chosen = choose(current);
    }
  }
  return chosen === undefined ? choices : [...choices, chosen];
}

/** A part is a request of its own when it says what to do, or gives all that its tool needs. */
function standsAlone(piece: string, { filling }: ToolChoice, isInContent: boolean): boolean {
  const isComplete = filling.missing.length === 0 && filling.evidence > 0;
  return saysWhatToDo(piece) || (!isInContent && isComplete);
}

function saysWhatToDo(piece: string): boolean {
  return parseSentence(piece).terms.some(
    ({ base, action, isVerb }) => isVerb || action !== undefined || questionWords.has(base),
  );
}

const questionWords = new Set(
  "who what what's who's which where when how is are do does tell give can 누구 무엇 뭐 어디 언제".split(
    " ",
  ),
);

interface Piece {
  text: string;
  /** What joined it to the piece before. */
  joint: string;
  isInContent: boolean;
}

function cutAtJoints(sentence: Sentence): Piece[] {
  const { text, content, quotes } = sentence;
  const joints = [
    ...[...text.matchAll(jointForm)].map((match) => ({
      start: match.index,
      end: match.index + match[0].length,
    })),
    ...clauseEnds(sentence).map((end) => ({ start: end, end: end + 1 })),
  ].sort((a, b) => a.start - b.start);
  const pieces: Piece[] = [];
  if (joints.length > maximumJoints) return [{ text, joint: "", isInContent: false }];
  let from = 0;
  let joint = "";
  let isInContent = false;
  for (const span of joints) {
    const word = text.slice(span.start, span.end);
    const inContent = isWithin(span, content);
    const isQuoted = quotes.some((quote) => isWithin(span, quote));
    if (span.start < from || isQuoted || (inContent && !/[;.?!]/.test(word))) continue;
    pieces.push({ text: text.slice(from, span.start), joint, isInContent });
    from = span.end;
    joint = word;
    isInContent = inContent;
  }
  pieces.push({ text: text.slice(from), joint, isInContent });
  return pieces.filter((piece) => piece.text.trim() !== "");
}

/** Nobody joins more requests than that; a long text is one. */
const maximumJoints = 10;

const jointForm =
  /\s*;\s*|(?<=[\p{L}\p{N})"'”’])[.?!]+\s+(?=\S)|,?\s+(?:and(?:\s+then|\s+also)?|then|also|plus)\s+|,\s+(?=\p{L})|[,.]?\s+(?:그리고|그\s?다음에?|그런\s?다음에?|또한|또)\s+/giu;

/** Behind a verb in 고: `보여주고 `. */
function clauseEnds({ terms, text }: Sentence): number[] {
  return terms
    .filter(
      ({ kind, text: word, isVerb, action, suffix, end }) =>
        kind === "hangul" &&
        /[가-힣]고$/.test(word) &&
        !/(라고|다고|자고|냐고|싶고)$/.test(word) &&
        (isVerb || (action !== undefined && suffix === "하고")) &&
        text[end] === " ",
    )
    .map(({ end }) => end);
}
