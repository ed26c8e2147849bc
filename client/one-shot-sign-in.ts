import { AppError } from "@cleanauth/common/app-error.ts";
import { fieldLabel } from "./chat/form.ts";
import type { Language } from "./chat/language.ts";
import { signInTexts } from "./chat/texts/sign-in-texts.ts";
import { errorLine, LocalizedError } from "./localized-error.ts";
import type { TerminalPrompt } from "./password-prompt.ts";
import { qrLines } from "./qr-code.ts";
import { shownQuestion } from "./shown-text.ts";
import type { Answers, Question, QuestionField } from "./sign-in/question.ts";
import type { SignIn, SignInStep, TokenSource } from "./sign-in/sign-in.ts";
import { stripToLine } from "./terminal-text.ts";

/** How often the same question is asked before the attempt is given up. */
const mostTries = 3;

/** What is known about who signs in; the rest is asked for in the terminal. */
export interface Credentials {
  username?: string | undefined;
  password?: string | undefined;
}

/**
 * Signs in for a command: with what is given, and what the terminal's user answers.
 *
 * @param createSignIn begins an attempt
 * @param credentials what is known
 * @param options.prompt the terminal; null without one, and then whatever is missing is an error
 * @param options.tell shows a line that needs no answer, terminal or not
 * @param options.language of what is asked
 * @throws AppError `usage_…` for what is missing, `sign_in_…` for what is refused, `interrupted`
 */
export async function signInForCommand(
  createSignIn: () => SignIn,
  credentials: Credentials,
  options: {
    prompt: TerminalPrompt | null;
    tell?: (line: string) => void;
    language?: Language;
  },
): Promise<TokenSource> {
  const { prompt, tell = () => {}, language = "en" } = options;
  const asker = createAsker(prompt, tell, language);
  const known: Credentials = { ...credentials };
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await signInOnce(createSignIn(), known, asker);
    } catch (error) {
      const again =
        attempt < mostTries && prompt !== null ? whatToAskAgain(error, credentials) : null;
      if (again === null) throw error;
      asker.tellProblem(error as AppError);
      if (again === "password") known.password = undefined;
    }
  }
}

/** A wrong password may be typed again, and an attempt that took too long is begun anew. */
function whatToAskAgain(error: unknown, given: Credentials): "password" | "everything" | null {
  if (!(error instanceof AppError)) return null;
  if (error.code === "sign_in_session_expired") return "everything";
  const isTyped = given.password === undefined;
  return error.code === "sign_in_refused" && isTyped ? "password" : null;
}

async function signInOnce(
  signIn: SignIn,
  known: Credentials,
  asker: ReturnType<typeof createAsker>,
): Promise<TokenSource> {
  let step: SignInStep = { kind: "question", question: signIn.first, problem: null };
  let tries = 0;
  try {
    while (step.kind === "question") {
      const { question, problem } = step;
      tries = problem === null ? 0 : tries + 1;
      if (problem !== null && tries === mostTries) throw problem;
      if (problem !== null) asker.tellProblem(problem);
      const answers =
        question.name === "CREDENTIALS"
          ? await asker.askCredentials(known)
          : await asker.ask(shownQuestion(question));
      step = await signIn.answer(answers);
    }
    return step.tokens;
  } catch (error) {
    signIn.cancel();
    throw error;
  }
}

function createAsker(
  prompt: TerminalPrompt | null,
  tell: (line: string) => void,
  language: Language,
) {
  const texts = signInTexts[language];

  async function askTwice(terminal: TerminalPrompt): Promise<string> {
    for (let attempt = 1; ; attempt += 1) {
      const first = await terminal.ask(`${texts.labels.newPassword}: `, { isHidden: true });
      const second = await terminal.ask(`${texts.onceMore}: `, { isHidden: true });
      if (first === second) return first;
      const { en, ko } = signInTexts;
      const problem = new LocalizedError("sign_in_passwords_differ", {
        en: [en.passwordsDiffer, en.typeTwice],
        ko: [ko.passwordsDiffer, ko.typeTwice],
      });
      if (attempt === mostTries) throw problem;
      terminal.tell(errorLine(problem, language));
    }
  }

  async function askField(terminal: TerminalPrompt, field: QuestionField): Promise<string> {
    const { kind, choices } = field;
    const label = fieldLabel(field, texts);
    switch (kind) {
      case "new_secret":
        return askTwice(terminal);
      case "secret":
        return terminal.ask(`${label}: `, { isHidden: true });
      case "code":
      case "text":
        return terminal.ask(`${label}: `);
      case "choice": {
        for (const [index, choice] of choices.entries()) {
          terminal.tell(`  ${index + 1}  ${texts.choices[choice] ?? choice}`);
        }
        const typed = await terminal.ask(`1-${choices.length}: `);
        return choices[Number(typed) - 1] ?? "";
      }
    }
  }

  return {
    tellProblem(problem: AppError): void {
      prompt?.tell(stripToLine(errorLine(problem, language), 1_000));
    },

    /** The user name and the password: those that are known, and what is typed for the rest. */
    async askCredentials(known: Credentials): Promise<Answers> {
      const { labels } = texts;
      known.username ??= await requirePrompt(prompt, noUsername).ask(`${labels.username}: `);
      known.password ??= await requirePrompt(prompt, noPassword).ask(
        `${labels.password} (${stripToLine(known.username, 60)}): `,
        { isHidden: true },
      );
      return { username: known.username, password: known.password };
    },

    async ask(question: Question): Promise<Answers> {
      const { title, intro, ifEmpty = "" } = texts.words(question);
      // What is answered elsewhere, or by nobody.
      if (question.fields.length === 0) {
        if (question.url !== null) tell(`${intro}\n${question.url}`);
        return {};
      }
      const terminal = requirePrompt(prompt, () => unanswerable(question));
      if (question.app !== null) terminal.tell(picture(question.app.uri));
      terminal.tell([intro === "" ? title : intro, ifEmpty].filter(Boolean).join(" "));
      const answers: Record<string, string> = {};
      for (const field of question.fields) {
        const answer = await askField(terminal, field);
        answers[field.name] = answer;
        if (answer === "" && field.mayBeEmpty) break;
      }
      return answers;
    },
  };
}

/** White on black, whatever the terminal's own colours are. */
function picture(uri: string): string {
  return qrLines(uri)
    .map((line) => `\x1b[97;40m${line}\x1b[0m`)
    .join("\n");
}

function requirePrompt(prompt: TerminalPrompt | null, missing: () => AppError): TerminalPrompt {
  if (prompt === null) throw missing();
  return prompt;
}

function unanswerable(question: Question): LocalizedError {
  const inWords = (language: Language) => {
    const { title, intro } = signInTexts[language].words(question);
    // An error may end up in a log, where the key of an authenticator app has no place.
    const isSecret = question.app !== null || intro === "";
    return { title: `${title} (${question.name})`, intro: isSecret ? "" : `${intro} ` };
  };
  const [en, ko] = [inWords("en"), inWords("ko")];
  return new LocalizedError("sign_in_answer_required", {
    en: [
      `Cognito asks for more, and there is no terminal to answer in: ${en.title}`,
      `${en.intro}Run it in a terminal, or sign in once with make chat.`,
    ],
    ko: [
      `Cognito가 더 묻는데, 답할 터미널이 없습니다: ${ko.title}`,
      `${ko.intro}터미널에서 실행하거나, make chat으로 한 번 로그인하세요.`,
    ],
  });
}

function noUsername(): LocalizedError {
  return new LocalizedError("usage_no_user", {
    en: [
      "It is not known who signs in, and there is no terminal to ask in",
      "Give USER after SERVER_URL, or set CLEANAUTH_USER.",
    ],
    ko: [
      "누가 로그인하는지 알 수 없고, 물어볼 터미널이 없습니다",
      "SERVER_URL 뒤에 USER를 주거나, CLEANAUTH_USER를 설정하세요.",
    ],
  });
}

function noPassword(): LocalizedError {
  return new LocalizedError("usage_no_password", {
    en: [
      "There is no password, and no terminal to ask for it in",
      "Use --password-stdin or set CLEANAUTH_PASSWORD.",
    ],
    ko: [
      "비밀번호가 없고, 물어볼 터미널이 없습니다",
      "--password-stdin을 쓰거나, CLEANAUTH_PASSWORD를 설정하세요.",
    ],
  });
}
