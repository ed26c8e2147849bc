import { CallToolRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import type { RequestHandler } from "express";
import { type ChallengedResource, formatChallenge } from "../auth/bearer.ts";
import type { ToolFeature } from "../mcp/features.ts";
import { describeInsufficientScope, insufficientScopeCode } from "../tools/registry.ts";
import { sendRpcError } from "./answers.ts";
import { messageOf } from "./json-rpc-body.ts";
import { callerOf, contextOf } from "./request-context.ts";

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
  tools: Pick<ToolFeature, "findNeededScopes">,
  resource: ChallengedResource,
): RequestHandler {
  return (_req, res, next) => {
    const message = messageOf(res);
    const call = CallToolRequestSchema.safeParse(message);
    if (!call.success) return next();
    const { name } = call.data.params;
    const neededScopes = tools.findNeededScopes(name, callerOf(res));
    if (neededScopes === null) return next();
    contextOf(res).refusal = "insufficient-scope";
    const challenge = formatChallenge({
      error: "insufficient_scope",
      error_description: describeInsufficientScope(name),
      scope: neededScopes.join(" "),
      resource_metadata: resource.metadataUrl,
    });
    res.setHeader("WWW-Authenticate", challenge);
    const id = "id" in message ? message.id : null;
    sendRpcError(res, 403, insufficientScopeCode, describeInsufficientScope(name), id);
  };
}
