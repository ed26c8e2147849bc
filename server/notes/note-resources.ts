import { qualifyScope } from "@cleanauth/common/scopes-and-groups.ts";
import { ErrorCode, McpError } from "@modelcontextprotocol/sdk/types.js";
import type { Caller } from "../auth/caller.ts";
import { type Access, judge } from "../auth/policy.ts";
import type { ResourceFeature } from "../mcp/features.ts";
import { type Note, type NotesStore, NotesUnavailableError } from "../store/notes.ts";
import { describeNote } from "../tools/note-schemas.ts";

/** The same as for the tools that read notes. */
export const notesAccess: Access = {
  scope: qualifyScope("notes:read"),
  groups: ["user", "admin"],
};

export const allNotesUri = "notes:///all";
export const noteUriTemplate = "notes:///{id}";
const noteUri = /^notes:\/\/\/([\w-]+)$/;

/** As many as one read gives; `list_notes` reads on. */
const mostNotes = 100;

/** MCP 2025-11-25, resources, "Error Handling". */
const resourceNotFound = -32002;

const mimeType = "text/plain";

/**
 * A caller's own notes as resources: all of them under one address, each under its id. The list stays
 * as it is whatever is noted, so that no session has to be told of it.
 *
 * @param notes where they are kept
 */
export function createNoteResources(notes: NotesStore): ResourceFeature {
  return {
    async list(caller) {
      if (!mayReadNotes(caller)) return [];
      const description = `Your ${mostNotes} newest notes, the newest first`;
      return [{ uri: allNotesUri, name: "notes", title: "All notes", description, mimeType }];
    },
    async listTemplates(caller) {
      if (!mayReadNotes(caller)) return [];
      const description = "One of your notes, by the id that list_notes shows";
      return [
        { uriTemplate: noteUriTemplate, name: "note", title: "A note", description, mimeType },
      ];
    },
    async read(uri, { caller }) {
      const text = mayReadNotes(caller)
        ? await reachable(() => readText(notes, caller, uri))
        : null;
      if (text === null) throw new McpError(resourceNotFound, "Resource not found", { uri });
      return { contents: [{ uri, mimeType, text }] };
    },
  };
}

/**
 * Runs something with the notes store, and words for a client that it cannot be reached.
 *
 * @throws McpError
 */
export async function reachable<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof NotesUnavailableError)) throw error;
    const message = "The notes cannot be reached at present. Try again in a while.";
    throw new McpError(ErrorCode.InternalError, message);
  }
}

/** Whoever may not is answered as if there were none. */
export function mayReadNotes(caller: Caller): boolean {
  return judge(notesAccess, caller) === "allowed";
}

async function readText(notes: NotesStore, caller: Caller, uri: string): Promise<string | null> {
  if (uri === allNotesUri) {
    const { notes: found } = await notes.list(caller.subject, { limit: mostNotes });
    return describeNotes(found);
  }
  const id = noteUri.exec(uri)?.[1];
  const [note] = await notes.filter(caller.subject, (each) => each.id === id);
  return note?.text ?? null;
}

/** Notes one below the other, as a person reads them. */
export function describeNotes(notes: readonly Note[]): string {
  return notes.length === 0 ? "There are no notes." : notes.map(describeNote).join("\n\n");
}
