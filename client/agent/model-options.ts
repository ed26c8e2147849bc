/** What may be chosen about the model, from one question to the next. */
export interface ModelOptions {
  /** In place of the configured one. */
  readonly modelId?: string | undefined;
  /** From 0 to 1; the model's own default otherwise. */
  readonly temperature?: number | undefined;
  /** In place of the program's own. */
  readonly systemPrompt?: string | undefined;
}

interface ModelTraits {
  readonly model: RegExp;
  /** How many tokens a conversation and its answer may have. */
  readonly windowTokens: number;
  /** What prompt caching may mark: nothing, the system prompt, or the tools as well. */
  readonly caches: "nothing" | "system" | "system and tools";
  readonly takesImages: boolean;
}

// https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html
// https://docs.aws.amazon.com/bedrock/latest/userguide/conversation-inference-supported-models-features.html
const traits: readonly ModelTraits[] = [
  {
    model: /anthropic\.claude-(haiku-4-5|sonnet-4|opus-4|3-7-sonnet|3-5-haiku)/,
    windowTokens: 200_000,
    caches: "system and tools",
    takesImages: true,
  },
  { model: /anthropic\.claude-3/, windowTokens: 200_000, caches: "nothing", takesImages: true },
  { model: /anthropic\.claude/, windowTokens: 200_000, caches: "nothing", takesImages: false },
  { model: /amazon\.nova-micro/, windowTokens: 128_000, caches: "system", takesImages: false },
  {
    model: /amazon\.nova-(lite|pro|premier)/,
    windowTokens: 300_000,
    caches: "system",
    takesImages: true,
  },
  { model: /amazon\.nova/, windowTokens: 300_000, caches: "nothing", takesImages: true },
  {
    model: /meta\.llama3-[12]|mistral|cohere|openai|qwen/,
    windowTokens: 128_000,
    caches: "nothing",
    takesImages: false,
  },
];

/** A model that is not known is taken for one with little room. */
const unknown = { windowTokens: 32_000, caches: "nothing", takesImages: false } as const;

/**
 * What is known about a model.
 *
 * @param modelId of a model or an inference profile
 */
export function traitsOf(modelId: string): Omit<ModelTraits, "model"> {
  return traits.find(({ model }) => model.test(modelId)) ?? unknown;
}
