import { type Editor, editorWith, editWithKey, emptyEditor, insertText } from "./editor.ts";
import type { KeyName } from "./keys.ts";
import type { ChallengeSummary } from "./messages.ts";
import type { Problem } from "./model.ts";

/** A form with a few fields: the sign-in, or one of Cognito's challenges. */
export interface Form {
  readonly kind: "sign_in" | "new_password" | "totp";
  readonly title: string;
  /** Why the form is there, where that is not plain. */
  readonly intro: string | null;
  readonly fields: readonly Field[];
  /** Index of the field that is typed into. */
  readonly focus: number;
  /** What the keyboard's Enter does in the last field, as a verb. */
  readonly action: string;
  readonly problem: Problem | null;
  /** True while the answer is awaited. */
  readonly busy: boolean;
  /** Who signs in; in a challenge it is no field. */
  readonly username: string;
}

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly hidden: boolean;
  readonly editor: Editor;
}

/**
 * The form that asks for user name and password.
 *
 * @param options.username prefilled when given
 * @param options.password prefilled when given, shown as dots like a typed one
 * @param options.intro what to know before signing in, for instance that the session expired
 * @param options.problem what failed before
 */
export function signInForm(options: {
  username?: string | undefined;
  password?: string | undefined;
  intro?: string | undefined;
  problem?: Problem;
}): Form {
  const { username = "", password = "" } = options;
  return {
    kind: "sign_in",
    title: "Sign in",
    intro: options.intro ?? null,
    fields: [
      field("username", "User name", editorWith(username)),
      { ...field("password", "Password", editorWith(password)), hidden: true },
    ],
    focus: username === "" ? 0 : 1,
    action: "sign in",
    problem: options.problem ?? null,
    busy: false,
    username,
  };
}

/**
 * The form for what Cognito asks on top of the password.
 *
 * @param challenge what it asks
 * @param username who is signing in
 */
export function challengeForm(challenge: ChallengeSummary, username: string): Form {
  const common = { focus: 0, problem: null, busy: false, username };
  if (challenge.name === "SOFTWARE_TOKEN_MFA") {
    return {
      ...common,
      kind: "totp",
      title: "Second factor",
      intro: "Type the six digits that your authenticator app shows now.",
      fields: [field("code", "Code")],
      action: "confirm",
    };
  }
  return {
    ...common,
    kind: "new_password",
    title: "New password",
    intro: "The password you gave is a temporary one. Choose your own.",
    fields: [
      { ...field("password", "New password"), hidden: true },
      { ...field("repeated", "Once more"), hidden: true },
      ...challenge.requiredAttributes.map((name) => field(name, attributeLabel(name))),
    ],
    action: "set password",
  };
}

function field(name: string, label: string, editor: Editor = emptyEditor): Field {
  return { name, label, hidden: false, editor };
}

/** `given_name` as `Given name`; custom attributes without their prefix. */
function attributeLabel(name: string): string {
  const words = name.replace(/^custom:/, "").replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/**
 * What was typed into a field.
 *
 * @param form any form
 * @param name the field's name
 */
export function fieldText(form: Form, name: string): string {
  return form.fields.find((candidate) => candidate.name === name)?.editor.text ?? "";
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
  return changeFocused(form, (editor) => insertText(editor, line));
}

/**
 * What a key other than Enter and Escape does in a form.
 *
 * @param form a form that is not busy
 * @param key the key
 */
export function keyInForm(form: Form, key: KeyName): Form {
  const count = form.fields.length;
  if (key === "tab" || key === "down") return { ...form, focus: (form.focus + 1) % count };
  if (key === "backtab" || key === "up")
    return { ...form, focus: (form.focus + count - 1) % count };
  return changeFocused(form, (editor) => editWithKey(editor, key) ?? editor);
}

function changeFocused(form: Form, change: (editor: Editor) => Editor): Form {
  return {
    ...form,
    fields: form.fields.map((candidate, index) =>
      index === form.focus ? { ...candidate, editor: change(candidate.editor) } : candidate,
    ),
  };
}

/**
 * The form with its hidden fields emptied and the focus on the first of them: what was refused is
 * typed anew.
 *
 * @param form any form
 */
export function withoutSecrets(form: Form): Form {
  const fields = form.fields.map((candidate) =>
    candidate.hidden || candidate.name === "code"
      ? { ...candidate, editor: emptyEditor }
      : candidate,
  );
  const focus = fields.findIndex((candidate) => candidate.editor.text === "");
  return { ...form, fields, focus: Math.max(0, focus) };
}
