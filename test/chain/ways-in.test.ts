import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { createCognitoCalls } from "../../client/sign-in/cognito-calls.ts";
import { createCognitoSignIn, resumeCognitoSignIn } from "../../client/sign-in/cognito-sign-in.ts";
import type { Answers, Question } from "../../client/sign-in/question.ts";
import type { SignInStep } from "../../client/sign-in/sign-in.ts";
import { openTokenFile } from "../../client/sign-in/token-file.ts";
import { type Cognito, startCognito } from "../../local/cognito/start-cognito.ts";
import { totpCode } from "../ui/totp.ts";

// The client's sign-in against the stand-in, with the unmodified AWS SDK in between: every demo user gets
// in, or is told why not.

const password = "Sesam-1234-open";
const totpSecret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
const codes = new Map<string, string>();
let cognito: Cognito;

beforeAll(async () => {
  cognito = await startCognito({
    demoPassword: password,
    totpSecret,
    onMessage: ({ username, code }) => void codes.set(username, code),
  });
  vi.stubEnv("AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED", "true");
  vi.stubEnv("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", cognito.url);
});
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await cognito.close();
});

function calls(operations: string[] = []) {
  const { poolId, clientId, clientSecret } = cognito;
  const settings = { region: "us-east-1", poolId, clientId, clientSecret, isStandIn: true };
  return createCognitoCalls(settings, false, (event) => {
    if (event.type === "asked") operations.push(event.details.AuthFlow ?? event.what);
  });
}

/** What a person answers to a question, who reads messages and has the app. */
function answerTo(question: Question, username: string): Answers {
  const [field] = question.fields;
  if (field?.kind === "choice") return { choice: field.choices[0] ?? "" };
  const code =
    question.app !== null || question.name === "SOFTWARE_TOKEN_MFA"
      ? totpCode(question.app?.key ?? totpSecret)
      : (codes.get(username) ?? "");
  const answers = { code, password: "Fresh-Word-1234", email: `${username}@example.com` };
  return Object.fromEntries(
    question.fields.map(({ name }) => [name, answers[name as keyof typeof answers]]),
  );
}

async function signIn(username: string, given = password) {
  const operations: string[] = [];
  const attempt = createCognitoSignIn(calls(operations));
  const asked: string[] = [];
  let step: SignInStep = await attempt.answer({ username, password: given });
  while (step.kind === "question" && asked.length < 9) {
    expect(step.problem).toBeNull();
    asked.push(step.question.name);
    step = await attempt.answer(answerTo(step.question, username));
  }
  if (step.kind !== "signed_in") throw new Error(`still asked: ${asked.join(", ")}`);
  return { asked, operations, tokens: step.tokens };
}

describe("a demo user", () => {
  it.each([
    ["demo", []],
    ["admin", []],
    ["newbie", ["NEW_PASSWORD_REQUIRED"]],
    ["incomplete", ["NEW_PASSWORD_REQUIRED"]],
    ["mfa", ["SOFTWARE_TOKEN_MFA"]],
    ["mfa-setup", ["MFA_SETUP"]],
    ["mfa-choice", ["SELECT_MFA_TYPE", expect.stringMatching(/^(SMS|SOFTWARE_TOKEN)_MFA$/)]],
    ["sms", ["SMS_MFA"]],
    ["email-otp", ["EMAIL_OTP"]],
  ])("%s gets in, asked for %j, and the password is never sent", async (username, questions) => {
    const { asked, operations, tokens } = await signIn(username);
    expect(asked).toEqual(questions);
    expect(tokens.identity.username).toBe(username);
    expect(operations[0]).toBe("USER_SRP_AUTH");
    expect(operations).not.toContain("USER_PASSWORD_AUTH");
  });

  it.each([
    ["phone", "EMAIL_OTP"],
    ["phone", "SMS_OTP"],
    ["phone", "PASSWORD_SRP"],
    ["phone", "PASSWORD"],
  ])("%s gets in without a password at first, by a choice of %s", async (username, choice) => {
    const attempt = createCognitoSignIn(calls());
    let step = await attempt.answer({ username, password: "" });
    expect(step).toMatchObject({ question: { name: "WITHOUT_PASSWORD" } });
    step = await attempt.answer({ choice: "USER_AUTH" });
    expect(step).toMatchObject({ question: { name: "SELECT_CHALLENGE" } });
    const offered = step.kind === "question" ? (step.question.fields[0]?.choices ?? []) : [];
    expect(offered).toContain(choice);
    step = await attempt.answer({ choice });
    expect(step).toMatchObject({ question: { name: choice }, problem: null });
    const isCode = choice.endsWith("_OTP");
    if (isCode) {
      const wrong = codes.get(username) === "000000" ? "000001" : "000000";
      expect(await attempt.answer({ code: wrong })).toMatchObject({
        problem: { code: "sign_in_wrong_code" },
      });
    }
    const answer = isCode ? { code: codes.get(username) ?? "" } : { password };
    expect(await attempt.answer(answer)).toMatchObject({ kind: "signed_in" });
  });

  it("unconfirmed gets in with a code that is sent again", async () => {
    const attempt = createCognitoSignIn(calls());
    const asked = await attempt.answer({ username: "unconfirmed", password });
    expect(asked).toMatchObject({ question: { name: "CONFIRM_SIGN_UP" } });
    await attempt.answer({ code: "" });
    const code = codes.get("unconfirmed") ?? "";
    const wrong = code === "000000" ? "000001" : "000000";
    expect(await attempt.answer({ code: wrong })).toMatchObject({
      problem: { code: "sign_in_wrong_code" },
    });
    expect(await attempt.answer({ code })).toMatchObject({ kind: "signed_in" });
  });

  it("reset gets in with a new password, and demo with one in place of a forgotten one", async () => {
    for (const username of ["reset", "demo"]) {
      const attempt = createCognitoSignIn(calls());
      const typed = username === "reset" ? password : "";
      let step = await attempt.answer({ username, password: typed });
      if (username === "demo") step = await attempt.answer({ choice: "RESET_PASSWORD" });
      else step = await attempt.answer({ code: "" });
      expect(step).toMatchObject({ question: { name: "RESET_PASSWORD" } });
      const code = codes.get(username) ?? "";
      expect(await attempt.answer({ code, password: "short" })).toMatchObject({
        problem: { code: "sign_in_password_policy" },
      });
      const done = await attempt.answer({ code, password: "Fresh-Word-1234" });
      expect(done).toMatchObject({ kind: "signed_in" });
    }
  });

  it.each([
    ["disabled", password, "sign_in_user_disabled"],
    ["admin", "Wrong-1234-word", "sign_in_refused"],
    ["nobody", password, "sign_in_refused"],
  ])("%s is told what is wrong", async (username, given, code) => {
    await expect(signIn(username, given)).rejects.toMatchObject({ code });
  });
});

it("a kept sign-in is taken up, renewed at each refresh, and gone once it is revoked", async () => {
  const folder = mkdtempSync(join(tmpdir(), "cleanauth-kept-"));
  folders.push(folder);
  const file = openTokenFile(folder, [cognito.poolId, cognito.clientId]);
  const attempt = createCognitoSignIn(calls(), file);
  const step = await attempt.answer({ username: "admin", password });
  if (step.kind !== "signed_in") return expect.unreachable();
  const first = file.read();
  if (first === null) return expect.unreachable();
  const resumed = await resumeCognitoSignIn(calls(), first, file);
  expect(resumed.identity.username).toBe("admin");
  const second = file.read();
  expect(second?.refreshToken).not.toBe(first.refreshToken);
  expect(await resumed.signOut()).toBe(true);
  expect(file.read()).toBeNull();
  await expect(resumeCognitoSignIn(calls(), second ?? first, file)).rejects.toMatchObject({
    code: "sign_in_expired",
  });
});
