import type { AppError } from "@cleanauth/common/app-error.ts";
import type { LocalizedText } from "../chat/language.ts";
import { LocalizedError, wordingOf } from "../localized-error.ts";
import type { SignInStage } from "./cognito-error.ts";

const newUsers: LocalizedText = {
  en: "Start make start again: its users are new then.",
  ko: "make start를 다시 시작하세요. 사용자들이 새로 만들어집니다.",
};

const hints: Readonly<Record<string, LocalizedText>> = {
  sign_in_refused: {
    en: "The demo users are demo, admin, newbie, mfa and more; their password is CLEANAUTH_PASSWORD in .cleanauth/local.env.",
    ko: "데모 사용자는 demo, admin, newbie, mfa 등이고, 비밀번호는 .cleanauth/local.env의 CLEANAUTH_PASSWORD입니다.",
  },
  sign_in_user_disabled: {
    en: "That is what this demo user is for. Sign in as demo.",
    ko: "이것을 보여 주기 위한 데모 사용자입니다. demo로 로그인하세요.",
  },
  sign_in_user_not_confirmed: {
    en: "The code for it is in .cleanauth/logs/messages.log.",
    ko: "확인 코드는 .cleanauth/logs/messages.log에 있습니다.",
  },
  sign_in_too_many_attempts: {
    en: "Wait some minutes, or start make start again.",
    ko: "몇 분 기다리거나, make start를 다시 시작하세요.",
  },
  sign_in_temporary_password_expired: newUsers,
  sign_in_reset_refused: newUsers,
  sign_in_second_factor_missing: newUsers,
  sign_in_unavailable: {
    en: "Look at what make start says, or start it again.",
    ko: "make start의 출력을 보거나, 다시 시작하세요.",
  },
  sign_in_unreachable: {
    en: "Check that make start still runs.",
    ko: "make start가 실행 중인지 확인하세요.",
  },
  configuration_client_secret: {
    en: "Start make start again: it writes .cleanauth/local.env anew.",
    ko: "make start를 다시 시작하세요. .cleanauth/local.env를 새로 씁니다.",
  },
  configuration_app_client_unknown: {
    en: "Check COGNITO_CLIENT_ID; make start writes the right one into .cleanauth/local.env.",
    ko: "COGNITO_CLIENT_ID를 확인하세요. make start가 .cleanauth/local.env에 맞는 값을 씁니다.",
  },
};

const inMessages: LocalizedText = {
  en: "The code is in .cleanauth/logs/messages.log; leave it empty to have another one sent.",
  ko: "코드는 .cleanauth/logs/messages.log에 있습니다. 비워 두면 새 코드를 보냅니다.",
};

const hintsForCodes: Readonly<Partial<Record<SignInStage, LocalizedText>>> = {
  authenticator: {
    en: "Make a code from CLEANAUTH_TOTP_SECRET in .cleanauth/local.env (user mfa), or from the key that was shown.",
    ko: ".cleanauth/local.env의 CLEANAUTH_TOTP_SECRET(mfa 사용자)이나 화면에 나온 키로 코드를 만드세요.",
  },
  sent_code: {
    en: "The code is in .cleanauth/logs/messages.log.",
    ko: "코드는 .cleanauth/logs/messages.log에 있습니다.",
  },
  reset: inMessages,
  confirm: inMessages,
};

/**
 * The same error with what helps where Cognito is the stand-in of `make start`: there is no
 * administrator to ask, and no console.
 *
 * @param error what the sign-in failed with
 * @param stage what was going on
 */
export function withStandInHint(error: AppError, stage: SignInStage): AppError {
  const isAboutCode = error.code === "sign_in_wrong_code" || error.code === "sign_in_code_expired";
  const hint = isAboutCode ? hintsForCodes[stage] : hints[error.code];
  if (hint === undefined) return error;
  const { en, ko } = wordingOf(error);
  return new LocalizedError(error.code, { en: [en[0], hint.en], ko: [ko[0], hint.ko] });
}
