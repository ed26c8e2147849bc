import { z } from "zod";
import type { NotesStore } from "../store/notes.ts";
import { describeNote, noteSchema, withNotes } from "./note-schemas.ts";
import { defineTool, type Tool } from "./tool.ts";

const longestNoteCharacters = 4_000;

const noteText = z
  .string()
  .min(1)
  .max(longestNoteCharacters)
  .refine((text) => text.trim() !== "", "must hold something besides spaces")
  .refine(
    (text) => !hasControlCharacter(text),
    "must hold no control characters besides newline and tab",
  )
  // Half a surrogate pair is no character: on the disk it would turn into a question mark.
  .refine((text) => !/\p{Surrogate}/u.test(text), "must be well-formed Unicode");

/** C0 but newline and tab, DEL, and C1, in which terminals see escape sequences. */
function hasControlCharacter(text: string): boolean {
  return [...text].some((character) => {
    const code = character.codePointAt(0) ?? 0;
    return (
      (code < 0x20 && character !== "\n" && character !== "\t") || (code >= 0x7f && code < 0xa0)
    );
  });
}

/** Keeps a note for a caller. */
export function createAddNote(notes: NotesStore): Tool {
  return defineTool({
    name: "add_note",
    title: "Add a note",
    description:
      "Keeps a note for the signed-in user, to be found again in later conversations. Use it when " +
      "the user asks to note, save or remember something. Give the text in the user's own words " +
      "and language.",
    annotations: {
      readOnlyHint: false,
      destructiveHint: false,
      idempotentHint: false,
      openWorldHint: false,
    },
    access: { scope: "notes:write", groups: ["user", "admin"] },
    input: z.object({
      text: noteText.describe(`The note, up to ${longestNoteCharacters} characters`),
    }),
    output: z.object({ note: noteSchema }),
    run: ({ text }, caller) =>
      withNotes(async () => {
        const note = await notes.add(caller.subject, text);
        if (note === null) {
          return {
            kind: "failed",
            text: `You have ${notes.maximumPerOwner} notes, which is the most: delete some first.`,
          };
        }
        return {
          kind: "done",
          text: `Noted:\n${describeNote(note)}`,
          structured: { note },
        };
      }),
  });
}
