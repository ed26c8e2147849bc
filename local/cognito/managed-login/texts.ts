import type { Request } from "../protocol/listener.ts";
import type { MfaMethod } from "../users.ts";

/** What the pages say, in one language. */
export interface Texts {
  readonly lang: "en" | "ko";
  readonly signIn: string;
  readonly username: string;
  readonly password: string;
  readonly newPasswordTitle: string;
  readonly newPassword: string;
  readonly newPasswordAgain: string;
  readonly passwordsDiffer: string;
  readonly codeTitle: string;
  readonly code: string;
  /** Before the place that a code was sent to. */
  readonly codeSentTo: string;
  readonly chooseTitle: string;
  readonly methods: Readonly<Record<MfaMethod, string>>;
  readonly setUpTitle: string;
  readonly setUpHint: string;
  readonly proceed: string;
  readonly startAgain: string;
  readonly notHere: string;
  readonly errorTitle: string;
  readonly standIn: string;
  /** The service's own messages, where they read otherwise in this language. */
  readonly messages: Readonly<Record<string, string>>;
}

const english: Texts = {
  lang: "en",
  signIn: "Sign in",
  username: "Username",
  password: "Password",
  newPasswordTitle: "Change password",
  newPassword: "New password",
  newPasswordAgain: "Enter new password again",
  passwordsDiffer: "The two passwords differ.",
  codeTitle: "Enter the code from your authenticator app",
  code: "Code",
  codeSentTo: "A code was sent to",
  chooseTitle: "Choose how to verify",
  methods: {
    SOFTWARE_TOKEN_MFA: "Authenticator app",
    SMS_MFA: "Text message",
    EMAIL_OTP: "Email",
  },
  setUpTitle: "Set up an authenticator app",
  setUpHint: "Enter this key into the app, then the code that it shows.",
  proceed: "Continue",
  startAgain: "Start again",
  notHere: "This step cannot be taken on this page.",
  errorTitle: "An error was encountered with the requested page.",
  standIn: "Stand-in for Amazon Cognito on this machine",
  messages: {},
};

const korean: Texts = {
  lang: "ko",
  signIn: "로그인",
  username: "사용자 이름",
  password: "암호",
  newPasswordTitle: "암호 변경",
  newPassword: "새 암호",
  newPasswordAgain: "새 암호 다시 입력",
  passwordsDiffer: "두 암호가 서로 다릅니다.",
  codeTitle: "인증 앱의 코드를 입력하세요",
  code: "코드",
  codeSentTo: "코드를 보낸 곳:",
  chooseTitle: "확인 방법을 선택하세요",
  methods: {
    SOFTWARE_TOKEN_MFA: "인증 앱",
    SMS_MFA: "문자 메시지",
    EMAIL_OTP: "이메일",
  },
  setUpTitle: "인증 앱을 설정하세요",
  setUpHint: "이 키를 앱에 입력한 다음 앱에 나오는 코드를 입력하세요.",
  proceed: "계속",
  startAgain: "처음부터 다시",
  notHere: "이 페이지에서는 이 단계를 진행할 수 없습니다.",
  errorTitle: "요청한 페이지에서 오류가 발생했습니다.",
  standIn: "이 컴퓨터에서 Amazon Cognito를 대신하는 프로그램",
  messages: {
    "Incorrect username or password.": "사용자 이름 또는 암호가 올바르지 않습니다.",
    "User is disabled.": "사용할 수 없는 사용자입니다.",
    "User is not confirmed.": "아직 확인되지 않은 사용자입니다.",
    "Password attempts exceeded": "암호를 너무 많이 틀렸습니다. 잠시 후 다시 시도하세요.",
    "Password reset required for the user": "암호를 재설정해야 하는 사용자입니다.",
    "Invalid code or auth state for the user.": "코드가 올바르지 않습니다.",
    "Code mismatch and fail enable Software Token MFA": "코드가 올바르지 않습니다.",
    "Invalid code received for user": "코드가 올바르지 않습니다.",
    "Your software token has already been used once.":
      "이미 사용한 코드입니다. 다음 코드를 기다리세요.",
    "Invalid session for the user, session is expired.":
      "시간이 지났습니다. 처음부터 다시 로그인하세요.",
  },
};

/**
 * Picks the language: the `lang` of the query, else the browser's first.
 *
 * @param request any request for a page
 */
export function textsFor({ query, headers }: Request): Texts {
  const asked = query.get("lang") ?? headers["accept-language"] ?? "";
  return /^\s*ko\b/i.test(asked) ? korean : english;
}
