import { z } from "zod";

/**
 * The part of a Converse request that the stand-in acts on. Everything else that the service knows
 * (guardrails, prompt variables, performance settings) is accepted and has no effect.
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 */
export interface ConverseRequest {
  modelId: string;
  messages: readonly Message[];
  system: readonly string[];
  tools: readonly ToolSpecification[];
  toolChoice: ToolChoice;
  maxTokens: number | undefined;
  temperature: number | undefined;
  topP: number | undefined;
  stopSequences: readonly string[];
}

export type Message = z.infer<typeof message>;
export type ContentBlock = Message["content"][number];
export type ToolResultBlock = NonNullable<ContentBlock["toolResult"]>;
export type ConverseBody = z.infer<typeof converseBody>;

export interface ToolSpecification {
  name: string;
  description: string;
  inputSchema: Readonly<Record<string, unknown>>;
}

/** `auto`: as the model likes; `any`: one of the tools; otherwise the tool of that name. */
export type ToolChoice = "auto" | "any" | { name: string };

const name = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[a-zA-Z0-9_-]+$/);
const toolUseId = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[a-zA-Z0-9_.:-]+$/);

const toolResultContent = z.object({
  text: z.string().optional(),
  json: z.unknown().optional(),
  image: z.unknown().optional(),
  document: z.unknown().optional(),
  video: z.unknown().optional(),
});

const contentBlock = z.object({
  text: z.string().optional(),
  toolUse: z.object({ toolUseId, name, input: z.unknown() }).optional(),
  toolResult: z
    .object({
      toolUseId,
      content: z.array(toolResultContent),
      status: z.enum(["success", "error"]).optional(),
    })
    .optional(),
  image: z.unknown().optional(),
  document: z.unknown().optional(),
  video: z.unknown().optional(),
  audio: z.unknown().optional(),
  cachePoint: z.unknown().optional(),
  reasoningContent: z.unknown().optional(),
});

const message = z.object({
  role: z.enum(["user", "assistant"]),
  content: z.array(contentBlock),
});

/** The body of `POST /model/{modelId}/converse` and of `/converse-stream`. */
export const converseBody = z.object({
  messages: z.array(message).default([]),
  system: z.array(z.object({ text: z.string().optional() })).default([]),
  inferenceConfig: z
    .object({
      maxTokens: z.int().min(1).optional(),
      temperature: z.number().min(0).max(1).optional(),
      topP: z.number().min(0).max(1).optional(),
      stopSequences: z.array(z.string().min(1)).max(2500).optional(),
    })
    .default({}),
  toolConfig: z
    .object({
      tools: z
        .array(
          z.object({
            toolSpec: z
              .object({
                name,
                description: z.string().min(1).optional(),
                inputSchema: z.object({ json: z.unknown() }),
              })
              .optional(),
            cachePoint: z.unknown().optional(),
          }),
        )
        .min(1),
      toolChoice: z
        .object({
          auto: z.object({}).optional(),
          any: z.object({}).optional(),
          tool: z.object({ name }).optional(),
        })
        .optional(),
    })
    .optional(),
});

/**
 * Lays out a valid body the way the models read it.
 *
 * @param modelId from the path
 * @param body parsed, and found sound by the conversation rules
 */
export function toConverseRequest(modelId: string, body: ConverseBody): ConverseRequest {
  const choice = body.toolConfig?.toolChoice;
  return {
    modelId,
    messages: body.messages,
    system: body.system.flatMap(({ text }) => text ?? []),
    tools: (body.toolConfig?.tools ?? []).flatMap(({ toolSpec }) =>
      toolSpec === undefined
        ? []
        : {
            name: toolSpec.name,
            description: toolSpec.description ?? "",
            inputSchema: toolSpec.inputSchema.json as Readonly<Record<string, unknown>>,
          },
    ),
    toolChoice: choice?.tool ?? (choice?.any === undefined ? "auto" : "any"),
    maxTokens: body.inferenceConfig.maxTokens,
    temperature: body.inferenceConfig.temperature,
    topP: body.inferenceConfig.topP,
    stopSequences: body.inferenceConfig.stopSequences ?? [],
  };
}
