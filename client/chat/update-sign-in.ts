import {
  answersOf,
  type Form,
  formOf,
  isFieldEmpty,
  keyInForm,
  labelOf,
  typeIntoForm,
  withoutSecrets,
} from "./form.ts";
import type { KeyName } from "./keys.ts";
import type { Effect, Message } from "./messages.ts";
import type { Model, Problem, SignInPhase } from "./model.ts";
import { textsOf } from "./texts/texts.ts";
import type { Update } from "./update.ts";

/** {@link update} while somebody signs in. */
export function updateSignIn(model: Model, phase: SignInPhase, message: Message): Update {
  const { form } = phase;
  switch (message.type) {
    case "typed":
    case "pasted":
      return form.busy ? [model, []] : show(model, typeIntoForm(form, message.text));
    case "key":
      return keyPressed(model, form, message.key);
    case "asked":
      return show(model, asked(form, message));
    case "sign_in_failed":
      return show(model, failed(model, form, message.problem));
    case "signed_in": {
      const connecting = { name: "connecting", user: message.user, problem: null } as const;
      return [{ ...model, phase: connecting }, [{ type: "connect" }]];
    }
    case "signed_out": {
      const { signedOut, revoked, notRevoked } = textsOf(model.language).signIn;
      const intro = `${signedOut} ${message.isRevoked ? revoked : notRevoked}`;
      return show(model, { ...form, intro });
    }
    case "resuming":
      return show(model, { ...form, busy: true });
    case "not_resumed":
      return show(model, { ...form, busy: false, problem: message.problem });
    default:
      return [model, []];
  }
}

/**
 * The sign-in form as it is at the beginning.
 *
 * @param model whose first question is asked
 * @param options what stands in it
 */
export function firstForm(model: Model, options: Parameters<typeof formOf>[1]): Form {
  return formOf(model.firstQuestion, options);
}

function show(model: Model, form: Form, effects: readonly Effect[] = []): Update {
  return [{ ...model, phase: { name: "sign_in", form } }, effects];
}

function keyPressed(model: Model, form: Form, key: KeyName): Update {
  if (key === "escape") {
    const isAtStart = form.question.name === model.firstQuestion.name && !form.busy;
    return isAtStart
      ? [model, []]
      : show(model, firstForm(model, { username: form.username }), [{ type: "abandon" }]);
  }
  if (form.busy) return [model, []];
  if (key === "end-of-input") {
    return [model, form.fields.every(isFieldEmpty) ? [{ type: "exit" }] : []];
  }
  return key === "enter" ? enter(model, form) : show(model, keyInForm(form, key));
}

/** Enter leads through the fields, and submits once there is something in each of them. */
function enter(model: Model, form: Form): Update {
  const { fields, focus } = form;
  const focused = fields[focus];
  const emptyAt = fields.findIndex(isFieldEmpty);
  // An empty answer where one may be given does not need the fields behind it.
  if (emptyAt === -1 || (emptyAt === focus && focused?.mayBeEmpty)) return submit(model, form);
  const mayGoOn = focused !== undefined && !isFieldEmpty(focused) && focus < fields.length - 1;
  if (mayGoOn) return show(model, { ...form, focus: focus + 1 });
  return show(model, { ...form, focus: emptyAt, problem: missing(model, form, emptyAt) });
}

function missing(model: Model, form: Form, index: number): Problem {
  const texts = textsOf(model.language).signIn;
  const field = form.fields[index];
  const label = field === undefined ? "" : labelOf(form, field, texts);
  return { code: "sign_in_incomplete", message: texts.isEmpty(label), hint: texts.fillIn };
}

function submit(model: Model, form: Form): Update {
  const answers = answersOf(form);
  const problem = mistakeIn(model, form);
  if (problem !== null) return show(model, { ...withoutSecrets(form), problem });
  const username = answers.username ?? form.username;
  const busy: Form = { ...form, username, busy: true, problem: null };
  return show(model, busy, [{ type: "answer", answers }]);
}

/** What can be seen to be wrong before Cognito is asked. */
function mistakeIn(model: Model, form: Form): Problem | null {
  const texts = textsOf(model.language).signIn;
  // An empty code asks for another one; the password beside it is of no interest then.
  if (form.fields.some((field) => field.mayBeEmpty && isFieldEmpty(field))) return null;
  const repeated = form.fields.find(({ repeats }) => repeats);
  const first = form.fields.find(({ name, repeats }) => !repeats && name === repeated?.name);
  if (repeated?.editor.text !== first?.editor.text) {
    const [message, hint] = [texts.passwordsDiffer, texts.typeTwice];
    return { code: "sign_in_passwords_differ", message, hint };
  }
  const code = form.fields.find(({ kind }) => kind === "code");
  if (code !== undefined && !/^\d{4,10}$/.test(code.editor.text.replace(/\s/g, ""))) {
    return { code: "sign_in_wrong_code", message: texts.noCode, hint: texts.typeCode };
  }
  return null;
}

/** What Cognito asks next, or once more. */
function asked(form: Form, message: Extract<Message, { type: "asked" }>): Form {
  const { question, picture, problem } = message;
  const { username } = form;
  const isSame = problem !== null && question.name === form.question.name;
  if (isSame) return { ...withoutSecrets(form), busy: false, problem };
  // A page in the browser is answered there; until then there is nothing to type.
  const busy = question.name === "BROWSER";
  return { ...formOf(question, { username, picture, problem }), busy };
}

/** The sign-in from its start; the user name stays. */
function failed(model: Model, form: Form, problem: Problem): Form {
  if (form.question.name === model.firstQuestion.name) {
    return { ...withoutSecrets(form), question: model.firstQuestion, busy: false, problem };
  }
  return firstForm(model, { username: form.username, problem });
}
