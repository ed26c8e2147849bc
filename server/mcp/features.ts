import type { RequestHandlerExtra } from "@modelcontextprotocol/sdk/shared/protocol.js";
import type {
  CallToolResult,
  CompleteRequest,
  CompleteResult,
  GetPromptResult,
  Tool as ListedTool,
  ListPromptsResult,
  ListResourcesResult,
  ListResourceTemplatesResult,
  LoggingLevel,
  ProgressToken,
  ReadResourceResult,
  ServerNotification,
  ServerRequest,
} from "@modelcontextprotocol/sdk/types.js";
import type { Caller } from "../auth/caller.ts";

/** Whose request is being answered, and the way back to the client while it is. */
export interface CallContext {
  readonly caller: Caller;
  /** The HTTP request's id, which logs and unexpected failures quote. */
  readonly requestId: string;
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  readonly client: ClientLink;
}

/** What a handler may send to the client that waits for its answer. */
export interface ClientLink {
  /** Under this token the client wants to hear of progress; absent when it does not. */
  readonly progressToken: ProgressToken | undefined;
  readonly notify: Extra["sendNotification"];
  /** Fails when the client has not declared the capability that the request needs. */
  readonly request: Extra["sendRequest"];
  /**
   * Ends the stream of this answer while the work goes on: the client comes back for the rest (MCP
   * 2025-11-25, transports; SEP-1699). Does nothing where a client or a transport knows no such thing.
   */
  readonly closeStream: () => void;
}

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

/** Tools, whoever has them. What is listed and called depends on the caller of the very request. */
export interface ToolFeature {
  list(caller: Caller): Promise<readonly ListedTool[]>;
  /**
   * The scopes that a caller's token would need for a call of a tool; null when it has them, or when
   * this caller is not to know of the tool.
   */
  findNeededScopes(name: string, caller: Caller): readonly string[] | null;
  /** Told of a call that was turned away for {@link findNeededScopes}, and so is not made. */
  noteRefused?(name: string, caller: Caller, requestId: string): void;
  /**
   * @param args whatever the client sent
   * @throws an error with a JSON-RPC `code` when there is no such tool for this caller
   */
  call(name: string, args: unknown, context: CallContext): Promise<CallToolResult>;
}

/** Prompts, whoever has them. */
export interface PromptFeature {
  list(caller: Caller): Promise<ListPromptsResult["prompts"]>;
  get(
    name: string,
    args: Readonly<Record<string, string>>,
    context: CallContext,
  ): Promise<GetPromptResult>;
}

/** A session that follows resources. The object itself tells it from its owner's other sessions. */
export interface Follower {
  readonly owner: Caller;
}

/** Resources and the templates of their addresses, whoever has them. */
export interface ResourceFeature {
  list(caller: Caller): Promise<ListResourcesResult["resources"]>;
  listTemplates(caller: Caller): Promise<ListResourceTemplatesResult["resourceTemplates"]>;
  read(uri: string, context: CallContext): Promise<ReadResourceResult>;
  /** How sessions follow resources: each change is a {@link FeatureEvent}. Absent where none changes. */
  readonly subscriptions?: {
    /**
     * May be called again for what the session follows already.
     *
     * @throws when there is no such resource for this caller
     */
    begin(uri: string, follower: Follower, context: CallContext): Promise<void>;
    /**
     * Goes on with what a session followed in an earlier process, from the moment on at which whoever
     * offers it can be reached. Nobody waits for that.
     *
     * @returns whether its owner may follow it still
     */
    resume(uri: string, follower: Follower): boolean;
    /** Called as well when a session ends, for each resource that it follows or is about to. */
    end(uri: string, follower: Follower): Promise<void>;
  };
}

/** Completion of the arguments of prompts and resource templates. */
export type CompletionFeature = (
  params: CompleteRequest["params"],
  context: CallContext,
) => Promise<CompleteResult>;

/** What changes or happens outside of any request, told to every session that it concerns. */
export type FeatureEvent = (
  | { readonly kind: "tools-changed" }
  | { readonly kind: "prompts-changed" }
  | { readonly kind: "resources-changed" }
  /** Told to the sessions that follow the resource. */
  | { readonly kind: "resource-updated"; readonly uri: string }
  | {
      readonly kind: "log";
      readonly level: LoggingLevel;
      readonly logger: string;
      readonly data: unknown;
    }
) & {
  /** Whether the sessions of a caller may hear of it; absent where all may. */
  readonly isFor?: (owner: Caller) => boolean;
};

/** What the server offers, besides what its transports do. Absent is what it does not offer. */
export interface Features {
  readonly tools: ToolFeature;
  readonly prompts?: PromptFeature;
  readonly resources?: ResourceFeature;
  readonly complete?: CompletionFeature;
  /**
   * Calls back for every {@link FeatureEvent}.
   *
   * @returns ends that
   */
  readonly subscribe?: (listener: (event: FeatureEvent) => void) => () => void;
}
