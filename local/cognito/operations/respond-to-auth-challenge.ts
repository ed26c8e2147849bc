import { z } from "zod";
import { requireAppClient, requireUsername } from "../app-clients.ts";
import { challengeNames, challenges } from "../challenges/challenges.ts";
import { missingParameter, notAuthorized } from "../cognito-error.ts";
import { userKey } from "../users.ts";
import { clientIdMember, nameMember, parametersMember, sessionMember } from "./members.ts";
import { defineOperation } from "./operation.ts";
import { continueSignIn, requireActive } from "./sign-in-step.ts";

const sessionMessages = {
  unknown: "Invalid session for the user.",
  used: "Invalid session for the user, session can only be used once.",
  expired: "Invalid session for the user, session is expired.",
} as const;

/**
 * Answers the challenge that the last step of a sign-in asked.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html
 */
export const respondToAuthChallenge = defineOperation({
  name: "RespondToAuthChallenge",
  input: z.object({
    ChallengeName: nameMember(challengeNames),
    ClientId: clientIdMember,
    ChallengeResponses: parametersMember.optional(),
    Session: sessionMember.optional(),
  }),
  async handle(pool, input) {
    const { ChallengeName: name, ChallengeResponses: answer = {}, Session: id } = input;
    const client = requireAppClient(pool.clients, input.ClientId);
    const username = requireUsername(client, answer);
    if (id === undefined) throw missingParameter("Session");
    const key = userKey(username);
    const user = await pool.stepQueue.run(key, async () => {
      const binding = { username: key, clientId: client.id, challenge: name };
      const opened = pool.sessions.open(id, binding, pool.now());
      if (opened.kind !== "open") throw notAuthorized(sessionMessages[opened.kind]);
      const asked = pool.users.find(username);
      const challenge = challenges.find((candidate) => candidate.name === name);
      // Another session may have answered in the meantime: whoever still holds a session from the
      // days of a temporary password must not set the password once more.
      if (asked === undefined || !challenge?.isAskedOf(asked)) {
        throw notAuthorized(sessionMessages.unknown);
      }
      requireActive(asked);
      await challenge.take(pool, asked, answer);
      opened.session.used = true;
      return asked;
    });
    return continueSignIn(pool, client, user, name);
  },
});
