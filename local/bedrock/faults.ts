import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import type { ReplyPart, StopReason } from "./reply.ts";
import {
  type ExceptionName,
  exceptions,
  onDemandNotSupported,
  ServiceError,
  streamExceptions,
} from "./service-error.ts";

/** The connection goes away in the middle of an answer. */
export class ConnectionCut extends Error {}

const exceptionNames = Object.keys(exceptions) as [ExceptionName, ...ExceptionName[]];

const faultyStopReasons = [
  "max_tokens",
  "guardrail_intervened",
  "content_filtered",
  "malformed_model_output",
  "malformed_tool_use",
  "model_context_window_exceeded",
] as const satisfies readonly StopReason[];

const faultSchema = z
  .strictObject({
    /**
     * An exception of the service; `connection_cut` (after a few pieces of the answer); `silence`
     * (no answer until the caller gives up); or a stop reason, with an answer to match.
     */
    fault: z.enum([...exceptionNames, "connection_cut", "silence", ...faultyStopReasons]),
    /** How many requests it strikes. An SDK that retries spends several on one call. */
    times: z.int().min(1).max(1000).default(1),
    /** In place of the exception's usual message. */
    message: z.string().min(1).max(1000).optional(),
    /** The exception comes as an event after a few pieces of the answer, not as a status code. */
    midStream: z.boolean().default(false),
  })
  .refine(({ fault, midStream }) => !midStream || streamExceptions.some((name) => name === fault), {
    error: `midStream is for ${streamExceptions.join(", ")}`,
    path: ["midStream"],
  });

/** What `PUT /control/faults` takes: the faults of the requests to come, in order. */
export const faultList = z.array(faultSchema).max(100);

export type Fault = z.infer<typeof faultSchema>;

/** The faults that wait for the next requests. */
export interface FaultQueue {
  replace(faults: readonly Fault[]): void;
  waiting(): readonly Fault[];
  /** The fault of the request that arrives now, if any. */
  take(): Fault | undefined;
}

export function createFaultQueue(): FaultQueue {
  let queue: Fault[] = [];
  return {
    replace: (faults) => {
      queue = faults.map((fault) => ({ ...fault }));
    },
    waiting: () => queue,
    take: () => {
      const [first] = queue;
      if (first === undefined) return undefined;
      first.times -= 1;
      if (first.times === 0) queue.shift();
      return first;
    },
  };
}

/**
 * The exception that a fault answers in place of the model.
 *
 * @returns `undefined` when the fault strikes later, in the middle of the answer
 */
export function refusalOf(fault: Fault, modelId: string): ServiceError | undefined {
  if (isMidStream(fault) || !isException(fault.fault)) return undefined;
  if (fault.fault === "ValidationException" && fault.message === undefined) {
    return onDemandNotSupported(modelId);
  }
  return new ServiceError(fault.fault, fault.message);
}

const partsBeforeFault = 3;

/**
 * Lets a fault strike a reply after its first pieces.
 *
 * @throws ServiceError, ConnectionCut
 */
export async function* strike(
  parts: AsyncIterable<ReplyPart>,
  { fault, message }: Fault,
  signal: AbortSignal,
): AsyncIterable<ReplyPart> {
  if (fault === "silence") await delay(maximumSilenceMilliseconds, undefined, { signal });
  if (fault === "guardrail_intervened") {
    yield { type: "text", text: message ?? "Sorry, the model cannot answer this question." };
  } else {
    yield* beginningOf(parts);
  }
  if (fault === "connection_cut" || fault === "silence") throw new ConnectionCut();
  if (isException(fault)) throw new ServiceError(fault, message);
  yield { type: "stop", stopReason: fault, usage: { inputTokens: 1, outputTokens: 1 } };
}

const maximumSilenceMilliseconds = 3_600_000;

/** A few words, or half a tool call: never one whose JSON is whole. */
async function* beginningOf(parts: AsyncIterable<ReplyPart>): AsyncIterable<ReplyPart> {
  let passed = 0;
  for await (const part of parts) {
    if (part.type === "stop" || passed >= partsBeforeFault) return;
    if (part.type === "tool_input") {
      yield { ...part, json: part.json.slice(0, Math.ceil(part.json.length / 2)) };
      return;
    }
    yield part;
    passed += 1;
  }
}

function isMidStream(fault: Fault): boolean {
  return fault.midStream || fault.fault === "ModelStreamErrorException";
}

function isException(fault: Fault["fault"]): fault is ExceptionName {
  return Object.hasOwn(exceptions, fault);
}
