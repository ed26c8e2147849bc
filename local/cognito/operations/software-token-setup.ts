import { z } from "zod";
import { isMfaSetup, type MfaSetup } from "../challenges/mfa-setup.ts";
import { invalidParameter, notAuthorized } from "../cognito-error.ts";
import type { UserPool } from "../user-pool.ts";
import { sessionMember, userCodeMember } from "./members.ts";
import { defineOperation } from "./operation.ts";

/**
 * Gives the secret for an authenticator app to a user who is asked to set one up.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AssociateSoftwareToken.html
 */
export const associateSoftwareToken = defineOperation({
  name: "AssociateSoftwareToken",
  input: z.object({ Session: sessionMember.optional() }),
  async handle(pool, input) {
    return withSetup(pool, input.Session, (setup) => ({ SecretCode: setup.associate() }));
  },
});

/**
 * Takes the first code of that app.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_VerifySoftwareToken.html
 */
export const verifySoftwareToken = defineOperation({
  name: "VerifySoftwareToken",
  input: z.object({ Session: sessionMember.optional(), UserCode: userCodeMember }),
  async handle(pool, input) {
    return withSetup(pool, input.Session, (setup) => {
      setup.verify(input.UserCode);
      return { Status: "SUCCESS" };
    });
  },
});

// Each of the two steps spends the session of the one before and hands out the next. A signed-in user
// may set up an app as well, with the access token; this pool does not take one here.
function withSetup(
  pool: UserPool,
  id: string | undefined,
  step: (setup: MfaSetup) => object,
): object {
  if (id === undefined) throw invalidParameter("Either access token or session is required.");
  const now = pool.now();
  const opened = pool.sessions.open(id, {}, now);
  if (opened.kind !== "open" || !isMfaSetup(opened.session.question)) {
    throw notAuthorized(
      opened.kind === "expired"
        ? "Invalid session for the user, session is expired."
        : "Invalid session for the user.",
    );
  }
  const { binding, question } = opened.session;
  const answer = step(question);
  opened.session.used = true;
  return { ...answer, Session: pool.sessions.start(binding, question, now) };
}
