import type { Prompt, Resource } from "../agent/offers.ts";
import type { Message } from "../chat/messages.ts";
import type { AttachmentSummary, Model, ServerSummary } from "../chat/model.ts";
import { view } from "../chat/view.ts";
import { conversationOf, key, play, server, start, typed, user } from "./chat-play.ts";

// A server that offers something beside its tools, and short words for what happens with it.

export const argument = (name: string, required = false) => ({
  name,
  description: `${name}?`,
  required,
});
export const prompt = (name: string, ...given: Prompt["arguments"]): Prompt => {
  return { name, description: `About ${name}`, arguments: given };
};
export const resource = (uri: string, ...variables: Resource["variables"]): Resource => {
  return { uri, description: `What ${uri} holds`, mimeType: "text/plain", bytes: 1_234, variables };
};
export const listed = <Item>(...items: Item[]) => ({
  state: "listed" as const,
  items,
  isCut: false,
});

export const offering: ServerSummary = {
  ...server,
  prompts: listed(
    prompt("greet"),
    prompt("briefing", argument("state", true)),
    prompt("letter", argument("to", true), argument("tone")),
    prompt("help"),
    prompt("memory.recall"),
    prompt("two words"),
  ),
  resources: listed(resource("notes:///all"), resource("notes:///{id}", argument("id", true))),
  completes: true,
};

/** A conversation with a server that offers something. */
export function conversingWith(more: Partial<ServerSummary> = {}): Model {
  const connected: Message = { type: "connected", server: { ...offering, ...more } };
  return play(start(), { type: "signed_in", user }, connected).model;
}

export const line = (text: string) => [typed(text), key("enter")] as const;
export const entriesOf = (model: Model) => conversationOf(model).transcript.entries;
export const screen = (model: Model) =>
  view(model)
    .lines.map((row) => row.map(({ text }) => text).join(""))
    .join("\n");

/** An attachment as the screen knows it, and the message that it has been read. */
export const summary: AttachmentSummary = {
  uri: "notes:///all",
  name: "all",
  mimeType: "text/plain",
  bytes: 1_234,
  kind: "text",
  isCut: false,
};
export const read = (id: number, more: Partial<AttachmentSummary> = {}): Message => {
  return { type: "attached", id, attachments: [{ ...summary, ...more }] };
};
