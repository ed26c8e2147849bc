import type { Listing, Prompt, PromptArgument, Resource } from "../agent/offers.ts";
import { commandOfPrompt } from "./commands.ts";
import type { ConversationPhase, Problem, ToolSummary } from "./model.ts";
import { sizeText } from "./size-text.ts";
import type { Texts } from "./texts/texts.ts";
import type { EntryContent, ListEntry } from "./transcript.ts";

/** More rows than that nobody reads; what is typed finds the others. */
const mostRows = 100;

/** What is listed, as far as it is there. */
export function itemsOf<Item>(listing: Listing<Item, unknown>): readonly Item[] {
  return listing.state === "listed" ? listing.items : [];
}

/** What the server offers beside its tools, as it is shown. */
export function promptList(
  { server, user }: ConversationPhase,
  texts: Texts["offers"],
): EntryContent {
  return listEntry(server.prompts, texts, {
    none: texts.noPrompts(server.name, user.username),
    title: texts.promptsTitle(server.name),
    row: (prompt: Prompt) => ({
      name: `/${commandOfPrompt(prompt)}`,
      text: joined(prompt.description, argumentNames(prompt.arguments, texts)),
    }),
  });
}

/** The same for resources and templates. */
export function resourceList(
  { server, user }: ConversationPhase,
  texts: Texts["offers"],
): EntryContent {
  return listEntry(server.resources, texts, {
    none: texts.noResources(server.name, user.username),
    title: texts.resourcesTitle(server.name),
    row: ({ uri, description, mimeType, bytes, variables }: Resource) => {
      const size = bytes === null ? "" : sizeText(bytes);
      const template = variables.length === 0 ? "" : texts.template;
      const details = [template, mimeType, size].filter((part) => part !== "").join(", ");
      return { name: uri, text: joined(description, details) };
    },
  });
}

/** The tools, and what was decided about each. */
export function toolList({ server, user }: ConversationPhase, texts: Texts): EntryContent {
  if (server.tools.length === 0) {
    return { kind: "notice", text: texts.commands.noTools(server.name, user.username) };
  }
  const title = texts.commands.toolsTitle(`${server.name} ${server.version}`, user.username);
  const isDecided = server.tools.some(({ approval }) => approval !== null && approval !== "asks");
  return {
    kind: "list",
    title: isDecided ? `${title}. ${texts.offers.takeBack}` : title,
    rows: server.tools.map(({ name, description, approval }: ToolSummary) => ({
      name,
      text: joined(description, approval === null ? "" : texts.offers.approvals[approval]),
    })),
  };
}

function listEntry<Item>(
  listing: Listing<Item, Problem>,
  texts: Texts["offers"],
  shown: { none: string; title: string; row: (item: Item) => ListEntry["rows"][number] },
): EntryContent {
  if (listing.state === "listing") return { kind: "notice", text: texts.listing };
  if (listing.state === "failed") return { kind: "error", problem: listing.error };
  if (listing.items.length === 0) return { kind: "notice", text: shown.none };
  const rows = listing.items.slice(0, mostRows).map(shown.row);
  const left = listing.items.length - rows.length;
  return {
    kind: "list",
    title: shown.title,
    rows: [
      ...rows,
      ...(left === 0 ? [] : [{ name: "…", text: texts.more(left) }]),
      ...(listing.isCut ? [{ name: "…", text: texts.cut }] : []),
    ],
  };
}

function argumentNames(given: readonly PromptArgument[], texts: Texts["offers"]): string {
  const names = (required: boolean) =>
    given.filter((argument) => argument.required === required).map(({ name }) => name);
  const [needed, taken] = [names(true), names(false)];
  return [
    ...(needed.length === 0 ? [] : [texts.needs(needed.join(", "))]),
    ...(taken.length === 0 ? [] : [texts.takes(taken.join(", "))]),
  ].join("; ");
}

function joined(description: string, details: string): string {
  if (description === "" || details === "") return description + details;
  return `${description} (${details})`;
}
