import { z } from "zod";
import type { Note, NotesStore } from "../store/notes.ts";
import { describeNote, noteSchema, withNotes } from "./note-schemas.ts";
import { defineTool, type Tool } from "./tool.ts";

const maximumMatches = 50;

/** Finds a caller's own notes by words in them. */
export function createSearchNotes(notes: NotesStore): Tool {
  return defineTool({
    name: "search_notes",
    title: "Search notes",
    description:
      "Finds the signed-in user's own notes that contain all words of a query, in any order and " +
      "case, also within longer words, the newest first. Use it for questions about what the user " +
      "noted or saved earlier; give only the words that matter, in the language of the notes.",
    annotations: { readOnlyHint: true, openWorldHint: false },
    access: { scope: "notes:read", groups: ["user", "admin"] },
    input: z.object({
      query: z
        .string()
        .min(1)
        .max(200)
        .refine((query) => query.trim() !== "", "must hold a word")
        .describe("Words that the notes contain"),
    }),
    output: z.object({
      total: z.number().int().describe("How many notes match; the list may hold fewer"),
      notes: z.array(noteSchema),
    }),
    run: ({ query }, caller) =>
      withNotes(async () => {
        const matches = await findNotes(notes, caller.subject, query);
        const shown = matches.slice(0, maximumMatches);
        const more = shown.length < matches.length ? `, the ${shown.length} newest of them` : "";
        const heading =
          matches.length === 0
            ? "None of your notes contains these words."
            : `${matches.length} of your notes match${more}:`;
        return {
          kind: "done",
          text: [heading, ...shown.map(describeNote)].join("\n\n"),
          structured: { total: matches.length, notes: shown },
        };
      }),
  });
}

/**
 * An owner's notes that contain all words of a query, the newest first; all notes for none.
 *
 * @throws NotesUnavailableError
 */
export function findNotes(notes: NotesStore, owner: string, query: string): Promise<Note[]> {
  const words = fold(query).split(/\s+/).filter(Boolean);
  return notes.filter(owner, ({ text }) => {
    const folded = fold(text);
    return words.every((word) => folded.includes(word));
  });
}

/** Some systems send Korean in decomposed form; composed or not, it reads the same. */
function fold(text: string): string {
  return text.normalize("NFC").toLowerCase();
}
