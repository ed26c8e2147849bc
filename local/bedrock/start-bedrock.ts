import { createFaultQueue } from "./faults.ts";
import { createBedrockHandler } from "./handler.ts";
import { listen } from "./listener.ts";
import { createWordModel } from "./model/word-model.ts";
import { createOpenAiModel } from "./openai/openai-model.ts";

/**
 * Starts a stand-in for the Bedrock runtime on loopback: Converse and ConverseStream over HTTP/2 and
 * HTTP/1.1, for the unmodified AWS SDK with `AWS_ENDPOINT_URL_BEDROCK_RUNTIME`.
 *
 * Faults on demand: `PUT /control/faults` with a list such as
 * `[{ "fault": "ThrottlingException", "times": 2 }]` strikes the next requests in order, `GET` shows
 * what still waits, `DELETE` forgets it.
 *
 * @param options.port a free one by default
 * @param options.localModel an OpenAI-compatible server (`url` ends in `/v1`) that answers in place of
 *   the built-in model, which understands no language
 * @param options.textDelayMilliseconds between the pieces of the built-in model's text; 8 by default
 * @returns the base URL, and how to end it
 * @throws the listener's error when the port is taken
 */
export function startBedrock(
  options: {
    port?: number;
    localModel?: { url: string; model: string };
    textDelayMilliseconds?: number;
  } = {},
): Promise<{ url: string; close(): Promise<void> }> {
  const model =
    options.localModel === undefined
      ? createWordModel({ textDelayMilliseconds: options.textDelayMilliseconds ?? 8 })
      : createOpenAiModel(options.localModel);
  return listen(options.port ?? 0, createBedrockHandler(model, createFaultQueue()));
}
