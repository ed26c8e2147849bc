import { AppError } from "@cleanauth/common/app-error.ts";
import { OAuthError } from "@modelcontextprotocol/sdk/server/auth/errors.js";
import { LocalizedError } from "../../localized-error.ts";
import { describeNetworkFailure } from "../../network-failure.ts";
import { stripToLine } from "../../terminal-text.ts";
import { signInExpired } from "../cognito-error.ts";
import { oauthErrorTexts as texts } from "./oauth-error-texts.ts";

/**
 * Words what an authorization server refused, or what kept it from being asked.
 *
 * @param error an error code (RFC 6749, section 4.1.2.1), or what the SDK or a fetch threw
 * @param description the server's own words
 */
export function oauthError(error: unknown, description = ""): AppError {
  if (typeof error === "string") return refusal(error, description);
  const network = describeNetworkFailure(error);
  if (network !== null)
    return new LocalizedError("sign_in_unreachable", texts.unreachable(network));
  if (error instanceof OAuthError) {
    // The SDK puts a page that is no OAuth error into its message, whole.
    const [said = ""] = error.message.split(": Invalid OAuth error response");
    return refusal(error.errorCode, said);
  }
  return new LocalizedError("sign_in_unexpected_answer", texts.unreadable());
}

function refusal(code: string, description: string): AppError {
  if (code === "access_denied") return new LocalizedError("sign_in_refused", texts.denied());
  const words = texts.refused(stripToLine(description, 200), stripToLine(code, 60));
  return new LocalizedError("sign_in_refused", words);
}

/**
 * The same for a refresh: a refresh token that is no longer good ends the sign-in.
 *
 * @param error what the SDK or a fetch threw
 */
export function refreshError(error: unknown): AppError {
  if (error instanceof OAuthError && error.errorCode === "invalid_grant") return signInExpired();
  return oauthError(error);
}

/**
 * Does something at an authorization server, and words whatever goes wrong on the way.
 *
 * @throws AppError
 */
export async function worded<Result>(act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw oauthError(error);
  }
}
