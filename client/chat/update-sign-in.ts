import {
  challengeForm,
  type Form,
  fieldText,
  keyInForm,
  signInForm,
  typeIntoForm,
  withoutSecrets,
} from "./form.ts";
import type { KeyName } from "./keys.ts";
import type { Effect, Message } from "./messages.ts";
import type { Model, Problem, SignInPhase } from "./model.ts";
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
    case "challenged":
      return show(model, challengeForm(message.challenge, form.username));
    case "sign_in_failed":
      return show(model, failed(form, message.problem, message.again));
    case "signed_in": {
      const connecting = { name: "connecting", user: message.user, problem: null } as const;
      return [{ ...model, phase: connecting }, [{ type: "connect" }]];
    }
    default:
      return [model, []];
  }
}

function show(model: Model, form: Form, effects: readonly Effect[] = []): Update {
  return [{ ...model, phase: { name: "sign_in", form } }, effects];
}

function keyPressed(model: Model, form: Form, key: KeyName): Update {
  if (key === "escape") {
    const isAtStart = form.kind === "sign_in" && !form.busy;
    return isAtStart
      ? [model, []]
      : show(model, signInForm({ username: form.username }), [{ type: "abandon" }]);
  }
  if (form.busy) return [model, []];
  if (key === "end-of-input") return [model, isEmpty(form) ? [{ type: "exit" }] : []];
  if (key !== "enter") return show(model, keyInForm(form, key));
  const empty = form.fields.findIndex(({ editor }) => editor.text === "");
  const isLast = form.focus === form.fields.length - 1;
  // Enter leads through the fields, and submits once there is something in each of them.
  if (!isLast && form.fields[form.focus]?.editor.text !== "") {
    const later = form.fields.slice(form.focus + 1).some(({ editor }) => editor.text === "");
    if (later || empty !== -1) return show(model, { ...form, focus: form.focus + 1 });
  }
  if (empty !== -1) return show(model, { ...form, focus: empty, problem: missing(form, empty) });
  return submit(model, form);
}

function isEmpty(form: Form): boolean {
  return form.fields.every(({ editor }) => editor.text === "");
}

function missing(form: Form, index: number): Problem {
  return {
    code: "sign_in_incomplete",
    message: `${form.fields[index]?.label ?? "A field"} is empty`,
    hint: "Fill it in, then press Enter.",
  };
}

function submit(model: Model, form: Form): Update {
  const busy: Form = { ...form, busy: true, problem: null };
  switch (form.kind) {
    case "sign_in": {
      const username = fieldText(form, "username").trim();
      const password = fieldText(form, "password");
      return show(model, { ...busy, username }, [{ type: "sign_in", username, password }]);
    }
    case "totp": {
      const code = fieldText(form, "code").replace(/\s/g, "");
      if (/^\d{6}$/.test(code)) return show(model, busy, [{ type: "answer_totp", code }]);
      return show(model, {
        ...form,
        problem: {
          code: "sign_in_wrong_code",
          message: "That is no six digits",
          hint: "Type the code as the authenticator app shows it.",
        },
      });
    }
    case "new_password": {
      const newPassword = fieldText(form, "password");
      if (newPassword !== fieldText(form, "repeated")) {
        return show(model, {
          ...withoutSecrets(form),
          problem: {
            code: "sign_in_passwords_differ",
            message: "The two passwords are not the same",
            hint: "Type the new password twice.",
          },
        });
      }
      const attributes = Object.fromEntries(
        form.fields
          .filter(({ name }) => name !== "password" && name !== "repeated")
          .map(({ name, editor }) => [name, editor.text.trim()]),
      );
      return show(model, busy, [{ type: "answer_new_password", newPassword, attributes }]);
    }
  }
}

/** The challenge once more where Cognito allows it, else the sign-in from its start. */
function failed(form: Form, problem: Problem, again: boolean): Form {
  if (again || form.kind === "sign_in") return { ...withoutSecrets(form), busy: false, problem };
  return signInForm({ username: form.username, problem });
}
