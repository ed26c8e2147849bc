import { textWidth } from "./entry-lines.ts";
import { blankLine, type Line, span } from "./frame.ts";
import type { ConversationPhase } from "./model.ts";
import { columnsOf } from "./width.ts";
import { wrapWords } from "./wrap.ts";

/** Questions that show what the tools are good for; any of them works with the stand-ins alone. */
export const exampleQuestions: readonly string[] = [
  "What is the weather forecast for 37.77, -122.42?",
  "Who am I, and how did the server find out?",
  '메모에 "우유 사기"를 추가해 줘',
];

/**
 * What stands where the conversation is going to be: what this is, and what to type.
 *
 * @param phase who is signed in, and where
 * @param columns how wide the screen is
 */
export function welcomeLines(phase: ConversationPhase, columns: number): readonly Line[] {
  const width = textWidth(columns);
  const { user, server } = phase;
  const count = server.tools.length;
  const tools = count === 1 ? "1 tool" : `${count} tools`;
  const about =
    count === 0
      ? `You are signed in as ${user.username}. ${server.name} offers you no tool, so the model answers from what it knows.`
      : `You are signed in as ${user.username}. Ask in your own words: the model may call ${tools} of ${server.name}, and each call carries your token, which the server checks.`;
  const examples = exampleQuestions.filter((question) => columnsOf(question) <= width);
  return [
    blankLine,
    [span("   "), span("Welcome to CLEANAUTH", "strong")],
    blankLine,
    ...wrapWords(about, width).map((line): Line => [span("   "), span(line)]),
    blankLine,
    ...(examples.length === 0 || count === 0
      ? []
      : [
          [span("   "), span("For instance:", "dim")],
          ...examples.map((question): Line => [span("   › ", "accent"), span(question)]),
          blankLine,
        ]),
    ...wrapWords("/tools lists the tools, /help the commands and keys.", width).map(
      (line): Line => [span("   "), span(line, "dim")],
    ),
  ];
}
