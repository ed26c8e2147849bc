import { textWidth } from "./entry-lines.ts";
import { blankLine, type Line, span } from "./frame.ts";
import type { ConversationPhase } from "./model.ts";
import type { Texts } from "./texts/texts.ts";
import { columnsOf } from "./width.ts";
import { wrapWords } from "./wrap.ts";

/**
 * What stands where the conversation is going to be: what this is, and what to type. The examples
 * show what the tools are good for; any of them works with the stand-ins alone.
 *
 * @param phase who is signed in, and where
 * @param columns how wide the screen is
 * @param texts the interface's words
 */
export function welcomeLines(
  phase: ConversationPhase,
  columns: number,
  texts: Texts["conversation"],
): readonly Line[] {
  const width = textWidth(columns);
  const { user, server } = phase;
  const { length: count } = server.tools;
  const about =
    count === 0
      ? texts.aboutNoTools(user.username, server.name)
      : texts.about(user.username, server.name, count);
  const examples = texts.examples.filter((question) => columnsOf(question) <= width);
  return [
    blankLine,
    [span("   "), span(texts.welcome, "heading")],
    blankLine,
    ...wrapWords(about, width).map((line): Line => [span("   "), span(line)]),
    blankLine,
    ...(examples.length === 0 || count === 0
      ? []
      : [
          [span("   "), span(texts.forInstance, "dim")],
          ...examples.map((question): Line => [span("   › ", "accent"), span(question)]),
          blankLine,
        ]),
    ...wrapWords(texts.lists, width).map((line): Line => [span("   "), span(line, "dim")]),
  ];
}
