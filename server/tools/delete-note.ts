import { z } from "zod";
import type { NotesStore } from "../store/notes.ts";
import { describeNote, noteSchema, withNotes } from "./note-schemas.ts";
import { defineTool, type Tool } from "./tool.ts";

/** Deletes one of a caller's own notes. */
export function createDeleteNote(notes: NotesStore): Tool {
  return defineTool({
    name: "delete_note",
    title: "Delete a note",
    description:
      "Deletes one of the signed-in user's own notes for good. Needs the note's id: take it from " +
      "list_notes or search_notes, never guess it.",
    annotations: {
      readOnlyHint: false,
      destructiveHint: true,
      idempotentHint: true,
      openWorldHint: false,
    },
    access: { scope: "notes:write", groups: ["user", "admin"] },
    input: z.object({
      id: z.string().min(1).describe("The note's id, as list_notes and search_notes show it"),
    }),
    output: z.object({ deleted: noteSchema }),
    run: ({ id }, caller) =>
      withNotes(async () => {
        const deleted = await notes.remove(caller.subject, id);
        if (deleted === null) {
          return {
            kind: "failed",
            text: "You have no note with this id. list_notes shows the ids of your notes.",
          };
        }
        return {
          kind: "done",
          text: `Deleted:\n${describeNote(deleted)}`,
          structured: { deleted },
        };
      }),
  });
}
