import { type Editor, editorWith } from "./editor.ts";
import type { InputHistory } from "./model.ts";

export const emptyHistory: InputHistory = { questions: [], position: null, draft: "" };

const longestHistory = 200;

/**
 * The history with a question more, and the place in it back at its end.
 *
 * @param history what was asked so far
 * @param question what is asked now; the same as the last one is not kept twice
 */
export function remember(history: InputHistory, question: string): InputHistory {
  const before = history.questions;
  const questions =
    before.at(-1) === question ? before : [...before, question].slice(-longestHistory);
  return { questions, position: null, draft: "" };
}

/**
 * Goes one question back or forth, among those that begin with what was typed
 * before; where none does, among all. In front of the
 * first one there is nothing; behind the last one is what was typed.
 *
 * @param history where it stands
 * @param input what the input line holds
 * @param direction -1 for an earlier question, 1 for a later one
 * @returns null where it goes no further
 */
export function browse(
  history: InputHistory,
  input: Editor,
  direction: -1 | 1,
): { history: InputHistory; input: Editor } | null {
  const { questions, position } = history;
  const draft = position === null ? input.text : history.draft;
  const begins = (question: string) => question.startsWith(draft) && question !== draft;
  const isMeant = questions.some(begins) ? begins : () => true;
  let next = (position ?? questions.length) + direction;
  while (next >= 0 && next < questions.length && !isMeant(questions[next] ?? "")) next += direction;
  if (next < 0 || next > questions.length) return null;
  if (next === questions.length) {
    return { history: { ...history, position: null, draft: "" }, input: editorWith(draft) };
  }
  return {
    history: { ...history, position: next, draft },
    input: editorWith(questions[next] ?? ""),
  };
}
