import {
  type CallToolResult,
  type ClientRequest,
  type CompleteResult,
  ErrorCode,
  type GetPromptResult,
  McpError,
  type ReadResourceResult,
} from "@modelcontextprotocol/sdk/types.js";
import type { Activity } from "../activity.ts";
import type { Caller } from "../auth/caller.ts";
import type {
  CallContext,
  CompletionFeature,
  Features,
  PromptFeature,
  ResourceFeature,
  ToolFeature,
} from "../mcp/features.ts";
import type { Metrics, ToolCallOutcome } from "../metrics.ts";
import { InsufficientScopeError, UnknownToolError } from "../tools/registry.ts";
import { judgeTool, mayUse } from "./access.ts";
import type { AuditEntry, AuditLog } from "./audit-log.ts";
import { qualifyName, qualifyUri, qualifyUris, splitName, splitUri } from "./names.ts";
import type { Upstream } from "./upstream.ts";
import type { Upstreams } from "./upstreams.ts";

export interface GatewayParts {
  readonly audit: AuditLog;
  readonly metrics: Metrics;
  readonly activity: Activity;
}

/**
 * What the servers behind this one offer, under their names, to the callers whom the servers file lets
 * use it. They learn who calls only as far as that file says, and never see a token.
 */
export function createGatewayFeatures(
  upstreams: Upstreams,
  parts: GatewayParts,
): Required<Features> {
  return {
    tools: toolsOf(upstreams, parts),
    prompts: promptsOf(upstreams, parts.activity),
    resources: resourcesOf(upstreams, parts.activity),
    complete: completionOf(upstreams, parts.activity),
    subscribe: (listener) => upstreams.subscribe(listener),
  };
}

function toolsOf(upstreams: Upstreams, { audit, metrics, activity }: GatewayParts): ToolFeature {
  return {
    async list(caller) {
      const found = await upstreams.catalogues(caller);
      return found.flatMap(([definition, { tools }]) =>
        tools
          .filter(({ name }) => judgeTool(name, definition, caller) === "allowed")
          .map((tool) => ({ ...tool, name: qualifyName(definition.name, tool.name) })),
      );
    },
    findNeededScopes(name, caller) {
      const [prefix, own] = splitName(name) ?? ["", ""];
      const definition = upstreams.find(prefix)?.definition;
      const judgement = definition === undefined ? "hidden" : judgeTool(own, definition, caller);
      return typeof judgement === "string" ? null : judgement.neededScopes;
    },
    noteRefused(name, { subject, username, clientId }, requestId) {
      const [upstream, own] = splitName(name) ?? ["", ""];
      const tool = own.slice(0, 128);
      const who = { requestId, subject, username, clientId };
      audit.write({ ...who, upstream, tool, outcome: "denied", milliseconds: 0 });
    },
    async call(name, args, context) {
      const { caller, requestId, signal } = context;
      const [prefix, own] = splitName(name) ?? ["", ""];
      const upstream = upstreams.find(prefix);
      if (upstream === undefined) throw new UnknownToolError(name);
      const given = (args ?? {}) as Record<string, unknown>;
      const startedAt = performance.now();
      const record = (outcome: AuditEntry["outcome"]) => {
        const { subject, username, clientId } = caller;
        audit.write({
          requestId,
          subject,
          username,
          clientId,
          upstream: prefix,
          tool: own.slice(0, 128),
          outcome,
          milliseconds: Math.round(performance.now() - startedAt),
          ...(upstream.definition.auditsArguments && { arguments: given }),
        });
      };
      const judgement = judgeTool(own, upstream.definition, caller);
      if (judgement !== "allowed") {
        // The caller is not to learn that there is such a tool; whoever reads the log is to learn of the attempt.
        record("denied");
        if (judgement === "hidden") throw new UnknownToolError(name);
        throw new InsufficientScopeError(name, judgement.neededScopes);
      }
      const isOver = activity.begin();
      let outcome: ToolCallOutcome & AuditEntry["outcome"] = "unavailable";
      try {
        const params = { name: own, arguments: given };
        const result = await upstream.ask({ method: "tools/call", params }, context);
        outcome = result.isError === true ? "failed" : "done";
        return qualifyUris(prefix, result) as CallToolResult;
      } catch (error) {
        if (signal.aborted) outcome = "cancelled";
        throw error;
      } finally {
        isOver();
        // The tool's own name is whatever the caller wrote: too many values for a metric.
        metrics.countToolCall(`${prefix}.*`, outcome);
        record(outcome);
      }
    },
  };
}

function promptsOf(upstreams: Upstreams, activity: Activity): PromptFeature {
  return {
    async list(caller) {
      const found = await upstreams.catalogues(caller);
      return found
        .filter(([definition]) => mayUse(definition, caller))
        .flatMap(([{ name }, { prompts }]) =>
          prompts.map((prompt) => ({ ...prompt, name: qualifyName(name, prompt.name) })),
        );
    },
    async get(name, args, context) {
      const result = await ask(upstreams, activity, splitName(name), context, (own) => ({
        method: "prompts/get",
        params: { name: own, arguments: { ...args } },
      }));
      return result as GetPromptResult;
    },
  };
}

function resourcesOf(upstreams: Upstreams, activity: Activity): ResourceFeature {
  const usable = async (caller: Caller) =>
    (await upstreams.catalogues(caller)).filter(([definition]) => mayUse(definition, caller));
  return {
    list: async (caller) =>
      (await usable(caller)).flatMap(([{ name }, { resources }]) =>
        resources.map((resource) => ({ ...resource, uri: qualifyUri(name, resource.uri) })),
      ),
    listTemplates: async (caller) =>
      (await usable(caller)).flatMap(([{ name }, { resourceTemplates }]) =>
        resourceTemplates.map((template) => ({
          ...template,
          uriTemplate: qualifyUri(name, template.uriTemplate),
        })),
      ),
    async read(uri, context) {
      const result = await ask(upstreams, activity, splitUri(uri), context, (own) => ({
        method: "resources/read",
        params: { uri: own },
      }));
      return result as ReadResourceResult;
    },
    subscriptions: {
      async begin(uri, follower, context) {
        const [upstream, own] = usableUpstream(upstreams, splitUri(uri), context.caller);
        await upstream.follow(own, follower, context);
      },
      resume(uri, follower) {
        const [prefix, own] = splitUri(uri) ?? ["", ""];
        const upstream = upstreams.find(prefix);
        if (upstream === undefined || !mayUse(upstream.definition, follower.owner)) return false;
        upstream.resumeFollowing(own, follower);
        return true;
      },
      async end(uri, follower) {
        const [prefix, own] = splitUri(uri) ?? ["", ""];
        upstreams.unfollow(prefix, own, follower);
      },
    },
  };
}

function completionOf(upstreams: Upstreams, activity: Activity): CompletionFeature {
  return async ({ ref, argument, context: resolved }, context) => {
    const address = ref.type === "ref/prompt" ? splitName(ref.name) : splitUri(ref.uri);
    const result = await ask(upstreams, activity, address, context, (own) => ({
      method: "completion/complete",
      params: {
        ref: ref.type === "ref/prompt" ? { ...ref, name: own } : { ...ref, uri: own },
        argument,
        ...(resolved !== undefined && { context: resolved }),
      },
    }));
    return result as CompleteResult;
  };
}

type Address = readonly [upstream: string, own: string];

/** Whoever may not use an upstream is answered as if there were none. */
function usableUpstream(
  upstreams: Upstreams,
  address: Address | null,
  caller: Caller,
): readonly [Upstream, own: string] {
  const [prefix, own] = address ?? ["", ""];
  const upstream = upstreams.find(prefix);
  if (upstream === undefined || !mayUse(upstream.definition, caller)) {
    throw new McpError(ErrorCode.InvalidParams, "There is none of that name");
  }
  return [upstream, own];
}

async function ask(
  upstreams: Upstreams,
  activity: Activity,
  address: Address | null,
  context: CallContext,
  request: (own: string) => ClientRequest,
): Promise<Record<string, unknown>> {
  const [upstream, own] = usableUpstream(upstreams, address, context.caller);
  const isOver = activity.begin();
  try {
    return qualifyUris(upstream.definition.name, await upstream.ask(request(own), context));
  } finally {
    isOver();
  }
}
