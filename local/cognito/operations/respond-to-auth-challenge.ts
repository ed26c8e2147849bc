import { z } from "zod";
import { requireAppClient, requireUsername } from "../app-clients.ts";
import { challengeNames } from "../challenges/challenges.ts";
import { missingParameter } from "../cognito-error.ts";
import { answerChallenge } from "../sign-in/steps.ts";
import { clientIdMember, nameMember, parametersMember, sessionMember } from "./members.ts";
import { defineOperation } from "./operation.ts";
import { signInAnswer } from "./sign-in-answer.ts";

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
    const given = { username, challenge: name, session: id, answer };
    return signInAnswer(pool, client, await answerChallenge(pool, client, given));
  },
});
