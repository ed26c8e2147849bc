import { createFaultQueue } from "@cleanauth/local/bedrock/faults.ts";
import { createBedrockHandler } from "@cleanauth/local/bedrock/handler.ts";
import { listen } from "@cleanauth/local/bedrock/listener.ts";
import { createWordModel } from "@cleanauth/local/bedrock/model/word-model.ts";

/**
 * The Bedrock stand-in, called by AWS's name: it answers to loopback's names alone, and the gateway
 * hands on what the host sent.
 */
export function startBedrockByName(): Promise<{ url: string; close(): Promise<void> }> {
  const handle = createBedrockHandler(
    createWordModel({ textDelayMilliseconds: 2 }),
    createFaultQueue(),
  );
  return listen(0, (request, response) => {
    request.headers[":authority"] = "localhost";
    request.headers.host = "localhost";
    handle(request, response);
  });
}
