import { z } from "zod";
import { type Note, NotesUnavailableError } from "../store/notes.ts";

/** A note as the tools give it. */
export const noteSchema = z.object({
  id: z.string().describe("Names the note in delete_note"),
  text: z.string(),
  createdAt: z.string().describe("ISO 8601, in UTC"),
});

/** A note on lines of its own, as the tools' texts show it. */
export function describeNote({ id, text, createdAt }: Note): string {
  return `[${id}] ${createdAt}\n${text}`;
}

/**
 * Runs something with the notes store; a store that does not open in time is a result, since it
 * opens by itself when the process before this one lets go of it.
 */
export async function withNotes<T>(
  run: () => Promise<T>,
): Promise<T | { readonly kind: "failed"; readonly text: string }> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof NotesUnavailableError)) throw error;
    return {
      kind: "failed",
      text: "The notes cannot be reached at present; nothing was changed. Try again in a while.",
    };
  }
}
