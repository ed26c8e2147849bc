import { isUtf8 } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";
import {
  isInitializeRequest,
  type JSONRPCMessage,
  JSONRPCMessageSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { rpcCode, sendRpcError } from "./answers.ts";

/** Enough for a note of the greatest length, each of its characters escaped. */
export const maximumBodyBytes = 64 * 1024;

/** A session keeps what its `initialize` said about the client. */
const maximumInitializeBytes = 16 * 1024;

/** How a message is turned away. */
export interface WrongBody {
  readonly status: 400 | 413 | 415;
  readonly code: number;
  readonly problem: string;
  readonly id?: string | number;
}

/** What the bytes of a body are. */
export type ParsedBody = { readonly message: JSONRPCMessage } | WrongBody;

/**
 * Reads one JSON-RPC message of MCP. Batches, which 2025-06-18 took out of MCP, are refused.
 *
 * @param bytes the body; UTF-8, and broken UTF-8 is an error: replaced characters would be passed on
 *   as if they had been sent
 */
export function parseMessage(bytes: Buffer): ParsedBody {
  let json: unknown;
  try {
    if (!isUtf8(bytes)) throw new SyntaxError("No UTF-8");
    json = JSON.parse(bytes.toString("utf8"));
  } catch {
    return wrong(400, rpcCode.parseError, "Parse error: the body is not JSON in UTF-8");
  }
  if (Array.isArray(json)) {
    const problem = "Invalid Request: batches are not supported; send one message a request";
    return wrong(400, rpcCode.invalidRequest, problem);
  }
  const message = isPlainRequest(json) ? json : JSONRPCMessageSchema.safeParse(json).data;
  if (message === undefined) {
    const problem = "Invalid Request: the body is not a JSON-RPC 2.0 message";
    return wrong(400, rpcCode.invalidRequest, problem);
  }
  if (!("method" in message) || message.method !== "initialize") return { message };
  const id = "id" in message ? { id: message.id as string | number } : {};
  if (bytes.length > maximumInitializeBytes) {
    const problem = `Payload Too Large: an initialize has at most ${maximumInitializeBytes} bytes`;
    return { ...wrong(413, rpcCode.serverError, problem), ...id };
  }
  // Refused here, because the SDK would answer it as an internal error.
  if (!isInitializeRequest(message)) {
    const problem = "Invalid params: initialize needs protocolVersion, capabilities and clientInfo";
    return { ...wrong(400, rpcCode.invalidParams, problem), ...id };
  }
  return { message };
}

/**
 * Whether something is a request in its plainest form, which most are. For those it says what the
 * SDK's schema would say, in a hundredth of the time; whatever it does not know is the schema's.
 */
export function isPlainRequest(json: unknown): json is JSONRPCMessage {
  if (typeof json !== "object" || json === null) return false;
  const { jsonrpc, id, method, params, ...rest } = json as Record<string, unknown>;
  if (jsonrpc !== "2.0" || typeof method !== "string") return false;
  if (typeof id !== "string" && !Number.isSafeInteger(id)) return false;
  if (Object.keys(rest).length > 0) return false;
  if (params === undefined) return true;
  // What `_meta` may hold, the schema knows.
  return isObject(params) && !("_meta" in params);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function wrong(status: WrongBody["status"], code: number, problem: string): WrongBody {
  return { status, code, problem };
}

/**
 * Reads the body of a request as one JSON-RPC message: 415 for anything but uncompressed JSON in
 * UTF-8, 413 over {@link maximumBodyBytes}, 400 for what is no message.
 *
 * @returns the message; null when the request is answered, or its client gone
 */
export async function readMessage(
  req: IncomingMessage,
  res: ServerResponse,
): Promise<JSONRPCMessage | null> {
  const parsed = findWrongHeader(req) ?? parseBody(await readBytes(req));
  if (parsed === null) return null;
  if ("message" in parsed) return parsed.message;
  const { status, code, problem, id } = parsed;
  // The rest of a body that was not taken is not worth reading.
  sendRpcError(res, status, code, problem, id, req.complete ? [] : ["Connection", "close"]);
  return null;
}

/** A compressed body may grow a thousandfold; nobody sends one. */
function findWrongHeader({ headers }: IncomingMessage): WrongBody | null {
  if (!isJson(headers["content-type"])) {
    const wanted = "Unsupported Media Type: send Content-Type: application/json";
    return wrong(415, rpcCode.serverError, wanted);
  }
  const encoding = headers["content-encoding"];
  if (encoding !== undefined && encoding.toLowerCase() !== "identity") {
    const wanted = "Unsupported Media Type: send the body uncompressed";
    return wrong(415, rpcCode.serverError, wanted);
  }
  if (Number(headers["content-length"] ?? 0) > maximumBodyBytes) return tooLarge;
  return null;
}

const tooLarge = wrong(
  413,
  rpcCode.serverError,
  `Payload Too Large: at most ${maximumBodyBytes} bytes`,
);

function parseBody(body: Buffer | "too-large" | "aborted"): ParsedBody | null {
  if (body === "aborted") return null;
  return body === "too-large" ? tooLarge : parseMessage(body);
}

function readBytes(req: IncomingMessage): Promise<Buffer | "too-large" | "aborted"> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    req.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length <= maximumBodyBytes) return chunks.push(chunk);
      chunks.length = 0;
      resolve("too-large");
    });
    req.on("end", () =>
      resolve(chunks.length === 1 ? (chunks[0] ?? empty) : Buffer.concat(chunks)),
    );
    // Comes after the end as well, when nobody waits any more.
    req.on("close", () => resolve("aborted"));
  });
}

const empty = Buffer.alloc(0);

/**
 * Whether a Content-Type is JSON in UTF-8.
 *
 * @param header the header's value
 */
export function isJson(header: string | undefined): boolean {
  if (header === "application/json") return true;
  const [type = "", ...parameters] = (header ?? "").toLowerCase().split(";");
  if (type.trim() !== "application/json") return false;
  return parameters.every((parameter) => {
    const [name = "", value = ""] = parameter.split("=");
    return name.trim() !== "charset" || /^"?utf-?8"?$/.test(value.trim());
  });
}
