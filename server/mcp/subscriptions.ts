import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import {
  SubscribeRequestSchema,
  UnsubscribeRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import type { Caller } from "../auth/caller.ts";
import type { CallContext, ResourceFeature } from "./features.ts";
import { InvalidParamsError } from "./invalid-params-error.ts";

/** As many resources as one session may follow: what it is told costs the server memory. */
const mostOfASession = 256;

/** Which resources one session follows. */
export interface Subscriptions {
  has(uri: string): boolean;
  /** Follows none of them any more, since the session ends. */
  endAll(): void;
}

export const noSubscriptions: Subscriptions = { has: () => false, endAll: () => {} };

/**
 * Lets a session follow resources (MCP 2025-11-25, resources, "Subscriptions").
 *
 * @param owner whose session it is
 * @param contextOf packs what a handler is given of a request
 */
export function handleSubscriptions(
  server: Server,
  owner: Caller,
  { subscriptions }: ResourceFeature,
  contextOf: (extra: Parameters<Parameters<Server["setRequestHandler"]>[1]>[1]) => CallContext,
): Subscriptions {
  if (subscriptions === undefined) return noSubscriptions;
  const followed = new Set<string>();
  server.setRequestHandler(SubscribeRequestSchema, async ({ params: { uri } }, extra) => {
    if (followed.size >= mostOfASession && !followed.has(uri)) {
      throw new InvalidParamsError(`A session follows ${mostOfASession} resources at most`);
    }
    if (followed.has(uri)) return {};
    followed.add(uri);
    try {
      await subscriptions.begin(uri, contextOf(extra));
    } catch (error) {
      followed.delete(uri);
      throw error;
    }
    return {};
  });
  server.setRequestHandler(UnsubscribeRequestSchema, async ({ params: { uri } }) => {
    if (followed.delete(uri)) await subscriptions.end(uri, owner);
    return {};
  });
  return {
    has: (uri) => followed.has(uri),
    endAll() {
      for (const uri of followed) subscriptions.end(uri, owner).catch(() => {});
      followed.clear();
    },
  };
}
