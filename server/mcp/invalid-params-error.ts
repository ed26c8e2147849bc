import { ErrorCode } from "@modelcontextprotocol/sdk/types.js";

/** A request that no tool or handler sees: answered as a JSON-RPC error with its code and message. */
export class InvalidParamsError extends Error {
  readonly code = ErrorCode.InvalidParams;
}
