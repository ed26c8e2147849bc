import { createHash, createHmac } from "node:crypto";
import {
  type ChallengeNameType,
  InitiateAuthCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import {
  AuthenticationDetails,
  CognitoUser,
  CognitoUserPool,
  type CognitoUserSession,
} from "amazon-cognito-identity-js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type CognitoUnderTest,
  password,
  refusalOf,
  startCognitoUnderTest,
  tokensOf,
  userNamed,
} from "../cognito-under-test.ts";
import { pad, power, srpGroup } from "./group.ts";

const wrongPassword = "NotAuthorizedException: Incorrect username or password.";

let cognito: CognitoUnderTest;
beforeAll(async () => {
  cognito = await startCognitoUnderTest({
    users: [
      userNamed("demo"),
      userNamed("guessed"),
      userNamed("김철수"),
      userNamed("newbie", { status: "FORCE_CHANGE_PASSWORD" }),
      userNamed("reset", { status: "RESET_REQUIRED" }),
    ],
  });
});
afterAll(() => cognito.close());

// That client raises to powers in plain JavaScript, which takes seconds on a busy machine.
const slow = 90_000;

describe("USER_SRP_AUTH with Amazon's own client", () => {
  function signIn(Username: string, Password: string): Promise<CognitoUserSession | string> {
    const Pool = new CognitoUserPool({
      UserPoolId: cognito.pool.id,
      ClientId: cognito.pool.publicClient.id,
      endpoint: cognito.url,
    });
    const user = new CognitoUser({ Username, Pool });
    return new Promise((resolve, reject) => {
      user.authenticateUser(new AuthenticationDetails({ Username, Password }), {
        onSuccess: resolve,
        onFailure: reject,
        newPasswordRequired: () => resolve("new password"),
      });
    });
  }

  test.each(["demo", "DEMO", "김철수"])(
    "signs %s in without sending the password",
    async (name) => {
      const session = (await signIn(name, password)) as CognitoUserSession;
      expect(session.getAccessToken().decodePayload().username).toBe(name.toLowerCase());
    },
    slow,
  );

  test(
    "goes on with the challenges that follow a password",
    async () => {
      expect(await signIn("newbie", password)).toBe("new password");
    },
    slow,
  );

  test.each(["demo", "nobody"])(
    "refuses %s with a wrong password, alike",
    async (username) => {
      await expect(signIn(username, "wrong")).rejects.toThrow("Incorrect username or password.");
    },
    slow,
  );
});

describe("USER_SRP_AUTH with a secret", () => {
  const a = 0x1234567890abcdefn ** 12n;
  const publicValue = () => power(srpGroup().g, a, srpGroup().N).toString(16);

  const initiate = (username: string, SRP_A: string | undefined = publicValue()) =>
    cognito.sdk.send(
      new InitiateAuthCommand({
        AuthFlow: "USER_SRP_AUTH",
        ClientId: cognito.pool.secretClient.id,
        AuthParameters: {
          USERNAME: username,
          SECRET_HASH: cognito.secretHash(username),
          ...(SRP_A === "" ? {} : { SRP_A }),
        },
      }),
    );

  /** The proof as RFC 5054 and Cognito's own clients make it, written down once more. */
  function proof(parameters: Record<string, string>, usedPassword: string, timestamp = now()) {
    const { N, g, k } = srpGroup();
    const number = (hex: string | undefined) => BigInt(`0x${hex}`);
    const hash = (...parts: (Buffer | string)[]) => {
      const digest = createHash("sha256");
      for (const part of parts) digest.update(part);
      return digest.digest();
    };
    const B = number(parameters.SRP_B);
    const u = BigInt(`0x${hash(pad(power(g, a, N)), pad(B)).toString("hex")}`);
    const poolName = cognito.pool.id.split("_")[1];
    const userId = parameters.USER_ID_FOR_SRP;
    const inner = hash(`${poolName}${userId}:${usedPassword}`);
    const x = BigInt(`0x${hash(pad(number(parameters.SALT)), inner).toString("hex")}`);
    const base = (((B - k * power(g, x, N)) % N) + N) % N;
    const shared = power(base, a + u * x, N);
    const prk = createHmac("sha256", pad(u)).update(pad(shared)).digest();
    const key = createHmac("sha256", prk).update("Caldera Derived Key\u0001").digest();
    const signature = createHmac("sha256", key.subarray(0, 16))
      .update(`${poolName}${userId}`)
      .update(Buffer.from(parameters.SECRET_BLOCK ?? "", "base64"))
      .update(timestamp);
    return {
      PASSWORD_CLAIM_SECRET_BLOCK: parameters.SECRET_BLOCK ?? "",
      PASSWORD_CLAIM_SIGNATURE: signature.digest("base64"),
      TIMESTAMP: timestamp,
    };
  }

  const now = () => "Wed Nov 5 09:30:00 UTC 2026";
  const verifier: ChallengeNameType = "PASSWORD_VERIFIER";
  const respond = (username: string, answer: Record<string, string>) =>
    cognito.respond(verifier, username, undefined, answer);

  test("asks with what the client computes with, without a session, and takes the proof once", async () => {
    const asked = await initiate("Demo");
    expect(asked.ChallengeName).toBe(verifier);
    expect(asked.Session).toBeUndefined();
    const parameters = asked.ChallengeParameters ?? {};
    expect(Object.keys(parameters).sort()).toEqual(
      ["SALT", "SECRET_BLOCK", "SRP_B", "USERNAME", "USER_ID_FOR_SRP"].sort(),
    );
    expect(parameters.USER_ID_FOR_SRP).toBe("demo");
    const answer = proof(parameters, password);
    tokensOf(await respond("demo", answer));
    expect(await refusalOf(respond("demo", answer))).toMatch(/can only be used once/);
  });

  test("fits whatever the numbers are: some begin with a zero, some with a high bit", async () => {
    for (let round = 0; round < 20; round += 1) {
      const { ChallengeParameters: parameters } = await initiate("demo");
      tokensOf(await respond("demo", proof(parameters ?? {}, password)));
    }
  });

  test("takes neither a wrong proof nor one for another question", async () => {
    const parameters = (await initiate("demo")).ChallengeParameters ?? {};
    const other = (await initiate("demo")).ChallengeParameters ?? {};
    expect(await refusalOf(respond("demo", proof(parameters, "wrong")))).toBe(wrongPassword);
    const moved = {
      ...proof(parameters, password),
      PASSWORD_CLAIM_SECRET_BLOCK: other.SECRET_BLOCK ?? "",
    };
    expect(await refusalOf(respond("demo", moved))).toBe(wrongPassword);
    expect(
      await refusalOf(
        respond("demo", {
          ...proof(parameters, password),
          TIMESTAMP: "Thu Nov 6 09:30:00 UTC 2026",
        }),
      ),
    ).toBe(wrongPassword);
  });

  test("locks out after five wrong proofs", async () => {
    const proofs: Record<string, string>[] = [];
    for (const used of ["1", "2", "3", "4", "5", password]) {
      proofs.push(proof((await initiate("guessed")).ChallengeParameters ?? {}, used));
    }
    const [right = {}, ...wrong] = proofs.reverse();
    for (const answer of wrong) {
      expect(await refusalOf(respond("guessed", answer))).toBe(wrongPassword);
    }
    expect(await refusalOf(respond("guessed", right))).toBe(
      "NotAuthorizedException: Password attempts exceeded",
    );
  });

  test("answers for a name that nobody has as for any other, each time with the same salt", async () => {
    const [first, second] = [await initiate("nobody"), await initiate("NOBODY")];
    expect(first.ChallengeName).toBe(verifier);
    expect(first.ChallengeParameters?.SALT).toBe(second.ChallengeParameters?.SALT);
    const answer = proof(first.ChallengeParameters ?? {}, password);
    expect(await refusalOf(respond("nobody", answer))).toBe(wrongPassword);
  });

  test.each([
    ["that is missing", "", "Missing required parameter SRP_A"],
    ["of zero", "0", "SRP_A mod N cannot be 0"],
    ["of the prime", srpGroup().N.toString(16), "SRP_A mod N cannot be 0"],
    ["of twice the prime", (srpGroup().N * 2n).toString(16), "SRP_A mod N cannot be 0"],
    ["that is no number", "xyz", "SRP_A is invalid"],
    ["without end", "f".repeat(5000), "SRP_A is invalid"],
  ])("refuses an SRP_A %s", async (_what, value, message) => {
    expect(await refusalOf(initiate("demo", value))).toBe(`InvalidParameterException: ${message}`);
  });

  test("refuses a time that is written otherwise", async () => {
    const parameters = (await initiate("demo")).ChallengeParameters ?? {};
    const answer = proof(parameters, password, "2026-11-05T09:30:00Z");
    expect(await refusalOf(respond("demo", answer))).toBe(
      "InvalidParameterException: TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.",
    );
  });

  test("refuses a user whose password is to be reset, whatever the password", async () => {
    expect(await refusalOf(initiate("reset"))).toBe(
      "PasswordResetRequiredException: Password reset required for the user",
    );
  });
});
