import type { IncomingMessage, ServerResponse } from "node:http";
import { contextOf } from "./request-context.ts";

/** Codes of JSON-RPC 2.0, and the two that MCP's transports use beside them. */
export const rpcCode = {
  parseError: -32700,
  invalidRequest: -32600,
  invalidParams: -32602,
  serverError: -32000,
  sessionNotFound: -32001,
} as const;

/**
 * Answers with JSON.
 *
 * @param json the body, written already
 * @param headers names and values in turn, beside those that every answer has
 */
export function sendJson(
  res: ServerResponse,
  status: number,
  json: string,
  headers: readonly string[] = [],
): void {
  const all = contextOf(res).headers();
  all.push("Content-Type", "application/json");
  const length = Buffer.byteLength(json);
  all.push("Content-Length", String(length), ...headers);
  res.writeHead(status, all);
  // What is ASCII alone is copied as it is.
  res.end(json, length === json.length ? "latin1" : "utf8");
}

/** Answers without a body. */
export function sendNothing(res: ServerResponse, status: number): void {
  writeHead(res, status, ["Content-Length", "0"]);
  res.end();
}

/**
 * Writes the head of an answer, with the headers that every answer has. One list is what Node takes
 * without looking at each name again.
 */
export function writeHead(res: ServerResponse, status: number, headers: readonly string[]): void {
  res.writeHead(status, [...contextOf(res).headers(), ...headers]);
}

/**
 * Turns an MCP message away with an HTTP status and a JSON-RPC error.
 *
 * @param id the id of the message, where it could be read
 * @param headers names and values in turn
 */
export function sendRpcError(
  res: ServerResponse,
  status: number,
  code: number,
  message: string,
  id: string | number | null = null,
  headers: readonly string[] = [],
): void {
  sendJson(res, status, JSON.stringify({ jsonrpc: "2.0", error: { code, message }, id }), headers);
}

/**
 * Answers a request that is no MCP message.
 *
 * @param error a stable word for programs
 * @param message for people
 */
export function sendProblem(
  res: ServerResponse,
  status: number,
  error: string,
  message: string,
  headers: readonly string[] = [],
): void {
  sendJson(res, status, JSON.stringify({ error, message }), headers);
}

/**
 * Answers a method that a path does not take: 405 with `Allow` (RFC 9110, section 15.5.6).
 *
 * @param allow the methods that it takes
 */
export function refuseMethod(...allow: readonly string[]) {
  const list = allow.join(", ");
  return (_req: IncomingMessage, res: ServerResponse) =>
    sendProblem(res, 405, "method_not_allowed", `This path takes ${list}`, ["Allow", list]);
}
