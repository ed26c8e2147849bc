import { StreamableHTTPError } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { ErrorCode, McpError } from "@modelcontextprotocol/sdk/types.js";

/** Why an upstream does not answer; told to its callers, with nothing of the upstream's inside. */
export class UpstreamError extends Error {
  readonly code = ErrorCode.InternalError;
}

/** Whether an HTTP upstream is there, but takes a request for a wrong one. */
export function isBadRequest(error: unknown): boolean {
  return error instanceof StreamableHTTPError && error.code === 400;
}

/** What a message may hold: an image, a file; more of it would fill this server's memory. */
export const longestMessageBytes = 4 * 1024 * 1024;
export const tooLongAnswer = {
  code: ErrorCode.InternalError,
  message: `The answer is too long: more than ${longestMessageBytes / 1024 / 1024} MiB`,
};

/**
 * Words what a request to an upstream failed with. A JSON-RPC error of its own goes to the caller as it
 * is; whatever else happened is told in words of this server.
 *
 * @param upstream its name
 * @param error what was thrown
 */
export function toUpstreamError(upstream: string, error: unknown): Error {
  if (isBadRequest(error))
    return new UpstreamError(`${upstream} refused the request: 400 Bad Request`);
  if (!(error instanceof McpError)) {
    return new UpstreamError(`${upstream} failed: it cannot be reached at present`);
  }
  switch (error.code) {
    case ErrorCode.ConnectionClosed:
      return new UpstreamError(`${upstream} ended while it was answering; try again`);
    case ErrorCode.RequestTimeout:
      return new UpstreamError(`${upstream} did not answer in time`);
    default: {
      // The SDK puts the code before the message, and again at each server on the way.
      const message = error.message.replace(/^MCP error -?\d+: /, "").slice(0, 2_000);
      return Object.assign(new Error(message), { code: error.code });
    }
  }
}
