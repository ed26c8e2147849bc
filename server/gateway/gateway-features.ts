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
import { judge } from "../auth/policy.ts";
import type {
  CallContext,
  CompletionFeature,
  Features,
  PromptFeature,
  ResourceFeature,
  ToolFeature,
} from "../mcp/features.ts";
import type { Metrics } from "../metrics.ts";
import { InsufficientScopeError, UnknownToolError } from "../tools/registry.ts";
import type { AuditEntry, AuditLog } from "./audit-log.ts";
import { qualifyName, qualifyUri, qualifyUris, splitName, splitUri } from "./names.ts";
import type { UpstreamDefinition } from "./servers-file.ts";
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

/**
 * Offers what this server has and what the servers behind it have as one. Only the names of the latter
 * have a point in them, and only their addresses a plus sign in the scheme.
 */
export function besideGateway(
  own: Required<Omit<Features, "subscribe">>,
  gateway: Required<Features>,
): Required<Features> {
  const ownerOf = (name: string) => (splitName(name) === null ? own : gateway);
  const ownerOfUri = (uri: string) => (splitUri(uri) === null ? own : gateway);
  return {
    subscribe: gateway.subscribe,
    tools: {
      list: (caller) => joined(own.tools.list(caller), gateway.tools.list(caller)),
      findNeededScopes: (name, caller) => ownerOf(name).tools.findNeededScopes(name, caller),
      call: (name, args, context) => ownerOf(name).tools.call(name, args, context),
    },
    prompts: {
      list: (caller) => joined(own.prompts.list(caller), gateway.prompts.list(caller)),
      get: (name, args, context) => ownerOf(name).prompts.get(name, args, context),
    },
    resources: {
      list: (caller) => joined(own.resources.list(caller), gateway.resources.list(caller)),
      listTemplates: (caller) =>
        joined(own.resources.listTemplates(caller), gateway.resources.listTemplates(caller)),
      read: (uri, context) => ownerOfUri(uri).resources.read(uri, context),
    },
    complete(params, context) {
      const { ref } = params;
      const owner = ref.type === "ref/prompt" ? ownerOf(ref.name) : ownerOfUri(ref.uri);
      return owner.complete(params, context);
    },
  };
}

async function joined<Item>(
  own: Promise<readonly Item[]>,
  others: Promise<readonly Item[]>,
): Promise<Item[]> {
  return (await Promise.all([own, others])).flat();
}

function toolsOf(upstreams: Upstreams, { audit, metrics, activity }: GatewayParts): ToolFeature {
  const judgeTool = (name: string, caller: Caller) => {
    const [prefix, own] = splitName(name) ?? ["", ""];
    const definition = upstreams.find(prefix)?.definition;
    return definition === undefined ? "hidden" : judge(accessTo(own, definition), caller);
  };
  return {
    async list(caller) {
      const found = await upstreams.catalogues(caller);
      return found.flatMap(([definition, { tools }]) =>
        tools
          .filter(({ name }) => judge(accessTo(name, definition), caller) === "allowed")
          .map((tool) => ({ ...tool, name: qualifyName(definition.name, tool.name) })),
      );
    },
    findNeededScopes(name, caller) {
      const judgement = judgeTool(name, caller);
      return typeof judgement === "string" ? null : judgement.neededScopes;
    },
    async call(name, args, context) {
      const { caller, requestId, signal } = context;
      const judgement = judgeTool(name, caller);
      if (typeof judgement === "object") {
        throw new InsufficientScopeError(name, judgement.neededScopes);
      }
      const [prefix, own] = splitName(name) ?? ["", ""];
      const upstream = upstreams.find(prefix);
      if (judgement === "hidden" || upstream === undefined) throw new UnknownToolError(name);
      const given = (args ?? {}) as Record<string, unknown>;
      const isOver = activity.begin();
      const startedAt = performance.now();
      let outcome: AuditEntry["outcome"] = "unavailable";
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
      }
    },
  };
}

function promptsOf(upstreams: Upstreams, activity: Activity): PromptFeature {
  return {
    async list(caller) {
      const found = await upstreams.catalogues(caller);
      return found
        .filter(([definition]) => isUsable(definition, caller))
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
    (await upstreams.catalogues(caller)).filter(([definition]) => isUsable(definition, caller));
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

/** Whoever may not use an upstream is answered as if there were none. */
async function ask(
  upstreams: Upstreams,
  activity: Activity,
  address: readonly [upstream: string, own: string] | null,
  context: CallContext,
  request: (own: string) => ClientRequest,
): Promise<Record<string, unknown>> {
  const [prefix, own] = address ?? ["", ""];
  const upstream = upstreams.find(prefix);
  if (upstream === undefined || !isUsable(upstream.definition, context.caller)) {
    throw new McpError(ErrorCode.InvalidParams, "There is none of that name");
  }
  const isOver = activity.begin();
  try {
    return qualifyUris(prefix, await upstream.ask(request(own), context));
  } finally {
    isOver();
  }
}

function accessTo(tool: string, { access, toolAccess }: UpstreamDefinition) {
  return toolAccess.get(tool) ?? access;
}

function isUsable({ access }: UpstreamDefinition, caller: Caller): boolean {
  return judge(access, caller) === "allowed";
}
