import type { Logger } from "@cleanauth/common/log.ts";
import type { CallToolResult, Tool as ListedTool } from "@modelcontextprotocol/sdk/types.js";
import type { Activity } from "../activity.ts";
import type { Caller } from "../auth/caller.ts";
import { judge } from "../auth/policy.ts";
import type { ToolFeature } from "../mcp/features.ts";
import { InvalidParamsError } from "../mcp/invalid-params-error.ts";
import type { Metrics } from "../metrics.ts";
import type { Tool, ToolOutcome } from "./tool.ts";

/** MCP answers an unknown tool with "invalid params". */
export class UnknownToolError extends InvalidParamsError {
  /** @param name the name that was called; cut, since it may be anything */
  constructor(name: string) {
    super(`Unknown tool: ${name.slice(0, 64)}`);
  }
}

/** A call that the caller's token is not good enough for. */
export class InsufficientScopeError extends Error {
  readonly code = insufficientScopeCode;
  readonly data: { readonly error: "insufficient_scope"; readonly scope: string };

  /** @param neededScopes all that a token would need to hold */
  constructor(tool: string, neededScopes: readonly string[]) {
    super(describeInsufficientScope(tool));
    this.data = { error: "insufficient_scope", scope: neededScopes.join(" ") };
  }
}

/** JSON-RPC leaves -32000 to -32099 to servers. */
export const insufficientScopeCode = -32003;

/** Tells people what is missing. */
export function describeInsufficientScope(tool: string): string {
  return `The access token does not allow ${tool}: sign in with the scope that it needs, or have yourself added to a group that may use it`;
}

/**
 * Makes the registry of the server's own tools, shared by all sessions. Knows no transport. A call
 * fails with {@link UnknownToolError} when there is no such tool, or none for this caller: they read
 * alike; and with {@link InsufficientScopeError} when the caller's token lacks the tool's scope.
 *
 * @param tools the tools; no two of one name
 * @param parts.activity told of each call that is under way
 */
export function createToolRegistry(
  tools: readonly Tool[],
  parts: { readonly metrics: Metrics; readonly logger: Logger; readonly activity: Activity },
): ToolFeature {
  const { metrics, logger, activity } = parts;
  const byName = new Map(tools.map((tool) => [tool.name, { tool, listed: describe(tool) }]));
  const findNeededScopes = (name: string, caller: Caller) => {
    const tool = byName.get(name)?.tool;
    const judgement = tool === undefined ? "hidden" : judge(tool.access, caller);
    return typeof judgement === "string" ? null : judgement.neededScopes;
  };
  return {
    list: async (caller) =>
      [...byName.values()]
        .filter(({ tool }) => judge(tool.access, caller) === "allowed")
        .map(({ listed }) => listed),
    findNeededScopes,
    async call(name, args, context) {
      const { caller, requestId } = context;
      const neededScopes = findNeededScopes(name, caller);
      if (neededScopes !== null) throw new InsufficientScopeError(name, neededScopes);
      const tool = byName.get(name)?.tool;
      if (tool === undefined || judge(tool.access, caller) !== "allowed") {
        throw new UnknownToolError(name);
      }
      const isOver = activity.begin();
      try {
        const outcome = await tool.call(args, caller, context);
        metrics.countToolCall(name, outcome.kind);
        return toResult(outcome);
      } catch (error) {
        const isCancelled = context.signal.aborted;
        metrics.countToolCall(name, isCancelled ? "cancelled" : "defect");
        if (isCancelled) throw error;
        logger.error({ err: error, tool: name, requestId, subject: caller.subject }, "tool failed");
        return failure(`${name} failed unexpectedly. The server's log has it under ${requestId}.`);
      } finally {
        isOver();
      }
    },
  };
}

function describe(tool: Tool): ListedTool {
  const { name, title, description, annotations, inputSchema, outputSchema } = tool;
  return {
    name,
    title,
    description,
    annotations: { title, ...annotations },
    inputSchema: inputSchema as ListedTool["inputSchema"],
    outputSchema: outputSchema as NonNullable<ListedTool["outputSchema"]>,
  };
}

/**
 * Arguments that do not fit are a result, not a JSON-RPC error, so that the model sees them and can
 * correct itself (MCP 2025-11-25, tools, "Error Handling").
 */
function toResult(outcome: ToolOutcome): CallToolResult {
  if (outcome.kind !== "done") return failure(outcome.text);
  return {
    content: [{ type: "text", text: outcome.text }],
    structuredContent: { ...outcome.structured },
  };
}

function failure(text: string): CallToolResult {
  return { content: [{ type: "text", text }], isError: true };
}
