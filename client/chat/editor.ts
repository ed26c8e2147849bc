import { splitGraphemes } from "./graphemes.ts";
import type { KeyName } from "./keys.ts";

/** A text that is being typed. `cursor` is an offset (UTF-16) between two grapheme clusters of it. */
export interface Editor {
  readonly text: string;
  readonly cursor: number;
}

/** The longest text that may be typed, in UTF-16 units; more than a person types, less than hurts. */
export const longestText = 16_000;

export const emptyEditor: Editor = { text: "", cursor: 0 };

/**
 * An editor that holds a text, with the cursor behind it.
 *
 * @param text what it holds
 */
export function editorWith(text: string): Editor {
  return { text, cursor: text.length };
}

/**
 * Puts text in at the cursor. What would make the whole too long is left out, at a whole grapheme
 * cluster.
 *
 * @param editor what is there
 * @param text free of control characters but newline
 * @param longest how long the whole may be, in UTF-16 units
 */
export function insertText(editor: Editor, text: string, longest = longestText): Editor {
  const room = longest - editor.text.length;
  const inserted = text.length <= room ? text : firstGraphemes(text, room);
  const before = editor.text.slice(0, editor.cursor) + inserted;
  // A mark or the second half of an emoji sequence joins the cluster before the cursor.
  return { text: before + editor.text.slice(editor.cursor), cursor: before.length };
}

function firstGraphemes(text: string, length: number): string {
  let kept = "";
  for (const grapheme of splitGraphemes(text.slice(0, length + 64))) {
    if (kept.length + grapheme.length > length) break;
    kept += grapheme;
  }
  return kept;
}

/**
 * What a key does to a text: moves the cursor or deletes. Up and down are not among them, for where
 * they lead depends on how the text is shown.
 *
 * @param editor what is there
 * @param key the key
 * @returns the changed editor, the same one where there is nothing to do, null for any other key
 */
export function editWithKey(editor: Editor, key: KeyName): Editor | null {
  const { text, cursor } = editor;
  switch (key) {
    case "left":
      return moveTo(editor, previousBoundary(text, cursor));
    case "right":
      return moveTo(editor, nextBoundary(text, cursor));
    case "word-left":
      return moveTo(editor, previousWord(text, cursor));
    case "word-right":
      return moveTo(editor, nextWord(text, cursor));
    case "home":
      return moveTo(editor, lineStart(text, cursor));
    case "end":
      return moveTo(editor, lineEnd(text, cursor));
    case "backspace":
      return removeRange(editor, previousBoundary(text, cursor), cursor);
    case "delete":
      return removeRange(editor, cursor, nextBoundary(text, cursor));
    case "delete-word":
      return removeRange(editor, previousWord(text, cursor), cursor);
    case "delete-to-start": {
      const start = lineStart(text, cursor);
      // At a line's start it joins the line to the one before, so that it always does something.
      return removeRange(editor, start === cursor ? Math.max(0, cursor - 1) : start, cursor);
    }
    case "delete-to-end": {
      const end = lineEnd(text, cursor);
      return removeRange(editor, cursor, end === cursor ? cursor + 1 : end);
    }
    default:
      return null;
  }
}

function moveTo(editor: Editor, cursor: number): Editor {
  return cursor === editor.cursor ? editor : { ...editor, cursor };
}

function removeRange(editor: Editor, start: number, end: number): Editor {
  if (start >= end) return editor;
  const text = editor.text.slice(0, start) + editor.text.slice(end);
  return text === editor.text ? editor : { text, cursor: start };
}

function lineStart(text: string, cursor: number): number {
  return cursor === 0 ? 0 : text.lastIndexOf("\n", cursor - 1) + 1;
}

function lineEnd(text: string, cursor: number): number {
  const end = text.indexOf("\n", cursor);
  return end === -1 ? text.length : end;
}

/** How many units are looked at for a cluster's beginning or end. A multiple of a flag's four. */
const nearby = 64;

function previousBoundary(text: string, cursor: number): number {
  if (cursor === 0) return 0;
  const start = lineStart(text, cursor);
  if (start === cursor) return cursor - 1;
  // A cluster is a few units long: looking at all of a long line would cost more with every key.
  for (let length = nearby; ; length *= 8) {
    const from = Math.max(start, cursor - length);
    const graphemes = splitGraphemes(text.slice(from, cursor));
    if (graphemes.length > 1 || from === start) return cursor - (graphemes.at(-1)?.length ?? 0);
  }
}

function nextBoundary(text: string, cursor: number): number {
  if (cursor >= text.length) return text.length;
  const end = lineEnd(text, cursor);
  if (end === cursor) return cursor + 1;
  for (let length = nearby; ; length *= 8) {
    const graphemes = splitGraphemes(text.slice(cursor, Math.min(end, cursor + length)));
    const isWhole = graphemes.length > 1 || cursor + length >= end;
    if (isWhole) return cursor + (graphemes[0]?.length ?? 0);
  }
}

function previousWord(text: string, cursor: number): number {
  let offset = cursor;
  while (offset > 0 && isSpace(text, offset - 1)) offset -= 1;
  while (offset > 0 && !isSpace(text, offset - 1)) offset -= 1;
  return offset;
}

function nextWord(text: string, cursor: number): number {
  let offset = cursor;
  while (offset < text.length && isSpace(text, offset)) offset += 1;
  while (offset < text.length && !isSpace(text, offset)) offset += 1;
  return offset;
}

function isSpace(text: string, offset: number): boolean {
  return /\s/.test(text.charAt(offset));
}
