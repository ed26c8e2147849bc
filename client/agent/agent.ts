import type { LocalizedText } from "../chat/language.ts";
import type { Elicitation, ElicitationAnswer } from "./elicitation.ts";
import type { Completed } from "./mcp-content.ts";
import type { Attachment, Message } from "./message.ts";
import type { Offers } from "./offers.ts";

/** What an answer is made of, in the order in which it arrives. */
export type AgentEvent =
  /** A piece of the model's text. */
  | { type: "text"; text: string }
  | ({ type: "tool_call" } & ToolCall)
  | {
      type: "tool_result";
      id: string;
      name: string;
      outcome: "ok" | "error" | "declined";
      /** The text parts of the result, joined; already free of control characters. */
      text: string;
      structuredContent?: Readonly<Record<string, unknown>>;
      durationMilliseconds: number;
    }
  /** Something the user should know, such as a bound that was reached. */
  | { type: "notice"; text: LocalizedText }
  /** The model could not be asked just now, and is asked again by itself. */
  | { type: "retrying"; reason: LocalizedText; delayMilliseconds: number }
  | { type: "done"; stopReason: string; usage: TokenUsage; rounds: number };

export interface ToolCall {
  id: string;
  /** The tool's name on the MCP server. */
  name: string;
  arguments: Readonly<Record<string, unknown>>;
}

export interface TokenUsage {
  inputTokens: number;
  outputTokens: number;
  /** Of what was sent, what was read from the prompt cache, and what was written to it. */
  cacheReadInputTokens?: number;
  cacheWriteInputTokens?: number;
}

/** A tool as the MCP server lists it. */
export interface Tool {
  name: string;
  title?: string;
  description: string;
  inputSchema: Readonly<Record<string, unknown>>;
  readOnly: boolean;
  destructive: boolean;
}

/** Told how far a call is, in words that may be shown. */
export type ProgressObserver = (text: string) => void;

/** What the server does unasked; texts may be shown. */
export type ServerEvent =
  | { type: "logged"; level: string; text: string }
  /** Answered once; null declines what asks for a secret. */
  | {
      type: "elicited";
      elicitation: Elicitation | null;
      answer: (answer: ElicitationAnswer) => void;
    }
  /** Tools, prompts or resources were listed anew. */
  | { type: "offers_changed" }
  /** `away` until it answers again; it is tried by itself. */
  | { type: "reachable"; state: "connected" | "away" };

/** A live MCP session, whose caller is a signed-in user. */
export interface McpConnection {
  readonly serverName: string;
  readonly serverVersion: string;
  readonly protocolVersion: string;
  /** The tools as last listed; kept current when the server says that they changed. */
  tools(): readonly Tool[];
  /**
   * @throws AppError `server_…` when the server is out of reach or refuses the caller. A tool that
   *   fails is a result, not an exception.
   */
  callTool(
    name: string,
    toolArguments: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
    onProgress?: ProgressObserver,
  ): Promise<ToolResult>;
  /**
   * Prompts and resources as last listed, which is done beside everything else, and where somebody is
   * told of it; kept current when the server says that they changed.
   */
  offers(): Offers;
  /**
   * Has a prompt filled in.
   *
   * @returns messages whose roles take turns, the user's first and last
   * @throws AppError `server_…`; `interrupted` when the signal stopped it
   */
  getPrompt(
    name: string,
    promptArguments: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<readonly Message[]>;
  /**
   * Reads a resource.
   *
   * @throws AppError `server_…`; `interrupted` when the signal stopped it
   */
  readResource(uri: string, signal: AbortSignal): Promise<readonly Attachment[]>;
  /**
   * What an argument of a prompt, or a variable of a resource's address, may become.
   *
   * @param argument its name, and what was typed of it
   * @param others what was filled in before
   * @throws AppError `server_…`; `interrupted` when the signal stopped it
   */
  complete(
    of: Completed,
    argument: { readonly name: string; readonly value: string },
    others: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<readonly string[]>;
  /** Ends the session on the server; never fails. */
  close(): Promise<void>;
}

export interface ToolResult {
  isError: boolean;
  text: string;
  structuredContent?: Readonly<Record<string, unknown>>;
}

/** A question and all that was said up to its answer. */
export type Exchange = readonly Message[];

/** How a question is answered. */
export interface AskOptions {
  /** Stops the answer. */
  readonly signal: AbortSignal;
  /** Asked before a tool that is not read-only runs. */
  readonly approve: (call: ToolCall, tool: Tool) => Promise<boolean>;
  /** Told how far a tool is, in words that may be shown. */
  readonly onProgress?: (callId: string, text: string) => void;
}

/** A conversation with the model, its history included. */
export interface Conversation {
  /**
   * Asks the model, runs the tools it calls and asks again until it is done.
   *
   * The history is sound after every outcome: an answer that failed or was stopped leaves nothing
   * half-said behind.
   *
   * @param question the user's words, or messages of which the last one is the user's
   * @throws AppError `model_…` or `server_…`; `interrupted` when the signal stopped it
   */
  ask(question: string | readonly Message[], options: AskOptions): AsyncIterable<AgentEvent>;
  /**
   * Asks the last question once more. Its answer takes the place of the one before, if there was one;
   * until it is complete, that one stays.
   *
   * @throws AppError as {@link ask}; `conversation_empty` when nothing has been asked
   */
  retry(options: AskOptions): AsyncIterable<AgentEvent>;
  /** Whole exchanges, the oldest first: each begins with a question and ends with an answer. */
  exchanges(): readonly Exchange[];
  /** The model that is asked. */
  modelId(): string;
}
