import {
  isInitializeRequest,
  type JSONRPCMessage,
  JSONRPCMessageSchema,
} from "@modelcontextprotocol/sdk/types.js";
import express, { type RequestHandler, type Response } from "express";
import { rpcCode, sendRpcError } from "./answers.ts";

export const maximumBodyBytes = 1024 * 1024;

/** The message of a request that went through {@link readMessage}. */
export function messageOf(res: Response): JSONRPCMessage {
  return res.locals.message as JSONRPCMessage;
}

/** What the bytes of a body are. */
export type ParsedBody =
  | { readonly message: JSONRPCMessage }
  | { readonly code: number; readonly problem: string; readonly id?: string | number };

/**
 * Reads one JSON-RPC message of MCP. Batches, which 2025-06-18 took out of MCP, are refused.
 *
 * @param bytes the body; UTF-8, and broken UTF-8 is an error: replaced characters would be passed on
 *   as if they had been sent
 */
export function parseMessage(bytes: Uint8Array): ParsedBody {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return { code: rpcCode.parseError, problem: "Parse error: the body is not JSON in UTF-8" };
  }
  if (Array.isArray(json)) {
    return {
      code: rpcCode.invalidRequest,
      problem: "Invalid Request: batches are not supported; send one message a request",
    };
  }
  const parsed = JSONRPCMessageSchema.safeParse(json);
  if (!parsed.success) {
    return {
      code: rpcCode.invalidRequest,
      problem: "Invalid Request: the body is not a JSON-RPC 2.0 message",
    };
  }
  const message = parsed.data;
  // Refused here, because the SDK would answer it as an internal error.
  if ("method" in message && message.method === "initialize" && !isInitializeRequest(message)) {
    return {
      code: rpcCode.invalidParams,
      problem: "Invalid params: initialize needs protocolVersion, capabilities and clientInfo",
      ...("id" in message && { id: message.id }),
    };
  }
  return { message };
}

/**
 * Reads the body of a request as one JSON-RPC message: 415 for anything but JSON in UTF-8, 413 over
 * {@link maximumBodyBytes}, 400 for what is no message.
 */
export function readMessage(): RequestHandler[] {
  const readBytes = express.raw({
    type: () => true,
    limit: maximumBodyBytes,
    // A compressed body may grow a thousandfold; nobody sends one.
    inflate: false,
  });
  return [
    (req, res, next) => {
      if (isJson(req.headers["content-type"])) return next();
      const wanted = "Unsupported Media Type: send Content-Type: application/json";
      sendRpcError(res, 415, rpcCode.serverError, wanted);
    },
    readBytes,
    (req, res, next) => {
      // Without a body there is no buffer.
      const parsed = parseMessage(req.body instanceof Uint8Array ? req.body : new Uint8Array());
      if ("problem" in parsed)
        return sendRpcError(res, 400, parsed.code, parsed.problem, parsed.id);
      res.locals.message = parsed.message;
      next();
    },
  ];
}

/**
 * Whether a Content-Type is JSON in UTF-8.
 *
 * @param header the header's value
 */
export function isJson(header: string | undefined): boolean {
  const [type = "", ...parameters] = (header ?? "").toLowerCase().split(";");
  if (type.trim() !== "application/json") return false;
  return parameters.every((parameter) => {
    const [name = "", value = ""] = parameter.split("=");
    return name.trim() !== "charset" || /^"?utf-?8"?$/.test(value.trim());
  });
}
