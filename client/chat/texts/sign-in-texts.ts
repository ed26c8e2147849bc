import type { Question, QuestionName } from "../../sign-in/question.ts";
import { attributeTexts } from "./attribute-texts.ts";

/** The words of a question. */
export interface QuestionWords {
  readonly title: string;
  /** Why it is asked, where that is not plain; empty where it is. */
  readonly intro: string;
  /** What giving the answer does, as a verb. */
  readonly action: string;
  /** What an empty field does, where one may stay empty. */
  readonly ifEmpty?: string;
}

const en = {
  signedOut: "You are signed out.",
  revoked: "The tokens are revoked.",
  notRevoked: "Their issuer could not be told to revoke the tokens: they hold until they expire.",
  standIn:
    "Cognito is a stand-in here. Its users: demo, admin, newbie, mfa; " +
    "their password: CLEANAUTH_PASSWORD in .cleanauth/local.env.",
  standInMessages: "Cognito is a stand-in here: .cleanauth/logs/messages.log has the code.",
  standInApp:
    "Cognito is a stand-in here: the app's key is CLEANAUTH_TOTP_SECRET in .cleanauth/local.env.",
  asking: "Asking Cognito …",
  waitingForBrowser: "Waiting for the browser …",
  onceMore: "Once more",
  next: "next field",
  other: "other choice",
  back: "back",
  giveUp: "give up",
  ctrlCTwice: "Ctrl-C twice",
  quit: "quit",
  about: "A model that calls tools as you, on a server that checks who you are",
  isEmpty: (label: string) => `${label} is empty`,
  fillIn: "Fill it in, then press Enter.",
  passwordsDiffer: "The two passwords are not the same",
  typeTwice: "Type the new password twice.",
  noCode: "That is no code: a code is made of digits",
  typeCode: "Type it as it is shown to you.",
  labels: {
    username: "User name",
    password: "Password",
    newPassword: "New password",
    code: "Code",
    client_id: "Client id",
    client_secret: "Client secret",
  },
  attributes: attributeTexts.en as Readonly<Record<string, string>>,
  choices: {
    RESET_PASSWORD: "I have forgotten it: send me a code for a new one",
    USER_AUTH: "I have none: sign in another way",
    SOFTWARE_TOKEN_MFA: "A code of the authenticator app",
    SMS_MFA: "A code in a text message",
    SMS_OTP: "A code in a text message",
    EMAIL_OTP: "A code by e-mail",
    PASSWORD: "The password",
    PASSWORD_SRP: "The password (proved, never sent)",
  } as Readonly<Record<string, string>>,
  words: (question: Question): QuestionWords => englishWords[question.name](question),
};

const sentEnglish = ({ sentTo }: Question, how: string) =>
  sentTo === null || sentTo === "?" ? `A code was sent ${how}.` : `A code was sent to ${sentTo}.`;

const englishWords: Readonly<Record<QuestionName, (question: Question) => QuestionWords>> = {
  CREDENTIALS: () => ({
    title: "Sign in",
    intro: "",
    action: "sign in",
    ifEmpty: "Leave the password empty if you have forgotten it or have none.",
  }),
  WITHOUT_PASSWORD: () => ({ title: "No password", intro: "", action: "go on" }),
  RESET_PASSWORD: (question) => ({
    title: "New password",
    intro:
      question.sentTo === null
        ? "The password has to be reset. Type the code that was sent for it, and a new one."
        : `${sentEnglish(question, "to you")} Type it, and a new password.`,
    action: "set password",
    ifEmpty: "Leave the code empty to have another one sent.",
  }),
  CONFIRM_SIGN_UP: (question) => ({
    title: "Confirm the user",
    intro:
      question.sentTo === null
        ? "This user is not confirmed yet. Type the code that was sent at sign-up."
        : `${sentEnglish(question, "to you")} It confirms the user.`,
    action: "confirm",
    ifEmpty: "Leave the code empty to have another one sent.",
  }),
  NEW_PASSWORD_REQUIRED: () => ({
    title: "New password",
    intro: "The password you gave is a temporary one. Choose your own.",
    action: "set password",
  }),
  SOFTWARE_TOKEN_MFA: () => ({
    title: "Second factor",
    intro: "Type the six digits that your authenticator app shows now.",
    action: "confirm",
  }),
  SMS_MFA: (question) => ({
    title: "Second factor",
    intro: sentEnglish(question, "in a text message"),
    action: "confirm",
  }),
  EMAIL_OTP: (question) => ({
    title: "Code by e-mail",
    intro: sentEnglish(question, "by e-mail"),
    action: "confirm",
  }),
  SMS_OTP: (question) => ({
    title: "Code by text message",
    intro: sentEnglish(question, "in a text message"),
    action: "confirm",
  }),
  MFA_SETUP: ({ app }) => ({
    title: "Set up a second factor",
    intro: `Scan this with an authenticator app, or type the key there: ${inGroups(app?.key)} Then type the code that the app shows.`,
    action: "set up",
  }),
  SELECT_MFA_TYPE: () => ({ title: "Which second factor?", intro: "", action: "go on" }),
  SELECT_CHALLENGE: () => ({ title: "Sign in with what?", intro: "", action: "go on" }),
  PASSWORD: () => ({ title: "Password", intro: "", action: "sign in" }),
  PASSWORD_SRP: () => ({ title: "Password", intro: "", action: "sign in" }),
  BROWSER: ({ url }) => ({
    title: "Sign in with the browser",
    intro:
      url === null
        ? "The sign-in opens in your browser."
        : "Go on in the browser. If none has opened, open this yourself:",
    action: "open the browser",
  }),
  CLIENT_ID: () => ({
    title: "Client id",
    intro: "The authorization server knows no client yet, and registers none. Type the id of one.",
    action: "go on",
    ifEmpty: "Leave the secret empty if the client has none.",
  }),
  CLIENT_CREDENTIALS: () => ({ title: "Sign in as a machine", intro: "", action: "sign in" }),
};

const ko: typeof en = {
  signedOut: "로그아웃했습니다.",
  revoked: "토큰을 폐기했습니다.",
  notRevoked: "발급한 곳에 폐기를 알리지 못했습니다. 토큰은 만료될 때까지 유효합니다.",
  standIn:
    "여기서 Cognito는 대역입니다. 사용자: demo, admin, newbie, mfa. " +
    "비밀번호: .cleanauth/local.env의 CLEANAUTH_PASSWORD.",
  standInMessages: "여기서 Cognito는 대역입니다. 코드는 .cleanauth/logs/messages.log에 있습니다.",
  standInApp:
    "여기서 Cognito는 대역입니다. 앱의 키는 .cleanauth/local.env의 CLEANAUTH_TOTP_SECRET입니다.",
  asking: "Cognito에 묻는 중 …",
  waitingForBrowser: "브라우저를 기다리는 중 …",
  onceMore: "한 번 더",
  next: "다음 칸",
  other: "다른 선택",
  back: "뒤로",
  giveUp: "그만두기",
  ctrlCTwice: "Ctrl-C 두 번",
  quit: "종료",
  about: "내 권한으로 도구를 쓰는 모델, 내가 누구인지 확인하는 서버",
  isEmpty: (label) => `${label} 칸이 비어 있습니다`,
  fillIn: "입력한 뒤 Enter를 누르세요.",
  passwordsDiffer: "두 비밀번호가 서로 다릅니다",
  typeTwice: "새 비밀번호를 두 번 입력하세요.",
  noCode: "코드가 아닙니다. 코드는 숫자로 되어 있습니다",
  typeCode: "보이는 그대로 입력하세요.",
  labels: {
    username: "사용자 이름",
    password: "비밀번호",
    newPassword: "새 비밀번호",
    code: "코드",
    client_id: "클라이언트 ID",
    client_secret: "클라이언트 비밀",
  },
  attributes: attributeTexts.ko,
  choices: {
    RESET_PASSWORD: "잊어버렸습니다. 새로 정할 코드를 보내 주세요",
    USER_AUTH: "비밀번호가 없습니다. 다른 방법으로 로그인합니다",
    SOFTWARE_TOKEN_MFA: "인증 앱의 코드",
    SMS_MFA: "문자 메시지로 받는 코드",
    SMS_OTP: "문자 메시지로 받는 코드",
    EMAIL_OTP: "이메일로 받는 코드",
    PASSWORD: "비밀번호",
    PASSWORD_SRP: "비밀번호 (보내지 않고 증명)",
  },
  words: (question) => koreanWords[question.name](question),
};

const sentKorean = ({ sentTo }: Question, how: string) =>
  sentTo === null || sentTo === "?"
    ? `${how} 코드를 보냈습니다.`
    : `${sentTo}(으)로 코드를 보냈습니다.`;

const koreanWords: typeof englishWords = {
  CREDENTIALS: () => ({
    title: "로그인",
    intro: "",
    action: "로그인",
    ifEmpty: "비밀번호를 잊었거나 없으면 비워 두세요.",
  }),
  WITHOUT_PASSWORD: () => ({ title: "비밀번호 없음", intro: "", action: "계속" }),
  RESET_PASSWORD: (question) => ({
    title: "새 비밀번호",
    intro:
      question.sentTo === null
        ? "비밀번호를 다시 정해야 합니다. 받은 코드와 새 비밀번호를 입력하세요."
        : `${sentKorean(question, "본인에게")} 코드와 새 비밀번호를 입력하세요.`,
    action: "비밀번호 정하기",
    ifEmpty: "코드를 비워 두면 새 코드를 보냅니다.",
  }),
  CONFIRM_SIGN_UP: (question) => ({
    title: "사용자 확인",
    intro:
      question.sentTo === null
        ? "아직 확인되지 않은 사용자입니다. 가입할 때 받은 코드를 입력하세요."
        : `${sentKorean(question, "본인에게")} 그 코드로 사용자를 확인합니다.`,
    action: "확인",
    ifEmpty: "코드를 비워 두면 새 코드를 보냅니다.",
  }),
  NEW_PASSWORD_REQUIRED: () => ({
    title: "새 비밀번호",
    intro: "입력한 것은 임시 비밀번호입니다. 자신의 비밀번호를 정하세요.",
    action: "비밀번호 정하기",
  }),
  SOFTWARE_TOKEN_MFA: () => ({
    title: "두 번째 인증",
    intro: "인증 앱에 지금 보이는 여섯 자리 숫자를 입력하세요.",
    action: "확인",
  }),
  SMS_MFA: (question) => ({
    title: "두 번째 인증",
    intro: sentKorean(question, "문자 메시지로"),
    action: "확인",
  }),
  EMAIL_OTP: (question) => ({
    title: "이메일 코드",
    intro: sentKorean(question, "이메일로"),
    action: "확인",
  }),
  SMS_OTP: (question) => ({
    title: "문자 메시지 코드",
    intro: sentKorean(question, "문자 메시지로"),
    action: "확인",
  }),
  MFA_SETUP: ({ app }) => ({
    title: "두 번째 인증 설정",
    intro: `인증 앱으로 스캔하거나 앱에 이 키를 입력하세요: ${inGroups(app?.key)} 그런 다음 앱에 보이는 코드를 입력하세요.`,
    action: "설정",
  }),
  SELECT_MFA_TYPE: () => ({ title: "두 번째 인증 고르기", intro: "", action: "계속" }),
  SELECT_CHALLENGE: () => ({ title: "로그인 방법 고르기", intro: "", action: "계속" }),
  PASSWORD: () => ({ title: "비밀번호", intro: "", action: "로그인" }),
  PASSWORD_SRP: () => ({ title: "비밀번호", intro: "", action: "로그인" }),
  BROWSER: ({ url }) => ({
    title: "브라우저로 로그인",
    intro:
      url === null
        ? "브라우저에서 로그인 화면을 엽니다."
        : "브라우저에서 계속하세요. 열리지 않았다면 이 주소를 직접 여세요:",
    action: "브라우저 열기",
  }),
  CLIENT_ID: () => ({
    title: "클라이언트 ID",
    intro: "인가 서버가 아는 클라이언트가 없고 새로 등록할 수도 없습니다. ID를 입력하세요.",
    action: "계속",
    ifEmpty: "클라이언트에 비밀이 없으면 비워 두세요.",
  }),
  CLIENT_CREDENTIALS: () => ({ title: "머신으로 로그인", intro: "", action: "로그인" }),
};

/** A key as people can type it: four characters, a blank, four characters. */
function inGroups(key = ""): string {
  return `${key.match(/.{1,4}/g)?.join(" ") ?? ""}.`;
}

export const signInTexts = { en, ko };
