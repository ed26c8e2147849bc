import type { ServerEvent, TokenUsage, Tool, ToolCall } from "./agent/agent.ts";
import type { ElicitationAnswer } from "./agent/elicitation.ts";
import type { Message } from "./chat/messages.ts";
import type { ApprovalChoice } from "./chat/model.ts";
import { argumentsOf, messageOfEvent, problemOf } from "./shown-text.ts";
import { createTerminalTextFilter } from "./terminal-text.ts";
import type { AskEffect, UserSession } from "./user-session.ts";

/** The answer that one screen waits for, and what its user is asked meanwhile. */
export interface AnswerUnderWay {
  /** Asks the model what an effect says, in the conversation of a session. */
  ask(session: UserSession, effect: AskEffect): void;
  /** Stops the answer; its end is told. */
  stop(): void;
  /** Stops the answer, of which nothing is told any more. */
  abandon(): void;
  /** Says whether a tool may run. */
  decide(callId: string, choice: ApprovalChoice): void;
  /** Shows a form of the server's. */
  elicited(event: Extract<ServerEvent, { type: "elicited" }>): void;
  answerDialog(id: number, answer: ElicitationAnswer): void;
}

/** @param tell told what happens; texts in it may be shown */
export function createAnswerUnderWay(tell: (message: Message) => void): AnswerUnderWay {
  let answer: AbortController | null = null;
  const decisions = new Map<string, (choice: ApprovalChoice) => void>();
  const dialogs = new Map<number, (answer: ElicitationAnswer) => void>();
  let lastDialog = 0;

  async function ask(session: UserSession, effect: AskEffect): Promise<void> {
    const controller = new AbortController();
    answer = controller;
    const { signal } = controller;
    const filter = createTerminalTextFilter();
    let usage: TokenUsage = { inputTokens: 0, outputTokens: 0 };
    const tellOf = (message: Message | null) => {
      if (answer === controller && message !== null) tell(message);
    };
    try {
      const events = session.ask(effect, {
        signal,
        approve: (call, tool) => askApproval(session, call, tool, signal),
        onProgress: (callId, text) => tellOf({ type: "tool_progressed", callId, text }),
      });
      for await (const event of events) {
        if (event.type === "done") usage = event.usage;
        tellOf(
          event.type === "text"
            ? { type: "answer_text", text: filter.push(event.text) }
            : messageOfEvent(event),
        );
      }
      tellOf({ type: "server_changed", server: session.server() });
      tellOf({ type: "answer_ended" });
      await session.answered(usage).catch((error: unknown) => {
        tellOf({ type: "failed", problem: problemOf(error) });
      });
    } catch (error) {
      tellOf({ type: "answer_failed", problem: problemOf(error) });
    } finally {
      if (answer === controller) answer = null;
      cancelDialogs();
    }
  }

  async function askApproval(
    session: UserSession,
    call: ToolCall,
    tool: Tool,
    signal: AbortSignal,
  ): Promise<boolean> {
    if (signal.aborted) return false;
    const decided = session.approvals.decisionOn(tool);
    if (decided !== "ask") return decided === "run";
    const choice = await new Promise<ApprovalChoice>((resolve) => {
      const decide = (decision: ApprovalChoice) => {
        signal.removeEventListener("abort", decline);
        decisions.delete(call.id);
        resolve(decision);
      };
      const decline = () => decide("decline");
      signal.addEventListener("abort", decline);
      decisions.set(call.id, decide);
      tell({
        type: "approval_asked",
        callId: call.id,
        tool: call.name,
        destructive: tool.destructive,
        arguments: argumentsOf(call.arguments),
      });
    });
    try {
      session.approvals.remember(tool, choice);
    } catch (error) {
      tell({ type: "failed", problem: problemOf(error) });
    }
    tell({ type: "server_changed", server: session.server() });
    return choice !== "decline" && choice !== "never";
  }

  /** Forms that are on no screen any more are cancelled. */
  function cancelDialogs(): void {
    for (const cancel of dialogs.values()) cancel({ action: "cancel" });
    dialogs.clear();
  }

  function stop(): void {
    cancelDialogs();
    answer?.abort();
  }

  return {
    ask: (session, effect) => void ask(session, effect),
    stop,
    abandon() {
      stop();
      answer = null;
    },
    decide: (callId, choice) => decisions.get(callId)?.(choice),
    elicited({ elicitation, answer: reply }) {
      if (elicitation === null) return tell({ type: "elicitation_refused" });
      lastDialog += 1;
      dialogs.set(lastDialog, reply);
      tell({ type: "elicited", id: lastDialog, ...elicitation });
    },
    answerDialog(id, given) {
      dialogs.get(id)?.(given);
      dialogs.delete(id);
    },
  };
}
