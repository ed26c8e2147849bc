import { randomUUID } from "node:crypto";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { JSONRPCMessage, MessageExtraInfo } from "@modelcontextprotocol/sdk/types.js";

/** An id that no client uses. */
const retoldId = randomUUID();

/**
 * Tells an MCP server what its session has heard already, in an earlier process: requests that no
 * client waits for, one at a time.
 */
export class Retelling {
  readonly #transport: Transport;
  readonly #extra: MessageExtraInfo;
  #heard: (response: JSONRPCMessage) => void = () => {};

  /**
   * @param transport that of the session, whose responses are to be shown to {@link takes}
   * @param extra what goes with each request
   */
  constructor(transport: Transport, extra: MessageExtraInfo) {
    this.#transport = transport;
    this.#extra = extra;
  }

  /** @returns the response, which may be an error */
  tell(method: string, params: Readonly<Record<string, unknown>>): Promise<JSONRPCMessage> {
    return new Promise((resolve) => {
      this.#heard = resolve;
      const request = { jsonrpc: "2.0" as const, id: retoldId, method, params };
      this.#transport.onmessage?.(request, this.#extra);
    });
  }

  /** Takes a response if it is to what was told, and so for nobody else. */
  takes(response: JSONRPCMessage): boolean {
    if (!("id" in response) || response.id !== retoldId) return false;
    this.#heard(response);
    return true;
  }
}
