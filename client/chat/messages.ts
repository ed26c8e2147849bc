import type { ExchangeEvent } from "../exchange.ts";
import type { Answers, Question } from "../sign-in/question.ts";
import type { KeyName } from "./keys.ts";
import type { Problem, ServerSummary, Size, ToolArgument, User } from "./model.ts";

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
  /** What came of signing out, in a sentence. */
  | { type: "signed_out"; text: string }
  | { type: "connected"; server: ServerSummary }
  | { type: "connect_failed"; problem: Problem }
  | { type: "tools_changed"; server: ServerSummary }
  | { type: "answer_text"; text: string }
  | { type: "tool_called"; callId: string; tool: string; arguments: readonly ToolArgument[] }
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
  | { type: "noticed"; text: string }
  | { type: "answer_ended" }
  | { type: "answer_failed"; problem: Problem };

/** What is to be done. {@link Message}s tell what came of it. */
export type Effect =
  /** Answers the question that is shown, and so begins an attempt to sign in or goes on with it. */
  | { type: "answer"; answers: Answers }
  /** What the attempt to sign in or to connect comes to is of no interest any more. */
  | { type: "abandon" }
  | { type: "connect" }
  | { type: "ask"; question: string }
  | { type: "stop" }
  | { type: "decide"; callId: string; approved: boolean }
  | { type: "start_over" }
  | { type: "sign_out" }
  | { type: "redraw" }
  /** Puts text on the clipboard of whoever sits at the terminal. */
  | { type: "copy"; text: string }
  /** Takes the mouse from the terminal, or leaves it to it. */
  | { type: "use_mouse"; on: boolean }
  | { type: "exit" };
