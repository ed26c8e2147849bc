import { formatError } from "@cleanauth/common/app-error.ts";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ExchangeEvent } from "../exchange.ts";
import {
  type CognitoServer,
  challengeAnswer,
  startCognitoServer,
  tokenAnswer,
} from "../testing/cognito-server.ts";
import { createCognitoCalls } from "./cognito-calls.ts";
import { createCognitoSignIn } from "./cognito-sign-in.ts";
import { secretHash } from "./secret-hash.ts";

// The unmodified AWS SDK talks to a plain HTTP server that answers with what each test puts in line.

let cognito: CognitoServer;

beforeEach(async () => {
  cognito = await startCognitoServer();
  vi.stubEnv("AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED", "true");
  vi.stubEnv("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", cognito.url);
  // Whoever looks for credentials lands on the same server, and is noticed.
  vi.stubEnv("AWS_EC2_METADATA_SERVICE_ENDPOINT", cognito.url);
  vi.stubEnv("AWS_CONFIG_FILE", "/nonexistent");
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent");
  for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_REGION"]) {
    vi.stubEnv(name, undefined);
  }
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await cognito.close();
});

function signIn(clientSecret?: string, insecure = false) {
  const secret = clientSecret === undefined ? {} : { clientSecret };
  return createCognitoSignIn(
    createCognitoCalls(
      { region: "us-east-1", clientId: "client1", isStandIn: false, ...secret },
      insecure,
    ),
  );
}

describe("createCognitoSignIn", () => {
  it("signs in with user name, password and the secret's hash, and needs no AWS credentials", async () => {
    cognito.answer(tokenAnswer());
    const step = await signIn("hush").answer({ username: "데모", password: "Sesam-1234" });
    expect(step).toMatchObject({ kind: "signed_in", tokens: { identity: { username: "demo" } } });
    expect(cognito.requests).toHaveLength(1);
    expect(cognito.requests[0]?.operation).toBe("InitiateAuth");
    expect(cognito.requests[0]?.body).toEqual({
      AuthFlow: "USER_PASSWORD_AUTH",
      ClientId: "client1",
      AuthParameters: {
        USERNAME: "데모",
        PASSWORD: "Sesam-1234",
        SECRET_HASH: secretHash("데모", "client1", "hush"),
      },
    });
    expect(cognito.requests[0]?.authorization).toBeUndefined();
  });

  it("sends no hash for an app client without a secret", async () => {
    cognito.answer(tokenAnswer());
    await signIn().answer({ username: "demo", password: "Sesam-1234" });
    expect(cognito.requests[0]?.body.AuthParameters).not.toHaveProperty("SECRET_HASH");
  });

  it("sets a new password under the user's own name, attributes included", async () => {
    cognito.answer(
      challengeAnswer("NEW_PASSWORD_REQUIRED", { requiredAttributes: '["userAttributes.email"]' }),
    );
    cognito.refuse("InvalidPasswordException", "Password does not conform to policy");
    cognito.answer(tokenAnswer());
    const attempt = signIn("hush");
    const asked = await attempt.answer({ username: "alias@example", password: "Sesam-1234" });
    expect(asked).toMatchObject({ question: { name: "NEW_PASSWORD_REQUIRED" }, problem: null });
    const given = { email: "a@b.example" };
    expect(await attempt.answer({ ...given, password: "short" })).toMatchObject({
      question: { name: "NEW_PASSWORD_REQUIRED" },
      problem: { code: "sign_in_password_policy" },
    });
    expect(await attempt.answer({ ...given, password: "Sesam-5678" })).toMatchObject({
      kind: "signed_in",
    });
    expect(cognito.requests[2]?.body).toEqual({
      ClientId: "client1",
      ChallengeName: "NEW_PASSWORD_REQUIRED",
      Session: "session-NEW_PASSWORD_REQUIRED",
      ChallengeResponses: {
        USERNAME: "user-id",
        SECRET_HASH: secretHash("user-id", "client1", "hush"),
        NEW_PASSWORD: "Sesam-5678",
        "userAttributes.email": "a@b.example",
      },
    });
  });

  it("takes a second code after a wrong one, without starting over", async () => {
    cognito.answer(challengeAnswer("SOFTWARE_TOKEN_MFA"));
    cognito.refuse("CodeMismatchException", "Invalid code received for user");
    cognito.answer(tokenAnswer());
    const attempt = signIn("hush");
    await attempt.answer({ username: "mfa", password: "Sesam-1234" });
    expect(await attempt.answer(code("111111"))).toMatchObject({
      question: { name: "SOFTWARE_TOKEN_MFA" },
      problem: { code: "sign_in_wrong_code" },
    });
    expect(await attempt.answer(code("222 222"))).toMatchObject({ kind: "signed_in" });
    expect(cognito.requests[2]?.body).toMatchObject({
      Session: "session-SOFTWARE_TOKEN_MFA",
      ChallengeResponses: { USERNAME: "user-id", SOFTWARE_TOKEN_MFA_CODE: "222222" },
    });
  });

  it("goes from one challenge to the next", async () => {
    cognito.answer(challengeAnswer("NEW_PASSWORD_REQUIRED"));
    cognito.answer(challengeAnswer("SOFTWARE_TOKEN_MFA"));
    cognito.answer(tokenAnswer());
    const attempt = signIn();
    await attempt.answer({ username: "newbie", password: "Sesam-1234" });
    const next = await attempt.answer({ password: "Sesam-5678" });
    expect(next).toMatchObject({ question: { name: "SOFTWARE_TOKEN_MFA" } });
    expect(await attempt.answer(code("123456"))).toMatchObject({ kind: "signed_in" });
  });

  it("asks Cognito nothing for what cannot be an answer", async () => {
    cognito.answer(challengeAnswer("SOFTWARE_TOKEN_MFA"));
    const attempt = signIn();
    await attempt.answer({ username: "mfa", password: "Sesam-1234" });
    expect(await attempt.answer(code("12a45"))).toMatchObject({
      problem: { code: "sign_in_wrong_code" },
    });
    expect(await attempt.answer({})).toMatchObject({ problem: { code: "sign_in_incomplete" } });
    expect(await signIn().answer({ username: "", password: "x" })).toMatchObject({
      problem: { code: "sign_in_incomplete" },
    });
    expect(cognito.requests).toHaveLength(1);
  });

  it("has to start over once Cognito has ended the session", async () => {
    cognito.answer(challengeAnswer("SOFTWARE_TOKEN_MFA"));
    cognito.refuse("NotAuthorizedException", "Invalid session for the user, session is expired.");
    const attempt = signIn();
    await attempt.answer({ username: "mfa", password: "Sesam-1234" });
    for (let time = 0; time < 2; time++) {
      await expect(attempt.answer(code("123456"))).rejects.toMatchObject({
        code: "sign_in_session_expired",
      });
    }
    expect(cognito.requests).toHaveLength(2);
  });

  it("refreshes with the secret itself, and revokes the token that the last refresh brought", async () => {
    cognito.answer(tokenAnswer({ ExpiresIn: 10, RefreshToken: "r1" }));
    cognito.answer(tokenAnswer({ ExpiresIn: 3600, RefreshToken: "r2" }));
    cognito.answer({});
    const step = await signIn("hush").answer({ username: "demo", password: "Sesam-1234" });
    if (step.kind !== "signed_in") return expect.unreachable();
    await step.tokens.accessToken();
    await step.tokens.signOut();
    expect(cognito.requests.slice(1).map(({ operation, body }) => [operation, body])).toEqual([
      [
        "GetTokensFromRefreshToken",
        { ClientId: "client1", ClientSecret: "hush", RefreshToken: "r1" },
      ],
      ["RevokeToken", { ClientId: "client1", ClientSecret: "hush", Token: "r2" }],
    ]);
  });

  it("says that the sign-in has expired when the refresh token was revoked", async () => {
    cognito.answer(tokenAnswer({ ExpiresIn: 10 }));
    cognito.refuse("NotAuthorizedException", "Refresh Token has been revoked");
    const step = await signIn().answer({ username: "demo", password: "Sesam-1234" });
    if (step.kind !== "signed_in") return expect.unreachable();
    await expect(step.tokens.accessToken()).rejects.toMatchObject({ code: "sign_in_expired" });
  });

  it("says so when the endpoint is no Cognito", async () => {
    cognito.answer("<html>hello</html>");
    await expect(
      signIn().answer({ username: "demo", password: "Sesam-1234" }),
    ).rejects.toMatchObject({
      code: "sign_in_unexpected_answer",
    });
  });

  it("says so when nothing listens there", async () => {
    vi.stubEnv("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", "http://127.0.0.1:1");
    await expect(
      signIn().answer({ username: "demo", password: "Sesam-1234" }),
    ).rejects.toMatchObject({
      code: "sign_in_unreachable",
    });
  });

  it("sends no password over plain HTTP to another machine", async () => {
    vi.stubEnv("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", "http://cognito.invalid");
    await expect(
      signIn().answer({ username: "demo", password: "Sesam-1234" }),
    ).rejects.toMatchObject({
      code: "configuration_insecure_endpoint",
    });
    await expect(
      signIn(undefined, true).answer({ username: "demo", password: "Sesam-1234" }),
    ).rejects.toMatchObject({
      code: "sign_in_unreachable",
    });
  });

  it("records every question and answer, and no secret of either", async () => {
    cognito.answer(challengeAnswer("SOFTWARE_TOKEN_MFA"));
    cognito.refuse("CodeMismatchException", "Invalid code received for user");
    cognito.answer(tokenAnswer());
    const events: ExchangeEvent[] = [];
    const client = { clientId: "client1", clientSecret: "hush" };
    const settings = { region: "us-east-1", isStandIn: false, ...client };
    const attempt = createCognitoSignIn(
      createCognitoCalls(settings, false, (event) => void events.push(event)),
    );
    await attempt.answer({ username: "mfa", password: "Sesam-1234" });
    await attempt.answer(code("111111")).catch(() => {});
    await attempt.answer(code("222222"));
    const summary = events.map((event) =>
      event.type === "asked" ? event.what : `${event.outcome}: ${event.summary}`,
    );
    expect(summary).toEqual([
      "InitiateAuth",
      "ok: SOFTWARE_TOKEN_MFA",
      "RespondToAuthChallenge",
      "refused: CodeMismatchException",
      "RespondToAuthChallenge",
      "ok: ok",
    ]);
    expect(JSON.stringify(events)).not.toMatch(/Sesam|hush|111111|222222|session-|r1|e\./);
  });

  it("keeps the password out of every error", async () => {
    cognito.refuse("NotAuthorizedException", "Incorrect username or password.");
    const error = await signIn("hush")
      .answer({ username: "demo", password: "Sesam-1234" })
      .catch((caught) => caught);
    expect(`${formatError(error)} ${error.stack} ${JSON.stringify(error)}`).not.toMatch(
      /Sesam-1234|hush/,
    );
  });
});

function code(digits: string) {
  return { code: digits };
}
