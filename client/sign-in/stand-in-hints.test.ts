import { describe, expect, it } from "vitest";
import { type SignInStage, signInError } from "./cognito-error.ts";
import { withStandInHint } from "./stand-in-hints.ts";

describe("withStandInHint", () => {
  const cases: [exception: string, message: string, stage: SignInStage, hint: RegExp][] = [
    ["NotAuthorizedException", "Incorrect username or password.", "password", /local\.env/],
    ["NotAuthorizedException", "User is disabled.", "password", /Sign in as demo/],
    ["NotAuthorizedException", "Password attempts exceeded", "password", /make start/],
    ["CodeMismatchException", "Invalid code", "authenticator", /CLEANAUTH_TOTP_SECRET/],
    ["CodeMismatchException", "Invalid code", "sent_code", /messages\.log/],
    ["ExpiredCodeException", "Invalid code", "reset", /messages\.log/],
    ["ResourceNotFoundException", "User pool client x does not exist.", "password", /make start/],
  ];
  it.each(cases)(
    "%s (%s) at %s sends nobody to AWS or to an administrator",
    (name, message, stage, hint) => {
      const sdkError = Object.assign(new Error(message), { name, $metadata: {} });
      const worded = signInError(sdkError, stage);
      const hinted = withStandInHint(worded, stage);
      expect([hinted.code, hinted.message]).toEqual([worded.code, worded.message]);
      expect(hinted.hint).toMatch(hint);
      expect(hinted.hint).not.toMatch(/administrator|make user|aws/i);
    },
  );
});
