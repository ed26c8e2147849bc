import { type Editor, editWithKey, emptyEditor, insertText } from "./editor.ts";
import type { KeyName } from "./keys.ts";

/** A form that the server wants filled in. Its texts may be shown. */
export interface Dialog {
  readonly id: number;
  readonly message: string;
  readonly fields: readonly DialogField[];
  /** Index of the field that is typed into. */
  readonly focus: number;
  /** The name of a field that cannot be sent as it is; null before that was tried. */
  readonly wrong: string | null;
}

export interface DialogField {
  readonly name: string;
  readonly label: string;
  readonly kind: "text" | "number" | "choice";
  readonly choices: readonly (string | boolean)[];
  readonly required: boolean;
  /** What it begins with. */
  readonly initial?: string | number | boolean;
  readonly editor: Editor;
  /** Index of the choice; null before one was taken. */
  readonly chosen: number | null;
}

export type DialogAnswer =
  | { action: "accept"; content: Record<string, string | number | boolean> }
  | { action: "decline" }
  | { action: "cancel" };

const longestValue = 2_000;

/** A form with nothing filled in but what the server proposes. */
export function dialogOf(
  id: number,
  asked: { message: string; fields: readonly Omit<DialogField, "editor" | "chosen">[] },
): Dialog {
  const fields = asked.fields.map((field): DialogField => {
    const { kind, choices, initial } = field;
    const chosen = kind === "choice" ? choices.indexOf(initial as string | boolean) : -1;
    const text = kind === "choice" || initial === undefined ? "" : String(initial);
    return {
      ...field,
      editor: insertText(emptyEditor, text, longestValue),
      chosen: chosen < 0 ? null : chosen,
    };
  });
  return { id, message: asked.message, fields, focus: 0, wrong: null };
}

/** Puts text into the field that has the focus; a choice takes none. */
export function typeIntoDialog(dialog: Dialog, text: string): Dialog {
  const line = text.replaceAll("\n", " ");
  return change(dialog, (field) =>
    field.kind === "choice"
      ? field
      : { ...field, editor: insertText(field.editor, line, longestValue) },
  );
}

/** What a key other than Enter, Escape and Ctrl-D does. */
export function keyInDialog(dialog: Dialog, key: KeyName): Dialog {
  const count = dialog.fields.length;
  if (count === 0) return dialog;
  if (key === "tab" || key === "down") return { ...dialog, focus: (dialog.focus + 1) % count };
  if (key === "backtab" || key === "up") {
    return { ...dialog, focus: (dialog.focus + count - 1) % count };
  }
  return change(dialog, (field) => {
    if (field.kind !== "choice") {
      return { ...field, editor: editWithKey(field.editor, key) ?? field.editor };
    }
    const step = key === "right" ? 1 : key === "left" ? -1 : 0;
    if (step === 0) return field;
    const { length } = field.choices;
    const from = field.chosen ?? (step === 1 ? -1 : length);
    return { ...field, chosen: (from + step + length) % length };
  });
}

function change(dialog: Dialog, changed: (field: DialogField) => DialogField): Dialog {
  const fields = dialog.fields.map((field, index) =>
    index === dialog.focus ? changed(field) : field,
  );
  return { ...dialog, fields, wrong: null };
}

/**
 * What Enter does: leads to the next field, and sends the form from the last one.
 *
 * @returns the answer, or the form with the first field that is still wrong
 */
export function enterInDialog(dialog: Dialog): Dialog | DialogAnswer {
  if (dialog.focus < dialog.fields.length - 1) return { ...dialog, focus: dialog.focus + 1 };
  const content: Record<string, string | number | boolean> = {};
  for (const [index, field] of dialog.fields.entries()) {
    const value = fieldValue(field);
    if (value === undefined) return { ...dialog, focus: index, wrong: field.name };
    if (value !== null) content[field.name] = value;
  }
  return { action: "accept", content };
}

/** Null for a field that may be left empty and is; undefined for one that is wrong. */
function fieldValue(field: DialogField): string | number | boolean | null | undefined {
  const text = field.editor.text.trim();
  const nothing = field.required ? undefined : null;
  if (field.kind === "choice") {
    return field.chosen === null ? nothing : field.choices[field.chosen];
  }
  if (text === "") return nothing;
  if (field.kind === "text") return text;
  return Number.isFinite(Number(text)) ? Number(text) : undefined;
}
