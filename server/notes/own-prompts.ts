import { qualifyScope } from "@cleanauth/common/scopes-and-groups.ts";
import type { GetPromptResult, Prompt } from "@modelcontextprotocol/sdk/types.js";
import type { Caller } from "../auth/caller.ts";
import { type Access, judge } from "../auth/policy.ts";
import type { CompletionFeature, PromptFeature } from "../mcp/features.ts";
import { InvalidParamsError } from "../mcp/invalid-params-error.ts";
import type { NotesStore } from "../store/notes.ts";
import { areas } from "../tools/get-alerts.ts";
import { findNotes } from "../tools/search-notes.ts";
import {
  allNotesUri,
  describeNotes,
  mayReadNotes,
  notesAccess,
  noteUriTemplate,
  reachable,
} from "./note-resources.ts";

/** As many as a model is given to read at once. */
const mostNotes = 100;
/** MCP 2025-11-25, completion: a result holds this many values at most. */
const mostValues = 100;

const languages = ["English", "한국어", "日本語", "中文", "Español", "Français", "Deutsch"];

type Arguments = Readonly<Record<string, string>>;

interface OwnPrompt {
  readonly listed: Prompt;
  readonly access: Access;
  /** What an argument may be, whatever has been typed of it. */
  readonly values: Readonly<Record<string, readonly string[]>>;
  get(args: Arguments, caller: Caller): Promise<GetPromptResult["messages"]>;
}

/**
 * The server's own prompts, and the completion of their arguments and of note ids.
 *
 * @param notes where notes are kept
 */
export function createOwnPrompts(notes: NotesStore): {
  readonly prompts: PromptFeature;
  readonly complete: CompletionFeature;
} {
  const own = [summarizeNotes(notes), weatherBriefing()];
  const allowed = (caller: Caller) =>
    own.filter(({ access }) => judge(access, caller) === "allowed");
  const find = (name: string, caller: Caller) => {
    const found = allowed(caller).find(({ listed }) => listed.name === name);
    if (found === undefined) throw new InvalidParamsError(`Unknown prompt: ${name.slice(0, 64)}`);
    return found;
  };
  return {
    prompts: {
      list: async (caller) => allowed(caller).map(({ listed }) => listed),
      async get(name, args, { caller }) {
        const { listed, get } = find(name, caller);
        for (const argument of listed.arguments ?? []) {
          if (argument.required && !args[argument.name]?.trim()) {
            throw new InvalidParamsError(`${name} needs the argument ${argument.name}`);
          }
        }
        const description = listed.description ?? "";
        return { description, messages: await get(args, caller) };
      },
    },
    async complete({ ref, argument }, { caller }) {
      if (ref.type === "ref/prompt") {
        const values = find(ref.name, caller).values[argument.name] ?? [];
        return { completion: beginningWith(values, argument.value) };
      }
      const isNoteId = ref.uri === noteUriTemplate && argument.name === "id";
      if (!isNoteId || !mayReadNotes(caller)) return { completion: beginningWith([], "") };
      const page = { limit: mostValues };
      const { notes: newest } = await reachable(() => notes.list(caller.subject, page));
      return {
        completion: beginningWith(
          newest.map(({ id }) => id),
          argument.value,
        ),
      };
    },
  };
}

function beginningWith(values: readonly string[], typed: string) {
  const wanted = typed.toLowerCase();
  const fitting = values.filter((value) => value.toLowerCase().startsWith(wanted));
  const shown = fitting.slice(0, mostValues);
  return { values: shown, total: fitting.length, hasMore: shown.length < fitting.length };
}

function summarizeNotes(notes: NotesStore): OwnPrompt {
  return {
    listed: {
      name: "summarize_notes",
      title: "Summarize notes",
      description: "Sums up your notes, or those about something",
      arguments: [
        { name: "about", description: "Words that the notes contain; all notes without" },
        { name: "language", description: "The language of the summary" },
      ],
    },
    access: notesAccess,
    values: { language: languages },
    async get({ about = "", language = "" }, { subject }) {
      const found = await reachable(() => findNotes(notes, subject, about));
      const which = about.trim() === "" ? "my notes" : `my notes about “${about.trim()}”`;
      const inLanguage = language.trim() === "" ? "" : ` in this language: ${language.trim()}`;
      const text = `Sum up ${which} in a few sentences${inLanguage}. Name what is still to be done.`;
      const resource = {
        uri: allNotesUri,
        mimeType: "text/plain",
        text: describeNotes(found.slice(0, mostNotes)),
      };
      return [
        { role: "user", content: { type: "text", text } },
        { role: "user", content: { type: "resource", resource } },
      ];
    },
  };
}

function weatherBriefing(): OwnPrompt {
  return {
    listed: {
      name: "weather_briefing",
      title: "Weather briefing",
      description: "What weather alerts mean for a US state at present",
      arguments: [
        { name: "state", description: "Two-letter code of the state, e.g. CA", required: true },
      ],
    },
    access: { scope: qualifyScope("weather:read"), groups: ["user", "admin"] },
    values: { state: areas },
    async get({ state = "" }) {
      const text = `Which weather alerts are in force in ${state.trim().toUpperCase()}? Say which of them I have to take seriously, and what people there should do.`;
      return [{ role: "user", content: { type: "text", text } }];
    },
  };
}
