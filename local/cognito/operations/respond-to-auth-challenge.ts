import { z } from "zod";
import { requireAppClient, requireUsername } from "../app-clients.ts";
import { challengeNames } from "../challenges/challenge-names.ts";
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
    const { ChallengeName: challenge, ChallengeResponses: answer = {} } = input;
    const client = requireAppClient(pool.clients, input.ClientId);
    const username = requireUsername(client, answer);
    // The proof of a password is tied to its question by the secret block; USER_SRP_AUTH has no session.
    const isProof = challenge === "PASSWORD_VERIFIER";
    const session = isProof ? answer.PASSWORD_CLAIM_SECRET_BLOCK : input.Session;
    if (session === undefined || session === "") {
      throw missingParameter(isProof ? "PASSWORD_CLAIM_SECRET_BLOCK" : "Session");
    }
    const given = { username, challenge, session, answer };
    return signInAnswer(pool, client, answerChallenge(pool, client, given));
  },
});
