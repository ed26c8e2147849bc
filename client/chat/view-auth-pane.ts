import { type Line, span } from "./frame.ts";
import type { Model } from "./model.ts";
import { textsOf } from "./texts/texts.ts";
import { wrapWords } from "./wrap.ts";

/**
 * All lines of the auth pane. The conversation's screen gives it a place, scrolls it and draws its
 * border.
 *
 * @param model its language and time count
 * @param columns how wide a line may be
 */
export function authPaneLines(model: Model, columns: number): readonly Line[] {
  const { nothingYet } = textsOf(model.language).auth;
  return wrapWords(nothingYet, columns).map((line): Line => [span(line, "dim")]);
}
