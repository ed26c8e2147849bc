/** A piece of an answer: some blocks of its Markdown, or a part of one that is very long. */
export interface AnswerPiece {
  readonly source: string;
  /** What its Markdown needs before it to be read as what it is: the opening of a fence, a table's head. */
  readonly prefix: string;
  /** How it goes on from the piece before it; false for the beginning of an answer. */
  readonly continues: false | "block" | "line";
}

/** More than this is split where a block ends; so a word more lays out a screenful anew, never all. */
const wanted = { lines: 40, characters: 3_000 };
/** More than this is split wherever a line ends. */
const most = { lines: 100, characters: 8_000 };

/**
 * Splits the growing end of an answer into pieces that can be laid out by themselves.
 *
 * @param piece what has come so far and is not split yet
 * @returns pieces whose sources together are the piece's; the last one may still grow
 */
export function splitAnswer(piece: AnswerPiece): AnswerPiece[] {
  const pieces: AnswerPiece[] = [];
  let rest = piece;
  while (rest.source.length > wanted.characters || hasLines(rest.source, wanted.lines)) {
    const cut = findCut(rest);
    if (cut === null) break;
    pieces.push({ ...rest, source: rest.source.slice(0, cut.offset) });
    const { offset, prefix, continues } = cut;
    rest = { source: rest.source.slice(offset), prefix, continues };
  }
  return [...pieces, rest];
}

function hasLines(text: string, count: number): boolean {
  let offset = -1;
  for (let line = 0; line <= count; line += 1) {
    offset = text.indexOf("\n", offset + 1);
    if (offset === -1) return false;
  }
  return true;
}

interface Cut {
  readonly offset: number;
  readonly prefix: string;
  readonly continues: "block" | "line";
}

/** Where to split: at the last block that begins within the bounds, else at the bounds, else nowhere. */
function findCut({ source, prefix }: AnswerPiece): Cut | null {
  let fence = openFence(prefix.trimEnd());
  let table = fence === null ? prefix : "";
  let block: Cut | null = null;
  let before = "";
  let offset = 0;
  for (let number = 0; ; number += 1) {
    const end = source.indexOf("\n", offset);
    // Of a line that is not complete nobody knows what it is going to be.
    if (end === -1) return block;
    const line = source.slice(offset, end);
    const isNewBlock = number > 0 && before.trim() === "" && beginsBlock.test(line);
    if (fence === null && isNewBlock) block = { offset, prefix: "", continues: "block" };
    if (number >= most.lines || (number > 0 && offset > most.characters)) {
      return block ?? { offset, prefix: fence ?? table, continues: "line" };
    }
    if (fence !== null) {
      if (closes(line, fence)) fence = null;
    } else {
      fence = openFence(line);
      if (line.trim() === "") table = "";
      else if (tableRule.test(line) && before.includes("|")) table = `${before}\n${line}\n`;
    }
    before = line;
    offset = end + 1;
  }
}

/** What is indented or an item of a list may belong to the block before it. */
const beginsBlock = /^(?![-*+](\s|$)|\d{1,9}[.)](\s|$))\S/;
const tableRule = /^\s*\|?(\s*:?-+:?\s*\|)+(\s*:?-+:?)?\s*$/;

/** The line that opens a fence, with its newline; null where none is opened (CommonMark 4.5). */
function openFence(line: string): string | null {
  return /^ {0,3}(`{3,}[^`]*|~{3,}.*)$/.test(line) ? `${line}\n` : null;
}

function closes(line: string, fence: string): boolean {
  const mark = /^ *([`~]+)/.exec(fence)?.[1] ?? "";
  const closing = /^ {0,3}(`+|~+)\s*$/.exec(line)?.[1] ?? "";
  return closing.startsWith(mark);
}
