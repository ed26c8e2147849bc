import type { Frame, Line } from "./frame.ts";
import { blankLine, fitLine } from "./frame.ts";
import type { Model } from "./model.ts";
import { viewConnecting } from "./view-connecting.ts";
import { viewConversation } from "./view-conversation.ts";
import { viewSignIn } from "./view-sign-in.ts";

/**
 * The screen that shows a model.
 *
 * @param model everything there is to show, the screen's size included
 * @returns exactly as many lines as the screen has rows, none wider than its columns
 */
export function view(model: Model): Frame {
  const { columns, rows } = model.size;
  const { lines, cursor } = viewPhase(model);
  const shown: Line[] = lines.slice(0, rows).map((line) => fitLine(line, columns));
  while (shown.length < rows) shown.push(blankLine);
  const isOnScreen = cursor !== null && cursor.row < rows && cursor.column < columns;
  return { lines: shown, cursor: isOnScreen ? cursor : null };
}

function viewPhase(model: Model): Frame {
  switch (model.phase.name) {
    case "sign_in":
      return viewSignIn(model, model.phase);
    case "connecting":
      return viewConnecting(model, model.phase);
    case "conversation":
      return viewConversation(model, model.phase);
  }
}
