import type { AppError } from "@cleanauth/common/app-error.ts";
import type { LocalizedText } from "../chat/language.ts";
import { LocalizedError } from "../localized-error.ts";
import type { AssistantTurn } from "./assistant-turn.ts";

/** What a turn's end means for the conversation. */
export type TurnOutcome =
  | { kind: "run_tools" }
  | {
      kind: "done";
      /** Whether question and answer become part of the history. */
      isKept: boolean;
      /** What the user should know about it. */
      notice?: LocalizedText;
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
      return kept(
        turn.texts.length === 0
          ? { en: "The model gave no answer.", ko: "모델이 답하지 않았습니다." }
          : undefined,
      );
    case "max_tokens":
      return kept({
        en: "The answer was cut: it reached the greatest length.",
        ko: "답변이 최대 길이에 이르러 잘렸습니다.",
      });
    case "model_context_window_exceeded":
      return kept({
        en: "The answer was cut: the conversation fills the model's window. Start a new one.",
        ko: "대화가 모델의 컨텍스트 창을 가득 채워 답변이 잘렸습니다. 새 대화를 시작하세요.",
      });
    case "guardrail_intervened":
      return leftOut({
        en: "A guardrail stopped the answer; this question is not kept.",
        ko: "가드레일이 답변을 막았습니다. 이 질문은 대화에 남지 않습니다.",
      });
    case "content_filtered":
      return leftOut({
        en: "A content filter stopped the answer; this question is not kept.",
        ko: "콘텐츠 필터가 답변을 막았습니다. 이 질문은 대화에 남지 않습니다.",
      });
    default:
      return kept({
        en: "The model stopped for a reason that this client does not know.",
        ko: "모델이 이 클라이언트가 모르는 이유로 멈췄습니다.",
      });
  }
}

function kept(notice: LocalizedText | undefined): TurnOutcome {
  return { kind: "done", isKept: true, ...(notice === undefined ? {} : { notice }) };
}

/** What a filter has objected to would make it object to every later question, too. */
function leftOut(notice: LocalizedText): TurnOutcome {
  return { kind: "done", isKept: false, notice };
}

function malformed(): AppError {
  return new LocalizedError("model_malformed_output", {
    en: [
      "The model wrote something that cannot be read as an answer",
      "Ask again, perhaps in other words.",
    ],
    ko: ["모델이 답으로 읽을 수 없는 것을 썼습니다", "다시, 가능하면 다른 말로 물어보세요."],
  });
}
