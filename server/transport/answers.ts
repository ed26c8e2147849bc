import type { RequestHandler, Response } from "express";

/** Codes of JSON-RPC 2.0, and the two that MCP's transports use beside them. */
export const rpcCode = {
  parseError: -32700,
  invalidRequest: -32600,
  invalidParams: -32602,
  serverError: -32000,
  sessionNotFound: -32001,
} as const;

/**
 * Turns an MCP message away with an HTTP status and a JSON-RPC error.
 *
 * @param id the id of the message, where it could be read
 */
export function sendRpcError(
  res: Response,
  status: number,
  code: number,
  message: string,
  id: string | number | null = null,
): void {
  res.status(status).json({ jsonrpc: "2.0", error: { code, message }, id });
}

/**
 * Answers a request that is no MCP message.
 *
 * @param error a stable word for programs
 * @param message for people
 */
export function sendProblem(res: Response, status: number, error: string, message: string): void {
  res.status(status).json({ error, message });
}

/**
 * Answers a method that a path does not take: 405 with `Allow` (RFC 9110, section 15.5.6).
 *
 * @param allow the methods that it takes
 */
export function refuseMethod(...allow: readonly string[]): RequestHandler {
  const list = allow.join(", ");
  return (_req, res) => {
    res.setHeader("Allow", list);
    sendProblem(res, 405, "method_not_allowed", `This path takes ${list}`);
  };
}
