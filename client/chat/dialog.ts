import { type Editor, editWithKey, emptyEditor, insertText } from "./editor.ts";
import type { KeyName } from "./keys.ts";

/** A form that is to be filled in. Its texts may be shown. */
export interface Dialog {
  readonly purpose: DialogPurpose;
  readonly message: string;
  readonly fields: readonly DialogField[];
  /** Index of the field that is typed into. */
  readonly focus: number;
  /** The name of a field that cannot be sent as it is; null before that was tried. */
  readonly wrong: string | null;
  /** What the field that has the focus may become, as the server has it. */
  readonly values: readonly string[];
  /** Index of the value that is chosen; null while none is. */
  readonly value: number | null;
}

/** What is done with what was filled in: the server asked for it, or the user wants something of it. */
export type DialogPurpose =
  | { readonly kind: "elicitation"; readonly id: number }
  | { readonly kind: "prompt"; readonly name: string }
  | { readonly kind: "resource"; readonly uri: string };

export interface DialogField {
  readonly name: string;
  readonly label: string;
  readonly about: string;
  /** `choices` may be taken several at once. */
  readonly kind: "text" | "number" | "choice" | "choices";
  readonly choices: readonly (string | boolean)[];
  readonly required: boolean;
  /** What it begins with. */
  readonly initial?: DialogValue;
  readonly editor: Editor;
  /** Index of the choice, or of the one that Space takes or leaves; null before there was one. */
  readonly chosen: number | null;
  /** Those of `choices` that are taken. */
  readonly taken: ReadonlySet<string | boolean>;
}

export type DialogValue = string | number | boolean | string[];

/** A field as it is asked for, before anything is filled in. */
export type AskedDialogField = Omit<DialogField, "editor" | "chosen" | "taken">;

export type DialogAnswer =
  | { action: "accept"; content: Record<string, DialogValue> }
  | { action: "decline" }
  | { action: "cancel" };

const longestValue = 2_000;

/** A form with nothing filled in but what is proposed. */
export function dialogOf(
  purpose: DialogPurpose,
  asked: { message: string; fields: readonly AskedDialogField[] },
): Dialog {
  const fields = asked.fields.map((field): DialogField => {
    const { kind, choices, initial } = field;
    const isTyped = kind === "text" || kind === "number";
    const chosen = kind === "choice" ? choices.indexOf(initial as string | boolean) : -1;
    const text = isTyped && initial !== undefined ? String(initial) : "";
    return {
      ...field,
      editor: insertText(emptyEditor, text, longestValue),
      chosen: kind === "choices" ? 0 : chosen < 0 ? null : chosen,
      taken: new Set(Array.isArray(initial) ? initial : []),
    };
  });
  return { purpose, message: asked.message, fields, focus: 0, wrong: null, ...noValues };
}

const noValues = { values: [], value: null } as const;

/** The form, with what the field that has the focus may become. */
export function withValues(
  dialog: Dialog,
  completed: { readonly field: string; readonly value: string; readonly values: readonly string[] },
): Dialog {
  const { field, value, values } = completed;
  const focused = dialog.fields[dialog.focus];
  // The answer to what was typed before is of no use any more.
  if (focused?.name !== field || focused.editor.text !== value) return dialog;
  return { ...dialog, values: values.filter((each) => each !== value), value: null };
}

/** What is filled in, as it is; for completion. */
export function textsOfDialog({ fields }: Dialog): Record<string, string> {
  return Object.fromEntries(fields.map(({ name, editor }) => [name, editor.text]));
}

/** Puts text into the field that has the focus; a choice takes none, and of several a space takes one. */
export function typeIntoDialog(dialog: Dialog, text: string): Dialog {
  const line = text.replaceAll("\n", " ");
  return change(dialog, (field) => {
    if (field.kind === "choices" && text === " ") return takeOrLeave(field);
    if (field.kind === "choice" || field.kind === "choices") return field;
    return { ...field, editor: insertText(field.editor, line, longestValue) };
  });
}

function takeOrLeave(field: DialogField): DialogField {
  const choice = field.choices[field.chosen ?? 0];
  const taken = new Set(field.taken);
  if (choice !== undefined && !taken.delete(choice)) taken.add(choice);
  return { ...field, taken };
}

/** Forms that have nothing to do with an answer, and so outlive it. */
export function ownDialogs({
  dialogs,
}: {
  readonly dialogs: readonly Dialog[];
}): readonly Dialog[] {
  return dialogs.filter(({ purpose }) => purpose.kind !== "elicitation");
}

/** What a key other than Enter, Escape and Ctrl-D does. */
export function keyInDialog(dialog: Dialog, key: KeyName): Dialog {
  const count = dialog.fields.length;
  if (count === 0) return dialog;
  const { values, value } = dialog;
  if (key === "down" && values.length > 0) {
    return { ...dialog, value: Math.min(values.length - 1, (value ?? -1) + 1) };
  }
  if (key === "up" && value !== null) return { ...dialog, value: value === 0 ? null : value - 1 };
  if (key === "tab" || key === "down") return focusOn(dialog, (dialog.focus + 1) % count);
  if (key === "backtab" || key === "up") {
    return focusOn(dialog, (dialog.focus + count - 1) % count);
  }
  return change(dialog, (field) => {
    if (field.kind !== "choice" && field.kind !== "choices") {
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
  return { ...dialog, fields, wrong: null, ...noValues };
}

function focusOn(dialog: Dialog, focus: number): Dialog {
  return { ...dialog, focus, ...noValues };
}

/**
 * What Enter does: takes a value that is chosen, else leads to the next field, and sends the form from
 * the last one.
 *
 * @returns the answer, or the form with the first field that is still wrong
 */
export function enterInDialog(dialog: Dialog): Dialog | DialogAnswer {
  const chosen = dialog.value === null ? undefined : dialog.values[dialog.value];
  if (chosen !== undefined) {
    return change(dialog, (field) => ({
      ...field,
      editor: insertText(emptyEditor, chosen, longestValue),
    }));
  }
  if (dialog.focus < dialog.fields.length - 1) return focusOn(dialog, dialog.focus + 1);
  const content: Record<string, DialogValue> = {};
  for (const [index, field] of dialog.fields.entries()) {
    const value = fieldValue(field);
    if (value === undefined) return { ...focusOn(dialog, index), wrong: field.name };
    if (value !== null) content[field.name] = value;
  }
  return { action: "accept", content };
}

/** Null for a field that may be left empty and is; undefined for one that is wrong. */
function fieldValue(field: DialogField): DialogValue | null | undefined {
  const text = field.editor.text.trim();
  const nothing = field.required ? undefined : null;
  if (field.kind === "choices") {
    const taken = field.choices.filter((choice) => field.taken.has(choice)).map(String);
    return taken.length === 0 ? nothing : taken;
  }
  if (field.kind === "choice") {
    return field.chosen === null ? nothing : field.choices[field.chosen];
  }
  if (text === "") return nothing;
  if (field.kind === "text") return text;
  return Number.isFinite(Number(text)) ? Number(text) : undefined;
}
