import { LocalizedError } from "../localized-error.ts";
import { stripToLine } from "../terminal-text.ts";

// What is wrong with an answer before Cognito is asked, and what of Cognito's cannot be answered here.

/** @param name of a challenge, or of several, as Cognito said it */
export function unsupported(name: string): LocalizedError {
  const challenge = stripToLine(name, 60);
  return new LocalizedError("sign_in_unsupported_challenge", {
    en: [
      `Cognito asks for ${challenge}, which cannot be answered in a terminal`,
      "Sign in with --browser, where the pool's own pages ask for it.",
    ],
    ko: [
      `Cognito가 터미널에서 답할 수 없는 것을 묻습니다: ${challenge}`,
      "--browser로 로그인하면 사용자 풀의 페이지가 물어봅니다.",
    ],
  });
}

/** A factor is asked for that only an administrator can add. */
export function noFactorToSetUp(): LocalizedError {
  return new LocalizedError("sign_in_unsupported_challenge", {
    en: [
      "This user needs a second factor, and none that can be set up while signing in",
      "An administrator can add a phone number or e-mail address to the user.",
    ],
    ko: [
      "이 사용자는 두 번째 인증이 필요한데, 로그인하면서 설정할 수 있는 것이 없습니다",
      "관리자가 사용자에게 전화번호나 이메일 주소를 넣어 줄 수 있습니다.",
    ],
  });
}

/** The app client has none of the flows that carry a password. */
export function noFlow(): LocalizedError {
  return new LocalizedError("configuration_auth_flow", {
    en: [
      "The app client allows no way to sign in with a password",
      "Enable ALLOW_USER_SRP_AUTH for the app client of COGNITO_CLIENT_ID, or sign in with --browser.",
    ],
    ko: [
      "앱 클라이언트가 비밀번호 로그인을 허용하지 않습니다",
      "COGNITO_CLIENT_ID의 앱 클라이언트에서 ALLOW_USER_SRP_AUTH를 켜거나, --browser로 로그인하세요.",
    ],
  });
}

/** The app client has no flow without one. */
export function noPasswordlessFlow(): LocalizedError {
  return new LocalizedError("sign_in_password_needed", {
    en: [
      "The app client allows no sign-in without a password",
      "Type the password, or have a code sent to you to set a new one.",
    ],
    ko: [
      "앱 클라이언트가 비밀번호 없는 로그인을 허용하지 않습니다",
      "비밀번호를 입력하거나, 코드를 받아 새로 정하세요.",
    ],
  });
}

/** @param name of the field */
export function incomplete(name: string): LocalizedError {
  return new LocalizedError("sign_in_incomplete", {
    en: [`${name} is empty`, "Fill it in."],
    ko: [`${name} 칸이 비어 있습니다`, "입력하세요."],
  });
}

/** What was typed for a code has something else than digits. */
export function noCode(): LocalizedError {
  return new LocalizedError("sign_in_wrong_code", {
    en: ["That is no code: it is made of digits alone", "Type it as it is shown to you."],
    ko: ["코드가 아닙니다. 코드는 숫자로만 되어 있습니다", "보이는 그대로 입력하세요."],
  });
}

/** What was typed is none of the choices. */
export function noChoice(): LocalizedError {
  return new LocalizedError("sign_in_incomplete", {
    en: ["That is none of the choices", "Choose one."],
    ko: ["고를 수 있는 것이 아닙니다", "하나를 고르세요."],
  });
}
