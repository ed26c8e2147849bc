import type { Completed } from "../agent/mcp-content.ts";
import type { ExchangeEvent } from "../exchange.ts";
import type { Answers, Question } from "../sign-in/question.ts";
import type { AskedDialogField, DialogAnswer } from "./dialog.ts";
import type { KeyName } from "./keys.ts";
import type { Language, ShownText } from "./language.ts";
import type {
  ApprovalChoice,
  AttachmentSummary,
  ModelChoice,
  Problem,
  ServerSummary,
  Size,
  ThemeChoice,
  ToolArgument,
  User,
} from "./model.ts";
import type { EntryContent } from "./transcript.ts";

/**
 * What happened. Text in messages comes from people, models, tools and servers; it is free of control
 * characters (but newline and tab) when it gets here.
 */
export type Message =
  /** Time goes by. Comes before every other message, and by itself while something moves. */
  | { type: "tick"; now: number; tokenExpiresAt?: number }
  | { type: "resized"; size: Size }
  | { type: "key"; key: KeyName }
  | { type: "typed"; text: string }
  | { type: "pasted"; text: string }
  | { type: "wheel"; direction: "up" | "down"; column: number }
  | { type: "clicked"; row: number; column: number }
  /** A question on the way in; with a problem, the same one once more. Its texts may be shown. */
  | {
      type: "asked";
      question: Question;
      picture: readonly string[];
      problem: Problem | null;
    }
  /** Something was said on the way in, or since then. */
  | { type: "exchanged"; event: ExchangeEvent }
  /** What the server says that it checked of the token. */
  | { type: "verified"; checks: readonly string[] }
  | { type: "signed_in"; user: User }
  /** The attempt is over. */
  | { type: "sign_in_failed"; problem: Problem }
  /** Whether the tokens are revoked now; where Cognito could not be told, they hold until they expire. */
  | { type: "signed_out"; isRevoked: boolean }
  /** A sign-in that was kept is being taken up. */
  | { type: "resuming" }
  /** It could not be; with a problem where it should have been. */
  | { type: "not_resumed"; problem: Problem | null }
  | { type: "connected"; server: ServerSummary }
  | { type: "connect_failed"; problem: Problem }
  | { type: "server_changed"; server: ServerSummary }
  | { type: "answer_text"; text: string }
  | { type: "tool_called"; callId: string; tool: string; arguments: readonly ToolArgument[] }
  | { type: "tool_progressed"; callId: string; text: string }
  | {
      type: "elicited";
      id: number;
      message: string;
      fields: readonly AskedDialogField[];
    }
  /** The server asked for a secret, and was declined. */
  | { type: "elicitation_refused" }
  | { type: "server_logged"; level: string; text: string }
  | { type: "server_reachable"; state: "connected" | "away" }
  | {
      type: "tool_ended";
      callId: string;
      tool: string;
      outcome: "ok" | "error" | "declined";
      text: string;
      durationMilliseconds: number;
    }
  | {
      type: "approval_asked";
      callId: string;
      tool: string;
      destructive: boolean;
      arguments: readonly ToolArgument[];
    }
  | { type: "noticed"; text: ShownText }
  /** The model is asked again after a pause. */
  | { type: "retrying"; reason: ShownText; delayMilliseconds: number }
  | { type: "answer_ended" }
  /** What an answer took; `cost` in US dollars, null without a price. */
  | { type: "spent"; inputTokens: number; outputTokens: number; cost: number | null }
  /** What the user chose before. */
  | { type: "settings_read"; language: Language | null; theme: ThemeChoice | null }
  | { type: "model_chosen"; modelId: string; models: readonly ModelChoice[] }
  /** What was to be attached is read; several parts where the resource holds several. */
  | { type: "attached"; id: number; attachments: readonly AttachmentSummary[] }
  | { type: "attach_failed"; id: number; problem: Problem }
  /** What a prompt has brought; the model is asked it now. */
  | { type: "prompt_given"; entries: readonly EntryContent[] }
  /** What a field may become, of which `value` had been typed. */
  | { type: "completed"; field: string; value: string; values: readonly string[] }
  /** What was decided about a tool is taken back. */
  | { type: "asks_again"; tool: string }
  | { type: "sessions_listed"; sessions: readonly SessionSummary[] }
  | { type: "resumed"; title: string; entries: readonly EntryContent[] }
  | { type: "exported"; place: string }
  /** Something beside the conversation did not work. */
  | { type: "failed"; problem: Problem }
  | { type: "answer_failed"; problem: Problem };

/** A conversation that was kept. */
export interface SessionSummary {
  readonly title: string;
  /** In milliseconds since the epoch. */
  readonly changedAt: number;
}

/** What is to be done. {@link Message}s tell what came of it. */
export type Effect =
  /** Answers the question that is shown, and so begins an attempt to sign in or goes on with it. */
  | { type: "answer"; answers: Answers }
  /** What the attempt to sign in or to connect comes to is of no interest any more. */
  | { type: "abandon" }
  | { type: "connect" }
  /** With what is attached. */
  | { type: "ask"; question: string }
  /** Has a prompt filled in by the server, and the model asked what it says. */
  | { type: "use_prompt"; name: string; arguments: Readonly<Record<string, string>> }
  /** Asks the last question once more, in place of its answer. */
  | { type: "retry" }
  | { type: "choose_language"; language: Language }
  | { type: "choose_theme"; theme: ThemeChoice }
  /** Null goes back to what is configured. */
  | { type: "choose_model"; modelId: string | null }
  | { type: "choose_temperature"; temperature: number | null }
  | { type: "choose_system_prompt"; systemPrompt: string | null }
  | { type: "list_sessions" }
  /**
   * Reads a resource, for the next question.
   * @param uri an address, or a template that `values` are filled into
   */
  | { type: "attach"; id: number; uri: string; values: Readonly<Record<string, string>> }
  | { type: "detach"; id: number }
  /** @param others what was filled in beside it */
  | {
      type: "complete";
      of: Completed;
      field: string;
      value: string;
      others: Readonly<Record<string, string>>;
    }
  /** Takes back what was decided about a tool. */
  | { type: "ask_again"; tool: string }
  /** @param number as the list had it, from 1 */
  | { type: "resume"; number: number }
  | { type: "export" }
  | { type: "stop" }
  | { type: "decide"; callId: string; choice: ApprovalChoice }
  | { type: "answer_dialog"; id: number; answer: DialogAnswer }
  | { type: "start_over" }
  | { type: "sign_out" }
  | { type: "redraw" }
  /** Puts text on the clipboard of whoever sits at the terminal. */
  | { type: "copy"; text: string }
  /** Takes the mouse from the terminal, or leaves it to it. */
  | { type: "use_mouse"; on: boolean }
  /** Draws with other colours from now on. */
  | { type: "use_theme"; theme: ThemeChoice }
  | { type: "exit" };
