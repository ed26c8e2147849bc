import { markMatches } from "./find.ts";
import { blankLine, type Frame, fitLine, type Line, type Span, span } from "./frame.ts";
import { type Layout, layOutConversation, scrolledView, spinner } from "./layout.ts";
import type { ConversationPhase, Model } from "./model.ts";
import { visiblePart } from "./scroll.ts";
import { suggestionsFor } from "./suggestions.ts";
import type { Hints } from "./texts/conversation-texts.ts";
import { type Texts, textsOf } from "./texts/texts.ts";
import { viewApproval } from "./view-approval.ts";
import { viewAttachments } from "./view-attachments.ts";
import { viewDialog } from "./view-dialog.ts";
import { viewFind, viewInput } from "./view-input.ts";
import { placeBeside, viewPane } from "./view-pane.ts";
import { hintLine, statusLine } from "./view-status.ts";
import { columnsOf, truncate } from "./width.ts";

/** The screen of the conversation: transcript, input line or approval, status. */
export function viewConversation(model: Model, phase: ConversationPhase): Frame {
  const layout = layOutConversation(model, phase);
  const { columns, pane } = layout;
  const upper = upperLines(model, phase, layout);
  const suggestions = suggestionLines(model, phase, layout);
  const [approval] = phase.approvals;
  const [dialog] = phase.dialogs;
  const { lines, cursor } =
    approval !== undefined
      ? { lines: viewApproval(model, phase, approval, layout), cursor: null }
      : dialog !== undefined
        ? viewDialog(model, dialog, phase.server.name, columns)
        : phase.find !== null
          ? viewFind(model, phase, phase.find, layout)
          : viewInput(model, phase, layout);
  const attachments = viewAttachments(model, phase, { rows: layout.attachmentRows, columns });
  const above = [...upper, ...suggestions, ...attachments];
  const main = [...above, ...lines];
  const withPane =
    pane?.isBeside && phase.pane !== null
      ? placeBeside(main, columns, viewPane(model, phase.pane, pane))
      : main;
  const texts = textsOf(model.language);
  const spent = spentText(phase.spent, texts.status);
  const status = [statusLine(model, stateOf(model, phase, texts.status), phase.user, spent)];
  if (layout.statusRows > 1) status.push(hintLine(model, hintsOf(model, phase, layout)));
  return {
    lines: [...withPane, ...status],
    cursor: cursor && { ...cursor, row: cursor.row + above.length },
  };
}

/** The transcript, or the pane that lies over it. */
function upperLines(model: Model, phase: ConversationPhase, layout: Layout): Line[] {
  const { pane, transcriptRows } = layout;
  if (phase.pane !== null && pane !== null && !pane.isBeside) {
    const lines = viewPane(model, phase.pane, pane).map((line): Line => [span("  "), ...line]);
    return lines.slice(0, transcriptRows);
  }
  const query = phase.find?.query.text ?? "";
  const lines = visiblePart(scrolledView(model, phase), phase.scroll).lines.map((line) =>
    query === "" ? line : markMatches(line, query),
  );
  while (lines.length < transcriptRows) lines.push(blankLine);
  return lines;
}

function suggestionLines(model: Model, phase: ConversationPhase, layout: Layout): Line[] {
  if (layout.suggestionRows === 0) return [];
  const all = suggestionsFor(phase, textsOf(model.language));
  const chosen = Math.min(phase.suggestion, all.length - 1);
  const first = Math.max(0, chosen - layout.suggestionRows + 1);
  // Addresses are long, and what they are about is worth a place.
  const widest = Math.max(...all.map(({ does }) => columnsOf(does)));
  const most = Math.max(12, layout.columns - widest - 8, Math.floor(layout.columns * 0.55));
  const width = Math.min(most, Math.max(...all.map(({ label }) => columnsOf(label))));
  return all.slice(first, first + layout.suggestionRows).map(({ label, does }, index): Line => {
    const isChosen = first + index === chosen;
    const shown = truncate(label, width);
    const padding = " ".repeat(width - columnsOf(shown) + 2);
    return fitLine(
      [
        span(isChosen ? "  › " : "    ", "accent"),
        span(`${shown}${padding}`, isChosen ? "accent" : "plain"),
        span(does, "dim"),
      ],
      layout.columns,
    );
  });
}

function stateOf(model: Model, phase: ConversationPhase, texts: Texts["status"]): readonly Span[] {
  if (phase.approvals.length + phase.dialogs.length > 0) {
    return [span("? ", "warning"), span(texts.waitingForYou, "warning")];
  }
  if (phase.answer?.stopping) {
    return [span(`${spinner(model.now)} `, "warning"), span(texts.stopping)];
  }
  if (phase.answer !== null) {
    return [span(`${spinner(model.now)} `, "accent"), span(texts.answering)];
  }
  if (phase.isServerAway) return [span("○ ", "error"), span(texts.reconnecting, "warning")];
  return [span("● ", "success"), span(texts.ready)];
}

/** `12.3k tokens · $0.0042` */
function spentText({ tokens, cost }: ConversationPhase["spent"], texts: Texts["status"]): string {
  if (tokens === 0) return "";
  const count = tokens < 1_000 ? String(tokens) : `${(tokens / 1_000).toFixed(1)}k`;
  return texts.spent(count) + (cost === null ? "" : ` · $${cost.toFixed(cost < 1 ? 4 : 2)}`);
}

function hintsOf(model: Model, phase: ConversationPhase, layout: Layout): Hints {
  const { hints } = textsOf(model.language).conversation;
  if (phase.approvals.length > 0) return hints.asking;
  if (phase.dialogs.length > 0) return [];
  if (phase.find !== null) return hints.find;
  if (layout.suggestionRows > 0) return hints.command;
  if (phase.pane?.isFocused) return layout.pane?.isBeside ? hints.paneOfTwo : hints.pane;
  if (phase.pane !== null && phase.answer === null) return hints.paneBeside;
  if (phase.scroll.kind === "held") return hints.scrolled;
  if (phase.attachments.length > 0 && phase.input.text === "") return hints.attached;
  if (phase.answer === null) return hints.ready;
  return phase.input.text === "" ? hints.answering : hints.typedAhead;
}
