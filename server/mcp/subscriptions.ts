import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import {
  SubscribeRequestSchema,
  UnsubscribeRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import type { CallContext, ResourceFeature } from "./features.ts";
import { InvalidParamsError } from "./invalid-params-error.ts";

/** As many resources as one session may follow: what it is told costs the server memory. */
const mostOfASession = 256;

/** Which resources one session follows. */
export interface Subscriptions {
  has(uri: string): boolean;
}

/**
 * Lets a session follow resources (MCP 2025-11-25, resources, "Subscriptions").
 *
 * @param contextOf packs what a handler is given of a request
 */
export function handleSubscriptions(
  server: Server,
  { subscriptions }: ResourceFeature,
  contextOf: (extra: Parameters<Parameters<Server["setRequestHandler"]>[1]>[1]) => CallContext,
): Subscriptions {
  const followed = new Set<string>();
  if (subscriptions === undefined) return followed;
  server.setRequestHandler(SubscribeRequestSchema, async ({ params: { uri } }, extra) => {
    if (followed.size >= mostOfASession && !followed.has(uri)) {
      throw new InvalidParamsError(`A session follows ${mostOfASession} resources at most`);
    }
    await subscriptions.begin(uri, contextOf(extra));
    followed.add(uri);
    return {};
  });
  server.setRequestHandler(UnsubscribeRequestSchema, async ({ params: { uri } }, extra) => {
    if (followed.delete(uri)) await subscriptions.end(uri, contextOf(extra));
    return {};
  });
  return followed;
}
