import { AppError } from "@cleanauth/common/app-error.ts";
import type { SignInStage } from "./cognito-error.ts";

const hints: Readonly<Record<string, string>> = {
  sign_in_refused:
    "The demo users are demo, admin, newbie, mfa and more; their password is CLEANAUTH_PASSWORD in .cleanauth/local.env.",
  sign_in_user_disabled: "That is what this demo user is for. Sign in as demo.",
  sign_in_user_not_confirmed: "The code for it is in .cleanauth/logs/messages.log.",
  sign_in_too_many_attempts: "Wait some minutes, or start make start again.",
  sign_in_temporary_password_expired: "Start make start again: its users are new then.",
  sign_in_reset_refused: "Start make start again: its users are new then.",
  sign_in_second_factor_missing: "Start make start again: its users are new then.",
  sign_in_unavailable: "Look at what make start says, or start it again.",
  sign_in_unreachable: "Check that make start still runs.",
  configuration_client_secret: "Start make start again: it writes .cleanauth/local.env anew.",
  configuration_app_client_unknown:
    "Check COGNITO_CLIENT_ID; make start writes the right one into .cleanauth/local.env.",
};

const hintsForCodes: Readonly<Partial<Record<SignInStage, string>>> = {
  authenticator:
    "Make a code from CLEANAUTH_TOTP_SECRET in .cleanauth/local.env (user mfa), or from the key that was shown.",
  sent_code: "The code is in .cleanauth/logs/messages.log.",
  reset: "The code is in .cleanauth/logs/messages.log; leave it empty to have another one sent.",
  confirm: "The code is in .cleanauth/logs/messages.log; leave it empty to have another one sent.",
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
  return hint === undefined ? error : new AppError(error.code, error.message, hint);
}
