import type { ToolResultBlock } from "@aws-sdk/client-bedrock-runtime";
import { AppError } from "@cleanauth/common/app-error.ts";
import type { LocalizedText } from "../chat/language.ts";
import { LocalizedError } from "../localized-error.ts";
import type {
  AgentEvent,
  AskOptions,
  Conversation,
  Exchange,
  McpConnection,
  TokenUsage,
  Tool,
} from "./agent.ts";
import { type AssistantTurn, contentOf } from "./assistant-turn.ts";
import { type Model, mostOutputTokens } from "./bedrock-model.ts";
import { estimateTokens, type FittedMessages, fitWindow } from "./fit-window.ts";
import { interrupted } from "./interrupted.ts";
import { type Block, type Message, modelMessages, questionLength } from "./message.ts";
import { type ModelOptions, traitsOf } from "./model-options.ts";
import { runToolCalls } from "./tool-calls.ts";
import { toolsByModelName } from "./tool-names.ts";
import { decideAfterTurn } from "./turn-outcome.ts";

/** How often the model may ask for tools before one answer. */
const mostRounds = 10;

/** What goes with every question beside the conversation: the system prompt, and what surrounds it. */
const overheadTokens = 2_000;

/**
 * Starts a conversation, or takes one up.
 *
 * @param model answers with text or with tools to run
 * @param connection runs the tools
 * @param options.exchanges what was said before
 * @param options.choices asked before each question: what was chosen about the model
 */
export function createConversation(
  model: Model,
  connection: McpConnection,
  options: { exchanges?: readonly Exchange[]; choices?: () => ModelOptions } = {},
): Conversation {
  const choices = options.choices ?? ((): ModelOptions => ({}));
  const history: Exchange[] = [...(options.exchanges ?? [])];
  /** What was asked last, and which exchange it is or will be. */
  let last = lastQuestion(history);
  const modelId = () => choices().modelId ?? model.modelId;

  /** One turn of the model, of as much of the conversation as it takes. */
  async function* converse(
    before: readonly Exchange[],
    exchange: Exchange,
    tools: ReadonlyMap<string, Tool>,
    signal: AbortSignal,
    told: { dropped: number },
  ): AsyncGenerator<AgentEvent, AssistantTurn> {
    const overhead = mostOutputTokens + overheadTokens + estimateTokens([...tools.values()]);
    const { windowTokens, takesImages } = traitsOf(modelId());
    let room = windowTokens - overhead;
    for (let attempt = 1; ; attempt += 1) {
      const fitted = fitWindow(before, exchange, room);
      const dropped = fitted.droppedResults + fitted.droppedExchanges;
      if (dropped > told.dropped) yield { type: "notice", text: describeDropped(fitted) };
      told.dropped = Math.max(told.dropped, dropped);
      try {
        const messages = modelMessages(fitted.messages, { takesImages });
        for await (const event of model.converse(messages, tools, signal, choices())) {
          if (event.type === "turn") return event.turn;
          yield event;
        }
        throw new Error("a model ends with a turn or throws");
      } catch (error) {
        // The window was taken for larger than it is.
        const isFull = error instanceof AppError && error.code === "model_context_full";
        if (!isFull || attempt === mostShrinks || fitted.messages.length === exchange.length) {
          throw error;
        }
        room = Math.min(room, estimateTokens(fitted.messages)) / 2;
      }
    }
  }

  /** @param place which exchange it becomes; one that is there is replaced by a whole answer alone */
  async function* answer(
    { question, place }: LastQuestion,
    { signal, approve, onProgress }: AskOptions,
  ): AsyncGenerator<AgentEvent> {
    const before = history.slice(0, place);
    const exchange: Message[] = [...question];
    const usage: TokenUsage = { inputTokens: 0, outputTokens: 0 };
    const told = { dropped: 0 };
    for (let round = 1; ; round += 1) {
      if (signal.aborted) throw interrupted();
      const tools = toolsByModelName(connection.tools());
      const turn = yield* converse(before, exchange, tools, signal, told);
      addUsage(usage, turn.usage);

      const outcome = decideAfterTurn(turn);
      if (outcome.kind === "done") {
        if (outcome.notice !== undefined) yield { type: "notice", text: outcome.notice };
        exchange.push(assistant(contentOf(turn, { withToolUses: false })));
        if (outcome.isKept) history[place] = exchange;
        yield { type: "done", stopReason: turn.stopReason, usage, rounds: round };
        return;
      }
      exchange.push(assistant(contentOf(turn, { withToolUses: true })));
      if (round === mostRounds) {
        // Also for the model to read, so it is in English.
        const text = `Stopped after ${mostRounds} rounds of tools.`;
        // A use needs its result, and a question comes after an answer.
        exchange.push(user(notRun(turn, text)), assistant([{ text }]));
        history[place] = exchange;
        yield {
          type: "notice",
          text: {
            en: `${text} Ask again to go on.`,
            ko: `도구를 ${mostRounds}차례 부른 뒤 멈췄습니다. 이어가려면 다시 물어보세요.`,
          },
        };
        yield { type: "done", stopReason: "round_limit", usage, rounds: round };
        return;
      }
      const results = yield* runToolCalls(turn.toolUses, {
        tools,
        connection,
        approve,
        signal,
        onProgress,
      });
      exchange.push(user(results.map((toolResult) => ({ toolResult }))));
    }
  }

  return {
    exchanges: () => history,
    modelId,
    ask(asked, askOptions) {
      const question = typeof asked === "string" ? [user([{ text: asked }])] : asked;
      last = { question, place: history.length };
      return answer(last, askOptions);
    },
    retry(askOptions) {
      if (last === null) {
        throw new LocalizedError("conversation_empty", {
          en: ["Nothing has been asked yet", "Ask something."],
          ko: ["아직 질문한 적이 없습니다", "먼저 질문하세요."],
        });
      }
      return answer(last, askOptions);
    },
  };
}

interface LastQuestion {
  readonly question: readonly Message[];
  readonly place: number;
}

function lastQuestion(history: readonly Exchange[]): LastQuestion | null {
  const exchange = history.at(-1);
  if (exchange === undefined) return null;
  return { question: exchange.slice(0, questionLength(exchange)), place: history.length - 1 };
}

/** How often a question is put that the model has no room for, with less and less around it. */
const mostShrinks = 3;

function describeDropped({ droppedResults, droppedExchanges }: FittedMessages): LocalizedText {
  const results = droppedResults > 0;
  const exchanges = droppedExchanges > 0;
  const en = [
    ...(results ? [`${droppedResults} of the oldest tool results and attachments`] : []),
    ...(exchanges ? [`${droppedExchanges} of the oldest questions with their answers`] : []),
  ];
  const ko = [
    ...(results ? [`가장 오래된 도구 결과와 첨부 ${droppedResults}개`] : []),
    ...(exchanges ? [`가장 오래된 질문과 답변 ${droppedExchanges}쌍`] : []),
  ];
  return {
    en: `The conversation has become long: the model no longer sees ${en.join(" and ")}.`,
    ko: `대화가 길어져서 모델이 이제 보지 못하는 것: ${ko.join(", ")}`,
  };
}

function addUsage(sum: TokenUsage, more: TokenUsage): void {
  sum.inputTokens += more.inputTokens;
  sum.outputTokens += more.outputTokens;
  for (const name of ["cacheReadInputTokens", "cacheWriteInputTokens"] as const) {
    if (more[name] !== undefined) sum[name] = (sum[name] ?? 0) + more[name];
  }
}

function user(content: readonly Block[]): Message {
  return { role: "user", content };
}

function assistant(content: readonly Block[]): Message {
  return { role: "assistant", content };
}

function notRun(turn: AssistantTurn, text: string): Block[] {
  return turn.toolUses.map(({ id }) => {
    const toolResult: ToolResultBlock = { toolUseId: id, content: [{ text }], status: "error" };
    return { toolResult };
  });
}
