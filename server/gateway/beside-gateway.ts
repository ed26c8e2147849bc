import type { Features } from "../mcp/features.ts";
import { InvalidParamsError } from "../mcp/invalid-params-error.ts";
import { splitName, splitUri } from "./names.ts";

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
      noteRefused: (name, caller, requestId) =>
        ownerOf(name).tools.noteRefused?.(name, caller, requestId),
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
      subscriptions: {
        begin: (uri, follower, context) =>
          subscriptionsOf(ownerOfUri(uri)).begin(uri, follower, context),
        resume: (uri, follower) =>
          ownerOfUri(uri).resources.subscriptions?.resume(uri, follower) ?? false,
        end: (uri, follower) => subscriptionsOf(ownerOfUri(uri)).end(uri, follower),
      },
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

function subscriptionsOf({ resources: { subscriptions } }: Pick<Required<Features>, "resources">) {
  if (subscriptions !== undefined) return subscriptions;
  throw new InvalidParamsError("This resource cannot be followed");
}
