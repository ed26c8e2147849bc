import type { ContentBlock, Message, ToolResultBlock } from "@aws-sdk/client-bedrock-runtime";
import type { Conversation, McpConnection } from "./agent.ts";
import { type AssistantTurn, contentOf } from "./assistant-turn.ts";
import type { Model } from "./bedrock-model.ts";
import { interrupted } from "./interrupted.ts";
import { runToolCalls } from "./tool-calls.ts";
import { toolsByModelName } from "./tool-names.ts";
import { decideAfterTurn } from "./turn-outcome.ts";

/** How often the model may ask for tools before one answer. */
const mostRounds = 10;

/**
 * Starts a conversation that is kept in memory.
 *
 * @param model answers with text or with tools to run
 * @param connection runs the tools
 */
export function createConversation(model: Model, connection: McpConnection): Conversation {
  /** Whole exchanges alone: each begins with a question and ends with an answer. */
  const history: Message[] = [];

  return {
    async *ask(question, { signal, approve }) {
      const exchange: Message[] = [user([{ text: question }])];
      const usage = { inputTokens: 0, outputTokens: 0 };
      for (let round = 1; ; round += 1) {
        if (signal.aborted) throw interrupted();
        const tools = toolsByModelName(connection.tools());
        let turn: AssistantTurn | undefined;
        for await (const event of model.converse([...history, ...exchange], tools, signal)) {
          if (event.type === "turn") turn = event.turn;
          else yield event;
        }
        if (turn === undefined) throw new Error("a model ends with a turn or throws");
        usage.inputTokens += turn.usage.inputTokens;
        usage.outputTokens += turn.usage.outputTokens;

        const outcome = decideAfterTurn(turn);
        if (outcome.kind === "done") {
          if (outcome.notice !== undefined) yield { type: "notice", text: outcome.notice };
          exchange.push(assistant(contentOf(turn, { withToolUses: false })));
          if (outcome.isKept) history.push(...exchange);
          yield { type: "done", stopReason: turn.stopReason, usage, rounds: round };
          return;
        }
        exchange.push(assistant(contentOf(turn, { withToolUses: true })));
        if (round === mostRounds) {
          const text = `Stopped after ${mostRounds} rounds of tools.`;
          // A use needs its result, and a question comes after an answer.
          exchange.push(user(notRun(turn, text)), assistant([{ text }]));
          history.push(...exchange);
          yield { type: "notice", text: `${text} Ask again to go on.` };
          yield { type: "done", stopReason: "round_limit", usage, rounds: round };
          return;
        }
        const results = yield* runToolCalls(turn.toolUses, { tools, connection, approve, signal });
        exchange.push(user(results.map((toolResult) => ({ toolResult }))));
      }
    },
  };
}

function user(content: ContentBlock[]): Message {
  return { role: "user", content };
}

function assistant(content: ContentBlock[]): Message {
  return { role: "assistant", content };
}

function notRun(turn: AssistantTurn, text: string): ContentBlock[] {
  return turn.toolUses.map(({ id }) => {
    const toolResult: ToolResultBlock = { toolUseId: id, content: [{ text }], status: "error" };
    return { toolResult };
  });
}
