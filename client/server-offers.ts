import { setTimeout as delay } from "node:timers/promises";
import type { McpConnection } from "./agent/agent.ts";
import { expandUri } from "./agent/mcp-offers.ts";
import type { Attachment, Message } from "./agent/message.ts";
import type { Effect, Message as ScreenMessage } from "./chat/messages.ts";
import { entriesOfQuestion, summaryOf } from "./shown-conversation.ts";
import { problemOf } from "./shown-text.ts";

/** What one screen takes of what a server offers beside its tools, for the next question. */
export interface ServerOffers {
  /**
   * The question as a conversation is asked it, with what was attached, which goes with this one alone.
   *
   * @throws AppError `server_…`; `interrupted` when the signal stopped it
   */
  question(
    effect: Extract<Effect, { type: "ask" | "use_prompt" }>,
    signal: AbortSignal,
  ): Promise<readonly Message[]>;
  /** Carries out an effect that is about attachments or completion; false for any other. */
  run(effect: Effect): boolean;
  /** Takes off whatever is attached. */
  clear(): void;
}

/** Between two requests for completion: a person types faster than a server has to answer. */
const completionPauseMilliseconds = 150;

/**
 * @param connection the MCP session
 * @param tell told what came of it; texts in it may be shown
 */
export function createServerOffers(
  connection: McpConnection,
  tell: (message: ScreenMessage) => void,
): ServerOffers {
  /** What is attached, by the number that the screen knows it by; null while it is being read. */
  const attached = new Map<number, readonly Attachment[] | null>();
  const reading = new Map<number, AbortController>();
  let wanted: Extract<Effect, { type: "complete" }> | null = null;
  let isCompleting = false;

  async function attach({ id, uri, values }: Extract<Effect, { type: "attach" }>): Promise<void> {
    const controller = new AbortController();
    reading.set(id, controller);
    attached.set(id, null);
    try {
      const read = await connection.readResource(expandUri(uri, values), controller.signal);
      if (!attached.has(id)) return;
      attached.set(id, read);
      tell({ type: "attached", id, attachments: read.map(summaryOf) });
    } catch (error) {
      if (!attached.delete(id)) return;
      tell({ type: "attach_failed", id, problem: problemOf(error) });
    } finally {
      reading.delete(id);
    }
  }

  function detach(id: number): void {
    attached.delete(id);
    reading.get(id)?.abort();
  }

  /** Of what is wanted while the server is asked, the last is asked for next. */
  async function complete(): Promise<void> {
    if (isCompleting) return;
    isCompleting = true;
    while (wanted !== null) {
      const { of, field, value, others } = wanted;
      wanted = null;
      const signal = AbortSignal.timeout(5_000);
      // Without completion a form is filled in all the same.
      const values = await connection
        .complete(of, { name: field, value }, others, signal)
        .catch(() => []);
      if (wanted === null) tell({ type: "completed", field, value, values });
      await delay(completionPauseMilliseconds, undefined, { ref: false });
    }
    isCompleting = false;
  }

  function takeAttached(): Attachment[] {
    const taken = [...attached.values()].flatMap((each) => each ?? []);
    clear();
    return taken;
  }

  function clear(): void {
    for (const id of [...attached.keys()]) detach(id);
  }

  return {
    clear,
    async question(effect, signal) {
      if (effect.type === "ask") {
        const attachments = takeAttached().map((attachment) => ({ attachment }));
        return [{ role: "user", content: [...attachments, { text: effect.question }] }];
      }
      const given = await connection.getPrompt(effect.name, effect.arguments, signal);
      const attachments = takeAttached().map((attachment) => ({ attachment }));
      const question = given.map((message, index) =>
        index < given.length - 1
          ? message
          : { ...message, content: [...message.content, ...attachments] },
      );
      tell({ type: "prompt_given", entries: entriesOfQuestion(question) });
      return question;
    },
    run(effect) {
      switch (effect.type) {
        case "attach":
          void attach(effect);
          return true;
        case "detach":
          detach(effect.id);
          return true;
        case "complete":
          wanted = effect;
          void complete();
          return true;
        default:
          return false;
      }
    },
  };
}
