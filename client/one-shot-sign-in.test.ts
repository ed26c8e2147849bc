import { AppError, formatError } from "@cleanauth/common/app-error.ts";
import { exitCodeOf } from "@cleanauth/common/exit-code.ts";
import { describe, expect, it } from "vitest";
import { signInForCommand } from "./one-shot-sign-in.ts";
import type { TerminalPrompt } from "./password-prompt.ts";
import {
  codeQuestion,
  confirmQuestion,
  credentialsQuestion,
  newPasswordQuestion,
  selectQuestion,
  setUpAppQuestion,
} from "./sign-in/cognito-questions.ts";
import type { Answers, Question } from "./sign-in/question.ts";
import type { SignIn, TokenSource } from "./sign-in/sign-in.ts";

const tokens = {
  identity: { issuer: "i", username: "demo", subject: "s", groups: [] },
} as unknown as TokenSource;
const given = { username: "demo", password: "Sesam-1234" };
const newPassword = newPasswordQuestion(["email"]);
const code = codeQuestion("SOFTWARE_TOKEN_MFA", null);

describe("signInForCommand", () => {
  it("asks nothing when user name and password are given", async () => {
    const { signIn, answers } = attempt();
    expect(await signInForCommand(() => signIn, given, { prompt: null })).toBe(tokens);
    expect(answers).toEqual([given]);
  });

  it("asks for what is missing, and hides the password alone", async () => {
    const { signIn, answers } = attempt();
    const terminal = createPrompt("demo", "Sesam-1234");
    await signInForCommand(() => signIn, {}, terminal);
    expect(answers).toEqual([given]);
    expect(terminal.asked).toEqual(["User name: ", "(hidden) Password (demo): "]);
  });

  it("asks and tells in Korean where that is the language", async () => {
    const { signIn } = attempt(newPassword);
    const terminal = createPrompt("demo", "Sesam-1234", "New-1", "New-2", "New-1", "New-1", "a@b");
    await signInForCommand(() => signIn, {}, { ...terminal, language: "ko" });
    expect(terminal.asked).toEqual([
      "사용자 이름: ",
      "(hidden) 비밀번호 (demo): ",
      ...Array(2).fill(["(hidden) 새 비밀번호: ", "(hidden) 한 번 더: "]).flat(),
      "이메일: ",
    ]);
    expect(terminal.told.join("\n")).toMatch(
      /임시 비밀번호[\s\S]*두 비밀번호가 서로 다릅니다\. 새/,
    );
  });

  it("has a new password typed twice, and attributes that are required", async () => {
    const { signIn, answers } = attempt(newPassword);
    const terminal = createPrompt("Sesam-5678", "Sesam-5679", "New-1", "New-1", "a@b.example");
    await signInForCommand(() => signIn, given, terminal);
    expect(answers.at(-1)).toEqual({ password: "New-1", email: "a@b.example" });
    expect(terminal.told.at(-1)).toBe(
      "The two passwords are not the same. Type the new password twice.",
    );
  });

  it("asks again for a wrong code, three times in all", async () => {
    const { signIn, answers } = attempt(code);
    const terminal = createPrompt("111111", "222222", "333333", "444444");
    await expect(signInForCommand(() => signIn, given, terminal)).rejects.toMatchObject({
      code: "sign_in_wrong_code",
    });
    expect(answers.slice(1)).toHaveLength(3);
    expect(terminal.told.filter((line) => line.includes("not accepted"))).toHaveLength(2);
  });

  it("goes from the new password to the code", async () => {
    const { signIn } = attempt(newPasswordQuestion([]), code);
    const terminal = createPrompt("New-1", "New-1", "123456");
    expect(await signInForCommand(() => signIn, given, terminal)).toBe(tokens);
  });

  it("has a wrong password typed again, but does not try a given one twice", async () => {
    const { signIn } = attempt();
    const terminal = createPrompt("Wrong-1", "Sesam-1234");
    expect(await signInForCommand(() => signIn, { username: "demo" }, terminal)).toBe(tokens);
    expect(terminal.told).toEqual(["Incorrect user name or password. Try again."]);
    const wrong = { username: "demo", password: "Wrong-1" };
    await expect(signInForCommand(() => signIn, wrong, createPrompt())).rejects.toMatchObject({
      code: "sign_in_refused",
    });
  });

  it("starts over when the sign-in took too long, with what is known", async () => {
    const expired = attempt();
    expired.signIn.answer = async () => {
      throw new AppError("sign_in_session_expired", "Expired", "Sign in again.");
    };
    const attempts = [expired, attempt()];
    const terminal = createPrompt();
    const begin = () => attempts.shift()?.signIn as SignIn;
    expect(await signInForCommand(begin, given, terminal)).toBe(tokens);
    expect(terminal.told).toEqual(["Expired. Sign in again."]);
  });

  it("lists the choices, and says what an empty code does", async () => {
    const select = selectQuestion("SELECT_MFA_TYPE", ["SMS_MFA", "SOFTWARE_TOKEN_MFA"]);
    const { signIn, answers } = attempt(select, confirmQuestion("d***@e***"));
    const terminal = createPrompt("2", "123456");
    await signInForCommand(() => signIn, given, terminal);
    expect(answers.slice(1)).toEqual([{ choice: "SOFTWARE_TOKEN_MFA" }, { code: "123456" }]);
    expect(terminal.told.join("\n")).toMatch(/2 {2}A code of the authenticator app/);
    expect(terminal.told.at(-1)).toMatch(/d\*\*\*@e\*\*\*.*Leave the code empty/);
  });

  it("draws the QR code of a second factor, and spells its key", async () => {
    const { signIn } = attempt(setUpAppQuestion("JBSWY3DPEHPK3PXP", "데모"));
    const terminal = createPrompt("123456");
    await signInForCommand(() => signIn, given, terminal);
    expect(terminal.told[0]).toMatch(/[█▀▄ ]{25}/);
    expect(terminal.told[1]).toContain("JBSW Y3DP EHPK 3PXP");
  });

  it("puts the key of an authenticator app into no error", async () => {
    const { signIn } = attempt(setUpAppQuestion("JBSWY3DPEHPK3PXP", "demo"));
    const error = await signInForCommand(() => signIn, given, { prompt: null }).catch(
      (caught) => caught,
    );
    expect(formatError(error)).toMatch(/Set up a second factor \(MFA_SETUP\)/);
    expect(formatError(error)).not.toMatch(/JBSW/);
  });

  const missing: [
    what: string,
    credentials: object,
    questions: Question[],
    words: RegExp,
    exit: number,
  ][] = [
    ["a user name", {}, [], /CLEANAUTH_USER/, 2],
    ["a password", { username: "demo" }, [], /--password-stdin/, 2],
    ["a new password", given, [newPassword], /New password.*in a terminal/, 3],
    ["a code", given, [code], /SOFTWARE_TOKEN_MFA.*in a terminal/, 3],
  ];
  it.each(missing)(
    "without a terminal says that %s is missing",
    async (_what, credentials, questions, words, exit) => {
      const { signIn } = attempt(...questions);
      const error = await signInForCommand(() => signIn, credentials, { prompt: null }).catch(
        (caught) => caught,
      );
      expect(formatError(error)).toMatch(words);
      expect(exitCodeOf(error)).toBe(exit);
    },
  );
});

/** A sign-in that asks these questions; the code is 123456, the password is Sesam-1234. */
function attempt(...questions: Question[]) {
  const answers: Answers[] = [];
  let asked: Question = credentialsQuestion();
  const signIn: SignIn = {
    first: asked,
    cancel() {},
    async answer(answer) {
      answers.push(answer);
      const isWrong = answer.code !== undefined && answer.code !== "123456";
      if (isWrong) {
        const problem = new AppError("sign_in_wrong_code", "The code was not accepted", "Wait.");
        return { kind: "question", question: asked, problem };
      }
      if (answer.username !== undefined && answer.password !== "Sesam-1234") {
        throw new AppError("sign_in_refused", "Incorrect user name or password", "Try again.");
      }
      const next = questions.shift();
      if (next === undefined) return { kind: "signed_in", tokens };
      asked = next;
      return { kind: "question", question: next, problem: null };
    },
  };
  return { signIn, answers };
}

function createPrompt(...lines: string[]) {
  const asked: string[] = [];
  const told: string[] = [];
  const prompt: TerminalPrompt = {
    async ask(question, options) {
      asked.push(options?.isHidden ? `(hidden) ${question}` : question);
      const line = lines.shift();
      if (line === undefined) throw new Error("asked once too often");
      return line;
    },
    tell: (text) => void told.push(text),
  };
  return { prompt, asked, told };
}
