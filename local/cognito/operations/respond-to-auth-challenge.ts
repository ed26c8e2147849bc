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
    const binding = { username: userKey(username), clientId: client.id, challenge: name };
    const opened = pool.sessions.open(id, binding, pool.now());
    if (opened.kind !== "open") throw notAuthorized(sessionMessages[opened.kind]);
    const user = pool.users.find(username);
    const challenge = challenges.find((candidate) => candidate.name === name);
    if (user === undefined || challenge === undefined) {
      throw notAuthorized(sessionMessages.unknown);
    }
    requireActive(user);
    challenge.check(pool, user, answer);
    // From here on the session is spent, even if a second answer arrives while this one completes.
    opened.session.used = true;
    await challenge.complete(user, answer);
    return continueSignIn(pool, client, user, name);
  },
});
