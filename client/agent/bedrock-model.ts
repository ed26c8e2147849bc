import type { ConverseStreamCommandInput, Message } from "@aws-sdk/client-bedrock-runtime";
import type { LocalizedText } from "../chat/language.ts";
import { wordingOf } from "../localized-error.ts";
import type { Tool } from "./agent.ts";
import { type AssistantTurn, createTurnAssembler } from "./assistant-turn.ts";
import { modelError, retryDelayMilliseconds } from "./bedrock-error.ts";
import { interrupted, untilAborted } from "./interrupted.ts";
import { type ModelOptions, traitsOf } from "./model-options.ts";
import { systemPrompt } from "./system-prompt.ts";

/** What one turn of the model is made of, in the order in which it arrives. */
export type ModelEvent =
  | { type: "text"; text: string }
  | { type: "retrying"; reason: LocalizedText; delayMilliseconds: number }
  /** The last one: all that was said. */
  | { type: "turn"; turn: AssistantTurn };

/** A model that answers a conversation with text or with tools to run. */
export interface Model {
  /**
   * @param messages the conversation so far, the user's message last
   * @param tools by the names that the model knows them by
   * @param signal stops the answer
   * @param options what was chosen about the model
   * @throws AppError `model_…`, or `interrupted` when the signal stopped it
   */
  converse(
    messages: readonly Message[],
    tools: ReadonlyMap<string, Tool>,
    signal: AbortSignal,
    options?: ModelOptions,
  ): AsyncIterable<ModelEvent>;
  /** The model that is asked where none was chosen. */
  readonly modelId: string;
}

/** Plenty for an answer in a terminal, and within what every model allows. */
export const mostOutputTokens = 4096;

/**
 * Asks a model on Amazon Bedrock through ConverseStream, and asks again after a failure that passes.
 * The AWS SDK is loaded by the first question.
 *
 * @param settings.modelId a model's or inference profile's id
 * @param settings.region the region to ask; the AWS SDK's own settings otherwise
 * @param settings.insecure whether the conversation may go over plain HTTP to another machine
 * @param sleep waits before another attempt
 */
export function createBedrockModel(
  settings: { modelId: string; region?: string; insecure: boolean },
  sleep: (milliseconds: number, signal: AbortSignal) => Promise<void> = sleepUnlessAborted,
): Model {
  const { region, insecure } = settings;
  let loading: ReturnType<typeof load> | undefined;

  async function load() {
    const sdk = await import("@aws-sdk/client-bedrock-runtime");
    const { createRequestHandler } = await import("../aws-request-handler.ts");
    const client = new sdk.BedrockRuntimeClient({
      ...(region === undefined ? {} : { region }),
      // Asking again is decided here, where the user can be told of it.
      maxAttempts: 1,
      requestHandler: createRequestHandler({
        service: "Bedrock",
        variable: "AWS_ENDPOINT_URL_BEDROCK_RUNTIME",
        insecure,
        answerMilliseconds: 60_000,
        silenceMilliseconds: 120_000,
      }),
    });
    return { sdk, client };
  }

  async function* converseOnce(
    input: ConverseStreamCommandInput,
    signal: AbortSignal,
  ): AsyncGenerator<ModelEvent> {
    loading ??= load();
    const { sdk, client } = await loading;
    const { stream } = await client.send(new sdk.ConverseStreamCommand(input), {
      abortSignal: AbortSignal.any([signal]),
    });
    const assembler = createTurnAssembler();
    for await (const event of stream ?? []) {
      const text = assembler.push(event);
      if (text !== "") yield { type: "text", text };
    }
    yield { type: "turn", turn: assembler.finish() };
  }

  return {
    modelId: settings.modelId,
    async *converse(messages, tools, signal, options = {}) {
      const modelId = options.modelId ?? settings.modelId;
      const input = requestFor({ ...options, modelId }, messages, tools);
      for (let attempt = 1; ; attempt += 1) {
        let isShown = false;
        try {
          for await (const event of converseOnce(input, signal)) {
            // A stream that is stopped may also just end, as if it were complete.
            if (signal.aborted) throw interrupted();
            isShown = true;
            yield event;
          }
          return;
        } catch (error) {
          if (signal.aborted) throw interrupted();
          const delay = isShown ? null : retryDelayMilliseconds(error, attempt, Math.random());
          const failure = modelError(error, modelId);
          if (delay === null) throw failure;
          const { en, ko } = wordingOf(failure);
          yield {
            type: "retrying",
            reason: { en: en[0], ko: ko[0] },
            delayMilliseconds: delay,
          };
          await sleep(delay, signal);
        }
      }
    },
  };
}

function requestFor(
  options: ModelOptions & { modelId: string },
  messages: readonly Message[],
  tools: ReadonlyMap<string, Tool>,
): ConverseStreamCommandInput {
  const { modelId, temperature } = options;
  const { caches } = traitsOf(modelId);
  // What stays the same from one question to the next is read from the cache, at a tenth of its price.
  const cachePoint = { cachePoint: { type: "default" as const } };
  const toolList = [
    ...[...tools].map(toolSpecification),
    ...(caches === "system and tools" ? [cachePoint] : []),
  ];
  return {
    modelId,
    messages: [...messages],
    system: [
      { text: options.systemPrompt?.trim() || systemPrompt },
      ...(caches === "nothing" ? [] : [cachePoint]),
    ],
    inferenceConfig: {
      maxTokens: mostOutputTokens,
      ...(temperature === undefined ? {} : { temperature }),
    },
    ...(tools.size === 0 ? {} : { toolConfig: { tools: toolList } }),
  };
}

function toolSpecification([name, tool]: [string, Tool]) {
  return {
    toolSpec: {
      name,
      // Bedrock refuses an empty description.
      description: tool.description.trim() || tool.title || tool.name,
      inputSchema: { json: tool.inputSchema as never },
    },
  };
}

async function sleepUnlessAborted(milliseconds: number, signal: AbortSignal): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const slept = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await untilAborted(slept, signal).finally(() => clearTimeout(timer));
}
