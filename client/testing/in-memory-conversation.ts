import { setTimeout as delay } from "node:timers/promises";
import { AppError } from "@cleanauth/common/app-error.ts";
import type {
  AgentEvent,
  AskOptions,
  Conversation,
  Exchange,
  McpConnection,
} from "../agent/agent.ts";
import type { Message } from "../agent/message.ts";

/** A conversation that answers by the words of the question: a long text, a tool that changes something, or a forecast. */
export function createConversation(
  connection: McpConnection,
  pace: number,
  failures: AppError[],
  answers: Readonly<Record<string, string>>,
  exchanges: readonly Exchange[],
): Conversation {
  const wait = async (signal: AbortSignal) => {
    await delay(pace);
    if (!signal.aborted) return;
    throw new AppError("interrupted", "The answer was stopped", "Ask again.");
  };
  const kept: Exchange[] = [...exchanges];
  let last: { asked: readonly Message[]; place: number } = {
    asked: kept.at(-1)?.slice(0, 1) ?? [],
    place: Math.max(0, kept.length - 1),
  };
  async function* answer({ signal, approve }: AskOptions): AsyncIterable<AgentEvent> {
    const { asked, place } = last;
    const question = asked.flatMap(({ content }) => content.map(({ text = "" }) => text)).join("");
    await wait(signal);
    const failure = failures.shift();
    if (failure !== undefined) throw failure;
    if (/note|메모/.test(question)) yield* addNote(connection, question, approve);
    else if (/forecast|날씨/.test(question)) yield* forecast();
    const pieces = answers[question]?.match(/[\s\S]{1,40}/g) ?? answerTo(question);
    for (const piece of pieces) {
      await wait(signal);
      yield { type: "text", text: piece };
    }
    const usage = { inputTokens: 1, outputTokens: 1 };
    kept[place] = [...asked, { role: "assistant", content: [{ text: pieces.join("") }] }];
    yield { type: "done", stopReason: "end_turn", usage, rounds: 1 };
  }
  return {
    exchanges: () => kept,
    modelId: () => "model-1",
    ask(question, options) {
      const content = [{ text: question as string }];
      const asked: readonly Message[] =
        typeof question === "string" ? [{ role: "user", content }] : question;
      last = { asked, place: kept.length };
      return answer(options);
    },
    retry: answer,
  };
}

async function* addNote(
  connection: McpConnection,
  question: string,
  approve: Parameters<Conversation["ask"]>[1]["approve"],
): AsyncIterable<AgentEvent> {
  const call = { id: "call-note", name: "add_note", arguments: { text: question } };
  yield { type: "tool_call", ...call };
  const noteTool = connection.tools().find(({ name }) => name === call.name);
  const isApproved = noteTool !== undefined && (await approve(call, noteTool));
  yield {
    type: "tool_result",
    id: call.id,
    name: call.name,
    outcome: isApproved ? "ok" : "declined",
    text: isApproved ? "Note 1 is kept." : "The user declined.",
    durationMilliseconds: 12,
  };
}

async function* forecast(): AsyncIterable<AgentEvent> {
  const call = {
    id: "call-forecast",
    name: "get_forecast",
    arguments: { latitude: 37.77, longitude: -122.42 },
  };
  yield { type: "tool_call", ...call };
  yield {
    type: "tool_result",
    id: call.id,
    name: call.name,
    outcome: "ok",
    text: "Sample data. Tonight: partly cloudy, 54 °F.\nTuesday: sunny, 67 °F.",
    durationMilliseconds: 84,
  };
}

function answerTo(question: string): string[] {
  if (question.includes("long")) {
    return Array.from({ length: 200 }, (_, index) => `Line ${index + 1} of a long answer.\n`);
  }
  const answer = /[가-힣]/.test(question)
    ? `질문을 잘 받았습니다: “${question}” 오늘 밤은 구름이 조금 끼고 기온은 12도이며, 내일은 맑겠습니다. 👍`
    : `You asked: “${question}” Tonight it is partly cloudy at 54 °F, and Tuesday is sunny.`;
  return answer.match(/\S+\s*/g) ?? [];
}
