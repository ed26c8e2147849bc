import type { Editor } from "./editor.ts";

/** What the input line held before, the latest last. */
export type UndoStack = readonly Editor[];

const deepest = 50;

/**
 * The stack after a change. What is typed letter by letter is taken back word by word.
 *
 * @param stack so far
 * @param before the editor before the change
 * @param after the editor after it
 */
export function rememberChange(stack: UndoStack, before: Editor, after: Editor): UndoStack {
  if (before.text === after.text) return stack;
  const last = stack.at(-1);
  const isTyping =
    last !== undefined &&
    before.text.length === before.cursor &&
    after.text.startsWith(before.text) &&
    before.text.startsWith(last.text) &&
    !/\s/.test(after.text.slice(last.text.length, -1).trimStart());
  return isTyping ? stack : [...stack, before].slice(-deepest);
}
