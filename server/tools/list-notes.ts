import { z } from "zod";
import type { NotesStore } from "../store/notes.ts";
import { describeNote, noteSchema, withNotes } from "./note-schemas.ts";
import { defineTool, type Tool } from "./tool.ts";

const defaultLimit = 50;

/** Lists a caller's own notes. */
export function createListNotes(notes: NotesStore): Tool {
  return defineTool({
    name: "list_notes",
    title: "List notes",
    description:
      "Lists the signed-in user's own notes, the newest first. To find notes about something use " +
      "search_notes.",
    annotations: { readOnlyHint: true, openWorldHint: false },
    access: { scope: "notes:read", groups: ["user", "admin"] },
    input: z.object({
      limit: z.int().min(1).max(100).default(defaultLimit).describe("How many notes at most"),
      before: z
        .string()
        .optional()
        .describe("Only notes older than the one with this id, to read on where a list ended"),
    }),
    output: z.object({
      total: z.number().int().describe("How many notes the user has in all"),
      notes: z.array(noteSchema),
    }),
    run: ({ limit, before }, caller) =>
      withNotes(async () => {
        const found = await notes.list(caller.subject, { limit, before });
        const heading =
          found.total === 0
            ? "You have no notes."
            : `${found.notes.length} of your ${found.total} note(s), the newest first:`;
        return {
          kind: "done",
          text: [heading, ...found.notes.map(describeNote)].join("\n\n"),
          structured: found,
        };
      }),
  });
}
