import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import {
  SubscribeRequestSchema,
  UnsubscribeRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import type { Caller } from "../auth/caller.ts";
import type { CallContext, Follower, ResourceFeature } from "./features.ts";
import { InvalidParamsError } from "./invalid-params-error.ts";

/** As many resources as one session may follow: they cost the server memory and disk. */
const mostOfASession = 256;
const longestUri = 2_048;

/**
 * Told that a session follows a resource from now on, or no longer, before its client hears of it. That it
 * no longer does may be told of what it did not follow.
 */
export type FollowNoted = (uri: string, isFollowed: boolean) => Promise<void>;

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
 * @param noted told of what changes
 * @param before what the session followed in an earlier process
 */
export function handleSubscriptions(
  server: Server,
  owner: Caller,
  { subscriptions }: ResourceFeature,
  contextOf: (extra: Parameters<Parameters<Server["setRequestHandler"]>[1]>[1]) => CallContext,
  noted: FollowNoted,
  before: readonly string[],
): Subscriptions {
  if (subscriptions === undefined) return noSubscriptions;
  const follower: Follower = { owner };
  // At once, so that the client's next request, which may end it, finds it.
  const followed = new Set(before.filter((uri) => subscriptions.resume(uri, follower)));
  const beginning = new Map<string, Promise<void>>();
  const begin = async (uri: string, context: CallContext) => {
    followed.add(uri);
    try {
      await subscriptions.begin(uri, follower, context);
    } catch (error) {
      followed.delete(uri);
      throw error;
    }
  };
  server.setRequestHandler(SubscribeRequestSchema, async ({ params: { uri } }, extra) => {
    if (followed.size >= mostOfASession && !followed.has(uri)) {
      throw new InvalidParamsError(`A session follows ${mostOfASession} resources at most`);
    }
    if (uri.length > longestUri) {
      throw new InvalidParamsError(`A URI that is followed has ${longestUri} characters at most`);
    }
    // Whoever asks twice at once gets one answer. Later the resource may have gone: it is begun again.
    const begun = beginning.get(uri) ?? begin(uri, contextOf(extra));
    beginning.set(uri, begun);
    try {
      await begun;
    } finally {
      if (beginning.get(uri) === begun) beginning.delete(uri);
    }
    if (followed.has(uri)) await noted(uri, true);
    return {};
  });
  server.setRequestHandler(UnsubscribeRequestSchema, async ({ params: { uri } }) => {
    if (followed.delete(uri)) {
      beginning.delete(uri);
      await subscriptions.end(uri, follower);
    }
    // Also of what could not be resumed, which would be tried again in the next process.
    await noted(uri, false);
    return {};
  });
  return {
    has: (uri) => followed.has(uri),
    endAll() {
      for (const uri of followed) subscriptions.end(uri, follower).catch(() => {});
      followed.clear();
    },
  };
}
