import type { ServerResponse } from "node:http";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import { type ChallengedResource, formatChallenge } from "../auth/bearer.ts";
import type { ToolFeature } from "../mcp/features.ts";
import { describeInsufficientScope, insufficientScopeCode } from "../tools/registry.ts";
import { sendRpcError } from "./answers.ts";
import { callerOf, contextOf } from "./request-context.ts";

/**
 * Looks at a message before the MCP server does.
 *
 * @returns whether it may go on; if not, the request is answered
 */
export type MessageCheck = (message: JSONRPCMessage, res: ServerResponse) => boolean;

/**
 * Turns away the call of a tool that the caller's token does not reach: 403 with the scopes that a
 * token would need (RFC 6750, section 3.1; MCP 2025-11-25, authorization, "Scope Challenge
 * Handling"). Stands behind the bearer check and the reading of the message, and before the MCP
 * server, which could no longer choose the status.
 *
 * @param tools knows what each tool asks for
 * @param resource what the challenge speaks of
 */
export function requireScope(
  tools: Pick<ToolFeature, "findNeededScopes" | "noteRefused">,
  resource: ChallengedResource,
): MessageCheck {
  return (message, res) => {
    if (!("method" in message) || message.method !== "tools/call") return true;
    const name = message.params?.name;
    if (typeof name !== "string") return true;
    const neededScopes = tools.findNeededScopes(name, callerOf(res));
    if (neededScopes === null) return true;
    const context = contextOf(res);
    context.refusal = "insufficient-scope";
    tools.noteRefused?.(name, callerOf(res), context.requestId);
    const challenge = formatChallenge({
      error: "insufficient_scope",
      error_description: describeInsufficientScope(name),
      scope: neededScopes.join(" "),
      resource_metadata: resource.metadataUrl,
    });
    const id = "id" in message ? message.id : null;
    const problem = describeInsufficientScope(name);
    const headers = ["WWW-Authenticate", challenge];
    sendRpcError(res, 403, insufficientScopeCode, problem, id, headers);
    return false;
  };
}
