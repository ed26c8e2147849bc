import type { Message } from "./messages.ts";
import type { ConversationPhase, Model } from "./model.ts";
import { notice, say } from "./say.ts";
import { textsOf } from "./texts/texts.ts";
import { addEntry, emptyTranscript } from "./transcript.ts";
import type { Update } from "./update.ts";
import { nothingSpent } from "./update-connecting.ts";

type KeptMessage = Extract<
  Message,
  { type: "sessions_listed" | "resumed" | "exported" | "failed" }
>;

/** What came of looking into what is kept. */
export function updateKept(model: Model, phase: ConversationPhase, message: KeptMessage): Update {
  const texts = textsOf(model.language).commands;
  switch (message.type) {
    case "sessions_listed": {
      if (message.sessions.length === 0) return notice(model, phase, texts.noSessions);
      const rows = message.sessions.map(({ title, changedAt }, index) => ({
        name: String(index + 1),
        text: `${minuteOf(changedAt)}  ${title}`,
      }));
      return say(model, phase, { kind: "list", title: texts.sessionsTitle, rows });
    }
    case "resumed": {
      const transcript = message.entries.reduce(addEntry, emptyTranscript);
      const resumed = { ...phase, transcript, attachments: [], spent: nothingSpent };
      return notice(model, resumed, texts.resumed(message.title));
    }
    case "exported":
      return notice(model, phase, texts.exported(message.place));
    case "failed":
      return say(model, phase, { kind: "error", problem: message.problem });
  }
}

/** `2026-11-25 09:30`, in the time zone of whoever looks. */
function minuteOf(milliseconds: number): string {
  const date = new Date(milliseconds);
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}
