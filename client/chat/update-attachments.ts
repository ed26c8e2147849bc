import type { Message } from "./messages.ts";
import type { ConversationPhase, Model } from "./model.ts";
import { notice, say } from "./say.ts";
import { textsOf } from "./texts/texts.ts";
import type { Update } from "./update.ts";

/** As many as a person keeps in view, and a model's window has room for. */
const mostAttachments = 5;

/** Has a resource read, to go with the next question. */
export function attach(
  model: Model,
  phase: ConversationPhase,
  uri: string,
  values: Readonly<Record<string, string>>,
): Update {
  if (phase.attachments.length >= mostAttachments) {
    return notice(model, phase, textsOf(model.language).offers.tooMany(mostAttachments));
  }
  const id = phase.nextAttachment;
  const attachments = [...phase.attachments, { id, uri, parts: null }];
  return [
    { ...model, phase: { ...phase, attachments, nextAttachment: id + 1 } },
    [{ type: "attach", id, uri, values }],
  ];
}

/** Takes off what was attached last. */
export function detachLast(model: Model, phase: ConversationPhase): Update {
  const last = phase.attachments.at(-1);
  if (last === undefined) return [model, []];
  const attachments = phase.attachments.slice(0, -1);
  return [{ ...model, phase: { ...phase, attachments } }, [{ type: "detach", id: last.id }]];
}

/** What came of reading it. */
export function updateAttachments(
  model: Model,
  phase: ConversationPhase,
  message: Extract<Message, { type: "attached" | "attach_failed" }>,
): Update {
  switch (message.type) {
    case "attached": {
      const { id, attachments: parts } = message;
      const attachments = phase.attachments.map((each) =>
        each.id === id ? { ...each, parts } : each,
      );
      return [{ ...model, phase: { ...phase, attachments } }, []];
    }
    case "attach_failed": {
      const attachments = phase.attachments.filter(({ id }) => id !== message.id);
      return say(model, { ...phase, attachments }, { kind: "error", problem: message.problem });
    }
  }
}
