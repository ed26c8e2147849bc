import type { Listing, Prompt, Resource } from "../agent/offers.ts";
import type { StandingApproval } from "../approvals.ts";
import type { Question } from "../sign-in/question.ts";
import type { AuthRecord } from "./auth-record.ts";
import type { Dialog } from "./dialog.ts";
import type { Editor } from "./editor.ts";
import type { Find } from "./find.ts";
import type { Form } from "./form.ts";
import { inLanguage, type Language, type ShownText } from "./language.ts";
import type { Transcript } from "./transcript.ts";
import type { UndoStack } from "./undo.ts";

/** Everything that the screen shows. Plain data; every change makes a new one. */
export interface Model {
  readonly size: Size;
  /** Milliseconds since the epoch, as the last message told. */
  readonly now: number;
  readonly serverUrl: string;
  /** What plays AWS's part on this machine; empty when everything is the real one. */
  readonly standIns: readonly string[];
  readonly language: Language;
  readonly theme: ThemeChoice;
  /** What signing in begins with. */
  readonly firstQuestion: Question;
  readonly auth: AuthRecord;
  readonly phase: Phase;
  /** Until when another Ctrl-C quits; null when none was pressed lately. */
  readonly quitsUntil: number | null;
}

/** Colours for a light or a dark background; `auto` goes by what the terminal says. */
export type ThemeChoice = "auto" | "light" | "dark";

export const themeChoices: readonly ThemeChoice[] = ["auto", "light", "dark"];

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export type Phase = SignInPhase | ConnectingPhase | ConversationPhase;

/** Somebody is asked who they are, or answers what Cognito asks on top of it. */
export interface SignInPhase {
  readonly name: "sign_in";
  readonly form: Form;
}

/** The user is signed in and the MCP session is being opened. */
export interface ConnectingPhase {
  readonly name: "connecting";
  readonly user: User;
  /** Why the last attempt failed; null while one is under way. */
  readonly problem: Problem | null;
}

/** The user talks with the model. */
export interface ConversationPhase {
  readonly name: "conversation";
  readonly user: User;
  readonly server: ServerSummary;
  readonly transcript: Transcript;
  readonly input: Editor;
  readonly undo: UndoStack;
  readonly history: InputHistory;
  /** Which of the suggested commands is chosen, from 0. */
  readonly suggestion: number;
  /** A search in the transcript; null when none is under way. */
  readonly find: Find | null;
  /** The auth pane; null when it is closed. */
  readonly pane: Pane | null;
  /** The answer under way; null when the model waits for a question. */
  readonly answer: AnswerUnderWay | null;
  /** Tools that wait for a yes or no, the first one is asked about. */
  readonly approvals: readonly Approval[];
  /** Forms that the server wants filled in, the first one is shown. */
  readonly dialogs: readonly Dialog[];
  readonly scroll: Scroll;
  /** Whether tool calls are shown whole. */
  readonly areToolsOpen: boolean;
  /** What this conversation has taken so far; `cost` in US dollars, null without a price. */
  readonly spent: { readonly tokens: number; readonly cost: number | null };
  /** Whether the server is out of reach; it is tried again by itself. */
  readonly isServerAway: boolean;
  /** The model that is asked; empty before that is known. */
  readonly modelId: string;
  /** Models that may be chosen, as far as they are known. */
  readonly models: readonly ModelChoice[];
  /** What goes with the next question. */
  readonly attachments: readonly PendingAttachment[];
  /** The number of the next one; none comes twice. */
  readonly nextAttachment: number;
  /** Whether wheel and clicks come here; otherwise the terminal has the mouse. */
  readonly usesMouse: boolean;
}

/** What is shown beside the conversation, or over it where the screen is narrow. */
export interface Pane {
  /** The first of its lines that is shown; null for as many as fit, up to the last one. */
  readonly firstLine: number | null;
  /** Whether keys scroll it rather than the conversation. */
  readonly isFocused: boolean;
}

export interface User {
  readonly username: string;
  readonly groups: readonly string[];
  /** When the access token expires, in milliseconds since the epoch. */
  readonly tokenExpiresAt: number;
}

export interface ServerSummary {
  readonly name: string;
  readonly version: string;
  readonly tools: readonly ToolSummary[];
  readonly prompts: Listing<Prompt, Problem>;
  /** And templates of their addresses. */
  readonly resources: Listing<Resource, Problem>;
  /** Whether the server completes what is filled in. */
  readonly completes: boolean;
}

export interface ToolSummary {
  readonly name: string;
  readonly description: string;
  /** Whether it asks before it runs; null for one that only reads, which never does. */
  readonly approval: StandingApproval | null;
}

/** What goes with a question; its content is kept elsewhere. */
export interface AttachmentSummary {
  readonly uri: string;
  readonly name: string;
  readonly mimeType: string;
  readonly bytes: number;
  readonly kind: "text" | "image" | "left_out";
  /** Whether the model is given its beginning alone. */
  readonly isCut: boolean;
}

/** What is to go with the next question. */
export interface PendingAttachment {
  readonly id: number;
  readonly uri: string;
  /** What was read; null while it is being read. */
  readonly parts: readonly AttachmentSummary[] | null;
}

/** A model that may be chosen; the price is in US dollars for a million tokens. */
export interface ModelChoice {
  readonly id: string;
  /** Whether it is asked where none was chosen. */
  readonly isDefault: boolean;
  readonly hasAnswered: boolean;
  readonly takesImages: boolean;
  readonly price: { readonly inputPerMillion: number; readonly outputPerMillion: number } | null;
}

/** What failed, and what to do about it. */
export interface Problem {
  /** The `AppError`'s code. */
  readonly code: string;
  readonly message: ShownText;
  readonly hint: ShownText;
}

/** A problem's words in a language. */
export function problemIn({ message, hint }: Problem, language: Language) {
  return { message: inLanguage(message, language), hint: inLanguage(hint, language) };
}

/** An argument of a tool call: its name, and its value as JSON on one line. */
export interface ToolArgument {
  readonly name: string;
  readonly value: string;
}

/** What may be said about a tool that wants to run; kept for good are `always` and `never`. */
export type ApprovalChoice = "once" | "session" | "always" | "decline" | "never";

export interface Approval {
  readonly callId: string;
  readonly tool: string;
  readonly destructive: boolean;
  readonly arguments: readonly ToolArgument[];
  /** When it came onto the screen. Keys pressed right then were meant for something else. */
  readonly shownAt: number;
  /** The first line of the arguments that is shown, where they are longer than the screen. */
  readonly firstLine: number;
}

export interface AnswerUnderWay {
  readonly startedAt: number;
  /** True once the user asked for it to stop. */
  readonly stopping: boolean;
  /** Why and until when the model is waited for before it is asked again; null before the first time. */
  readonly retry: { readonly reason: ShownText; readonly at: number } | null;
}

/** Questions that were asked, the oldest first, and the place in them that the input line shows. */
export interface InputHistory {
  readonly questions: readonly string[];
  /** Index into `questions`; null while a new question is typed. */
  readonly position: number | null;
  /** What was typed before the history was looked into. */
  readonly draft: string;
}

/**
 * What part of the transcript is shown: its end, or the part that begins with a line of an entry,
 * which then stays at the top whatever arrives below.
 */
export type Scroll =
  | { readonly kind: "end" }
  | {
      readonly kind: "held";
      readonly entryId: number;
      readonly line: number;
      readonly newBelow: boolean;
    };
