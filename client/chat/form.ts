import type { Answers, Question } from "../sign-in/question.ts";
import { type Editor, editorWith, editWithKey, emptyEditor, insertText } from "./editor.ts";
import type { KeyName } from "./keys.ts";
import type { Problem } from "./model.ts";
import type { signInTexts } from "./texts/sign-in-texts.ts";

/** A question that is asked on the screen. */
export interface Form {
  /** What is asked; its texts may be shown. */
  readonly question: Question;
  /** A QR code as lines of blocks. */
  readonly picture: readonly string[];
  /** What to know before answering, in place of the question's own words. */
  readonly intro: string | null;
  readonly fields: readonly Field[];
  /** Index of the field that is typed into. */
  readonly focus: number;
  readonly problem: Problem | null;
  /** True while it is awaited what comes of the answer. */
  readonly busy: boolean;
  /** Who signs in; in a challenge it is no field. */
  readonly username: string;
}

export interface Field {
  readonly name: string;
  readonly kind: "text" | "secret" | "code" | "choice";
  /** True for the second field of a new password. */
  readonly repeats: boolean;
  readonly choices: readonly string[];
  /** Index of the choice that is taken. */
  readonly chosen: number;
  readonly mayBeEmpty: boolean;
  readonly editor: Editor;
}

/**
 * The form for a question.
 *
 * @param question what is asked; its texts may be shown
 * @param options.username who signs in, as far as known
 * @param options.password prefilled when given, shown as dots like a typed one
 */
export function formOf(
  question: Question,
  options: {
    username?: string | undefined;
    password?: string | undefined;
    picture?: readonly string[];
    intro?: string | undefined;
    problem?: Problem | null;
  },
): Form {
  const { username = "", password = "" } = options;
  const isFirst = question.name === "CREDENTIALS";
  const prefilled: Readonly<Record<string, string>> = isFirst ? { username, password } : {};
  const fields = question.fields.flatMap(({ name, kind, choices, mayBeEmpty }): Field[] => {
    const editor = editorWith(prefilled[name] ?? "");
    const common = { name, choices, chosen: 0, mayBeEmpty, editor, repeats: false };
    if (kind !== "new_secret") return [{ ...common, kind }];
    const secret = { ...common, kind: "secret" } as const;
    return [secret, { ...secret, repeats: true }];
  });
  return {
    question,
    picture: options.picture ?? [],
    intro: options.intro ?? null,
    fields,
    focus: isFirst && username !== "" ? 1 : 0,
    problem: options.problem ?? null,
    busy: false,
    username,
  };
}

/**
 * What stands before a field.
 *
 * @param form the field's form
 * @param texts the interface's words
 */
export function labelOf(
  { question }: Form,
  { name, repeats, kind }: Field,
  texts: (typeof signInTexts)["en"],
): string {
  if (repeats) return texts.onceMore;
  const isNew = question.fields.some((field) => field.name === name && field.kind === "new_secret");
  if (isNew) return texts.labels.newPassword;
  return fieldLabel({ name, kind }, texts);
}

/**
 * What a field is called that is asked for once.
 *
 * @param field an attribute, if it is none of those that have words of their own
 * @param texts the interface's words
 */
export function fieldLabel(
  { name, kind }: { readonly name: string; readonly kind: string },
  texts: (typeof signInTexts)["en"],
): string {
  const isAttribute = kind === "text" && !["username", "client_id"].includes(name);
  const label = isAttribute
    ? texts.attributes[name]
    : texts.labels[name as keyof typeof texts.labels];
  return label ?? attributeLabel(name);
}

/** `given_name` as `Given name`; custom attributes without their prefix. */
function attributeLabel(name: string): string {
  const words = name.replace(/^custom:/, "").replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What was given, by the names of the question's fields. */
export function answersOf(form: Form): Answers {
  const given = form.fields.filter(({ repeats }) => !repeats);
  return Object.fromEntries(given.map((field) => [field.name, answerOf(field)]));
}

function answerOf({ kind, choices, chosen, editor }: Field): string {
  if (kind === "choice") return choices[chosen] ?? "";
  if (kind === "code") return editor.text.replace(/\s/g, "");
  return kind === "secret" ? editor.text : editor.text.trim();
}

/** Whether nothing stands in a field; in a choice there always is something. */
export function isFieldEmpty(field: Field): boolean {
  return field.kind !== "choice" && field.editor.text === "";
}

/**
 * Puts text into the field that has the focus. Fields are one line each: of a pasted text the first
 * line is taken, for the newline behind a copied password belongs to no password.
 *
 * @param form a form that is not busy
 * @param text what was typed or pasted
 */
export function typeIntoForm(form: Form, text: string): Form {
  const line = text.split("\n").find((candidate) => candidate !== "") ?? "";
  return changeFocused(form, (field) => {
    if (field.kind !== "choice")
      return { ...field, editor: insertText(field.editor, line, longestField) };
    const chosen = Number(line) - 1;
    return field.choices[chosen] === undefined ? field : { ...field, chosen };
  });
}

/**
 * What a key other than Enter and Escape does in a form.
 *
 * @param form a form that is not busy
 * @param key the key
 */
export function keyInForm(form: Form, key: KeyName): Form {
  const step = key === "tab" || key === "down" ? 1 : key === "backtab" || key === "up" ? -1 : 0;
  if (step !== 0) return move(form, step);
  return changeFocused(form, (field) =>
    field.kind === "choice"
      ? field
      : { ...field, editor: editWithKey(field.editor, key) ?? field.editor },
  );
}

/** Longer than any user name or password that Cognito takes. */
const longestField = 256;

function move(form: Form, step: 1 | -1): Form {
  const count = form.fields.length;
  if (count === 0) return form;
  if (form.fields[form.focus]?.kind !== "choice") {
    return { ...form, focus: (form.focus + step + count) % count };
  }
  return changeFocused(form, (field) => {
    const many = field.choices.length;
    return { ...field, chosen: (field.chosen + step + many) % many };
  });
}

function changeFocused(form: Form, change: (field: Field) => Field): Form {
  return {
    ...form,
    fields: form.fields.map((field, index) => (index === form.focus ? change(field) : field)),
  };
}

/**
 * The form with its passwords and codes emptied and the focus on the first of them: what was refused
 * is typed anew.
 *
 * @param form any form
 */
export function withoutSecrets(form: Form): Form {
  const fields = form.fields.map((field) =>
    field.kind === "secret" || field.kind === "code" ? { ...field, editor: emptyEditor } : field,
  );
  return { ...form, fields, focus: Math.max(0, fields.findIndex(isFieldEmpty)) };
}
