import { AppError } from "@cleanauth/common/app-error.ts";
import { OAuthError } from "@modelcontextprotocol/sdk/server/auth/errors.js";
import { describeNetworkFailure } from "../../network-failure.ts";
import { stripToLine } from "../../terminal-text.ts";
import { signInExpired } from "../cognito-error.ts";

/**
 * Words what an authorization server refused, or what kept it from being asked.
 *
 * @param error an error code (RFC 6749, section 4.1.2.1), or what the SDK or a fetch threw
 * @param description the server's own words
 */
export function oauthError(error: unknown, description = ""): AppError {
  if (typeof error === "string") return refusal(error, description);
  const network = describeNetworkFailure(error);
  if (network !== null) {
    return new AppError(
      "sign_in_unreachable",
      `The authorization server cannot be reached: ${network}`,
      "Check the network, and that the server runs.",
    );
  }
  if (error instanceof OAuthError) {
    // The SDK puts a page that is no OAuth error into its message, whole.
    const [said = ""] = error.message.split(": Invalid OAuth error response");
    return refusal(error.errorCode, said);
  }
  return new AppError(
    "sign_in_unexpected_answer",
    "The authorization server's answer cannot be read",
    "Sign in with user name and password, without --browser and --machine, or ask who runs the server.",
  );
}

function refusal(code: string, description: string): AppError {
  if (code === "access_denied") {
    return new AppError(
      "sign_in_refused",
      "The sign-in was refused in the browser",
      "Sign in again, and allow what is asked for.",
    );
  }
  const said = stripToLine(description, 200) || "it gave no reason";
  return new AppError(
    "sign_in_refused",
    `The authorization server refused the sign-in: ${said} (${stripToLine(code, 60)})`,
    "Sign in again from the start; if it stays, ask who runs the server.",
  );
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
