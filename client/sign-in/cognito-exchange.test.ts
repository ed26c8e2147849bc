import { describe, expect, it } from "vitest";
import { masked } from "../exchange.ts";
import { tokenAnswer } from "../testing/cognito-server.ts";
import { cognitoDetails } from "./cognito-exchange.ts";

describe("cognitoDetails", () => {
  it("shows who signs in and how, and masks password and secret hash", () => {
    const input = {
      AuthFlow: "USER_PASSWORD_AUTH",
      ClientId: "client1",
      AuthParameters: { USERNAME: "demo", PASSWORD: "Sesam-1234", SECRET_HASH: "aGFzaA==" },
    };
    expect(cognitoDetails(input)).toEqual({
      AuthFlow: "USER_PASSWORD_AUTH",
      ClientId: "client1",
      USERNAME: "demo",
      PASSWORD: masked,
      SECRET_HASH: masked,
    });
  });

  it.each([
    [{ NEW_PASSWORD: "Sesam-5678", "userAttributes.email": "a@b.example" }],
    [{ SOFTWARE_TOKEN_MFA_CODE: "123456" }],
    [{ ANSWER: "a-code-or-password" }],
    [{ PASSWORD_CLAIM_SIGNATURE: "c2ln", PASSWORD_CLAIM_SECRET_BLOCK: "YmxvY2s=" }],
  ])("masks every part of the answer to a challenge: %j", (responses) => {
    const details = cognitoDetails({ ChallengeName: "X", ChallengeResponses: responses });
    for (const name of Object.keys(responses)) expect(details[name]).toBe(masked);
  });

  it("shows which way was chosen, which is no secret", () => {
    const input = { ChallengeName: "SELECT_MFA_TYPE", ChallengeResponses: { ANSWER: "SMS_MFA" } };
    expect(cognitoDetails(input)).toMatchObject({ ANSWER: "SMS_MFA" });
  });

  it("shows an access token's claims in place of the tokens", () => {
    const answer = tokenAnswer({ IdToken: "id.token.x" });
    const details = cognitoDetails(answer);
    expect(details).toMatchObject({
      AccessToken: masked,
      RefreshToken: masked,
      IdToken: masked,
      "access token: username": "demo",
      "access token: cognito:groups": '["user"]',
    });
    expect(JSON.stringify(details)).not.toContain(answer.AuthenticationResult.AccessToken);
  });

  it.each([null, "text", { AccessToken: "no token" }, { AccessToken: 7 }])(
    "takes %j, which is no answer, without failing",
    (answer) => {
      expect(() => cognitoDetails(answer)).not.toThrow();
    },
  );
});
