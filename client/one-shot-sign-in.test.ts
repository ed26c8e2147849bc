import { AppError, formatError } from "@cleanauth/common/app-error.ts";
import { exitCodeOf } from "@cleanauth/common/exit-code.ts";
import { describe, expect, it } from "vitest";
import { signInForCommand } from "./one-shot-sign-in.ts";
import type { TerminalPrompt } from "./password-prompt.ts";
import type { Challenge, ChallengeAnswer, SignIn, TokenSource } from "./sign-in/sign-in.ts";

const tokens = {
  identity: { issuer: "i", username: "demo", subject: "s", groups: [] },
} as unknown as TokenSource;
const given = { username: "demo", password: "Sesam-1234" };
const newPassword = {
  name: "NEW_PASSWORD_REQUIRED",
  requiredAttributes: ["email"],
} as const satisfies Challenge;
const code = { name: "SOFTWARE_TOKEN_MFA" } as const satisfies Challenge;

describe("signInForCommand", () => {
  it("asks nothing when user name and password are given", async () => {
    const { signIn, answers } = attempt();
    expect(await signInForCommand(signIn, given, null)).toBe(tokens);
    expect(answers).toEqual([["demo", "Sesam-1234"]]);
  });

  it("asks for what is missing, and hides the password alone", async () => {
    const { signIn, answers } = attempt();
    const terminal = createPrompt("demo", "Sesam-1234");
    await signInForCommand(signIn, {}, terminal.prompt);
    expect(answers).toEqual([["demo", "Sesam-1234"]]);
    expect(terminal.asked).toEqual(["User: ", "(hidden) Password of demo: "]);
  });

  it("has a new password typed twice, and attributes that are required", async () => {
    const { signIn, answers } = attempt(newPassword);
    const terminal = createPrompt("Sesam-5678", "Sesam-5679", "New-1", "New-1", "a@b.example");
    await signInForCommand(signIn, given, terminal.prompt);
    expect(answers.at(-1)).toEqual({
      name: "NEW_PASSWORD_REQUIRED",
      newPassword: "New-1",
      attributes: { email: "a@b.example" },
    });
    expect(terminal.told).toEqual(["The two are not the same. Type them again."]);
  });

  it("asks again for a wrong code, three times in all", async () => {
    const { signIn, answers } = attempt(code);
    const terminal = createPrompt("111111", "222222", "333333", "444444");
    await expect(signInForCommand(signIn, given, terminal.prompt)).rejects.toMatchObject({
      code: "sign_in_wrong_code",
    });
    expect(answers.slice(1)).toHaveLength(3);
    expect(terminal.told).toHaveLength(2);
  });

  it("goes from the new password to the code", async () => {
    const { signIn } = attempt({ ...newPassword, requiredAttributes: [] }, code);
    const terminal = createPrompt("New-1", "New-1", "123456");
    expect(await signInForCommand(signIn, given, terminal.prompt)).toBe(tokens);
  });

  const missing: [
    what: string,
    credentials: object,
    challenge: Challenge[],
    words: RegExp,
    exit: number,
  ][] = [
    ["a user name", {}, [], /CLEANAUTH_USER/, 2],
    ["a password", { username: "demo" }, [], /--password-stdin/, 2],
    ["a new password", given, [newPassword], /new password.*in a terminal/, 3],
    ["a code", given, [code], /code.*in a terminal/, 3],
  ];
  it.each(missing)(
    "without a terminal says that %s is missing",
    async (_what, credentials, challenges, words, exit) => {
      const { signIn } = attempt(...challenges);
      const error = await signInForCommand(signIn, credentials, null).catch((caught) => caught);
      expect(formatError(error)).toMatch(words);
      expect(exitCodeOf(error)).toBe(exit);
    },
  );
});

/** A sign-in that asks these challenges; the code is 123456. */
function attempt(...challenges: Challenge[]) {
  const answers: (string[] | ChallengeAnswer)[] = [];
  const next = () => {
    const challenge = challenges.shift();
    if (challenge === undefined) return { kind: "signed_in" as const, tokens };
    return { kind: "challenge" as const, challenge };
  };
  const signIn: SignIn = {
    async start(username, password) {
      answers.push([username, password]);
      return next();
    },
    async answer(answer) {
      answers.push(answer);
      if (answer.name === "SOFTWARE_TOKEN_MFA" && answer.code !== "123456") {
        throw new AppError("sign_in_wrong_code", "The code was not accepted", "Wait for the next.");
      }
      return next();
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
