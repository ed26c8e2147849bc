import { lexer, type Token } from "marked";
import type { Transcript } from "./transcript.ts";

/**
 * The Markdown of the last thing that the model said.
 *
 * @param transcript what was said
 * @returns null before it has said anything
 */
export function lastAnswer(transcript: Transcript): string | null {
  const { entries } = transcript;
  const end = entries.findLastIndex(({ kind }) => kind === "answer");
  if (end === -1) return null;
  let source = "";
  for (let index = end; index >= 0; index -= 1) {
    const entry = entries[index];
    if (entry?.kind !== "answer") break;
    source = entry.source + source;
    if (entry.continues === false) break;
  }
  return source;
}

/**
 * The last block of code in an answer.
 *
 * @param source the answer's Markdown
 * @returns its text without the fence; null where there is none
 */
export function lastCode(source: string): string | null {
  let found: string | null = null;
  const visit = (tokens: readonly Token[]) => {
    for (const token of tokens) {
      if (token.type === "code") found = token.text;
      if ("tokens" in token && token.tokens !== undefined) visit(token.tokens);
      if (token.type === "list") for (const item of token.items) visit(item.tokens);
    }
  };
  visit(lexer(source));
  return found;
}
