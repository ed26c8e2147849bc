import { AppError } from "@cleanauth/common/app-error.ts";
import type { AssistantTurn } from "./assistant-turn.ts";

/** What a turn's end means for the conversation. */
export type TurnOutcome =
  | { kind: "run_tools" }
  | {
      kind: "done";
      /** Whether question and answer become part of the history. */
      isKept: boolean;
      /** What the user should know about it. */
      notice?: string;
    };

/**
 * Decides how to go on after a turn, by why the model stopped.
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_MessageStopEvent.html
 *
 * @param turn what the model said
 * @throws AppError `model_malformed_output` when nothing can be made of it
 */
export function decideAfterTurn(turn: AssistantTurn): TurnOutcome {
  switch (turn.stopReason) {
    case "tool_use":
      if (turn.toolUses.length === 0) throw malformed();
      return { kind: "run_tools" };
    case "malformed_model_output":
    case "malformed_tool_use":
      throw malformed();
    case "end_turn":
    case "stop_sequence":
      return kept(turn.texts.length === 0 ? "The model gave no answer." : undefined);
    case "max_tokens":
      return kept("The answer was cut: it reached the greatest length.");
    case "model_context_window_exceeded":
      return kept(
        "The answer was cut: the conversation fills the model's window. Start a new one.",
      );
    case "guardrail_intervened":
      return leftOut("A guardrail stopped the answer; this question is not kept.");
    case "content_filtered":
      return leftOut("A content filter stopped the answer; this question is not kept.");
    default:
      return kept("The model stopped for a reason that this client does not know.");
  }
}

function kept(notice: string | undefined): TurnOutcome {
  return { kind: "done", isKept: true, ...(notice === undefined ? {} : { notice }) };
}

/** What a filter has objected to would make it object to every later question, too. */
function leftOut(notice: string): TurnOutcome {
  return { kind: "done", isKept: false, notice };
}

function malformed(): AppError {
  return new AppError(
    "model_malformed_output",
    "The model wrote something that cannot be read as an answer",
    "Ask again, perhaps in other words.",
  );
}
