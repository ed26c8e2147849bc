import {
  AdminGetUserCommand,
  AdminListGroupsForUserCommand,
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startWorkbench, type Workbench } from "./workbench.ts";

// The users of a pool in an emulator, in order: each part builds on those before it.

const password = "Abcdefgh1234!";
let bench: Workbench;
let cognito: CognitoIdentityProviderClient;

beforeAll(async () => {
  bench = await startWorkbench("users");
  cognito = new CognitoIdentityProviderClient(bench.client);
});
afterAll(() => bench?.remove());

const user = (environment: Record<string, string>, input = "", ...args: string[]) =>
  bench.operator.run("user", { environment, input, args });

async function signIn(name: string, typed: string) {
  const { AuthenticationResult } = await cognito.send(
    new InitiateAuthCommand({
      AuthFlow: "USER_PASSWORD_AUTH",
      ClientId: bench.outputs.CognitoClientId,
      AuthParameters: { USERNAME: name, PASSWORD: typed },
    }),
  );
  return AuthenticationResult?.AccessToken;
}

describe("make user", () => {
  it("creates a user with a Korean name, who signs in with the password from the pipe", async () => {
    const wanted = { NAME: "김철수", GROUP: "user", EMAIL: "kim@example.com" };
    const { exitCode, stderr } = await user(wanted, `${password}\n`);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(await signIn("김철수", password)).toBeTruthy();
    const { Groups } = await cognito.send(
      new AdminListGroupsForUserCommand({
        UserPoolId: bench.outputs.CognitoUserPoolId,
        Username: "김철수",
      }),
    );
    expect(Groups?.map(({ GroupName }) => GroupName)).toEqual(["user"]);
  });

  it("gives a user that is there a new password, and keeps the groups", async () => {
    const { exitCode, stderr } = await user({ NAME: "김철수", GROUP: "admin" }, "Changed-1234!\n");
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/is in .* already \(ok\): this sets a new password/);
    await expect(signIn("김철수", password)).rejects.toThrow();
    expect(await signIn("김철수", "Changed-1234!")).toBeTruthy();
  });

  it("says what the policy has against a password, and leaves no half-made user", async () => {
    const { exitCode, stderr } = await user({ NAME: "lee" }, "short\n");
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/The pool does not take the password: .*policy/);
    expect(stderr).not.toContain("short");
    const unknown = cognito.send(
      new AdminGetUserCommand({ UserPoolId: bench.outputs.CognitoUserPoolId, Username: "lee" }),
    );
    await expect(unknown).rejects.toMatchObject({ name: "UserNotFoundException" });
  });

  it("never shows the password, whatever happens", async () => {
    const results = [
      await user({ NAME: "park" }, `${password}\n`),
      await user({ NAME: "park" }, `${password}\n`),
      await user({ NAME: "park", GROUP: "nobody" }, `${password}\n`),
    ];
    for (const { stdout, stderr } of results) expect(stdout + stderr).not.toContain(password);
    expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 0, 2]);
  });

  it.each([
    [{}, /^Nobody is named\. Usage: make user NAME=…/],
    [{ NAME: "a b" }, /NAME must be/],
    [{ NAME: "kim", EMAIL: "kim" }, /EMAIL must be/],
    [{ NAME: "kim" }, /There is no password on stdin/],
  ])("with %j says what is missing", async (environment, said) => {
    const { exitCode, stderr } = await user(environment);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(said);
  });
});

describe("make user with ARGS", () => {
  it("disables and enables", async () => {
    expect((await user({ NAME: "김철수" }, "", "disable")).stdout).toContain("is disabled");
    await expect(signIn("김철수", "Changed-1234!")).rejects.toThrow();
    expect((await user({ NAME: "김철수" }, "", "enable")).stdout).toContain("is enabled");
    expect(await signIn("김철수", "Changed-1234!")).toBeTruthy();
  });

  it("resets a second factor, and says so where there is none", async () => {
    expect((await user({ NAME: "김철수" }, "", "reset-mfa")).stdout).toContain("no second factor");
  });

  it("deletes only what was named once more", async () => {
    const unconfirmed = await user({ NAME: "김철수" }, "", "delete");
    expect(unconfirmed.exitCode).toBe(2);
    const confirmed = await user({ NAME: "김철수", CONFIRM: "김철수" }, "", "delete");
    expect(confirmed.stdout).toContain("is deleted");
    const gone = await user({ NAME: "김철수" }, "", "disable");
    expect(gone).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("no user 김철수") });
  });
});

describe("make users", () => {
  it("lists users with state and groups, those of a prefix alone when one is given", async () => {
    await user({ NAME: "이영희", GROUP: "admin" }, `${password}\n`);
    const all = await bench.operator.run("users");
    expect(all.stdout).toMatch(/^park +ok +user /m);
    expect(all.stdout).toMatch(/^이영희 +ok +admin /m);
    const some = await bench.operator.run("users", { environment: { NAME: "이" } });
    expect(some.stdout).not.toContain("park");
    const none = await bench.operator.run("users", { environment: { NAME: "zzz" } });
    expect(none.stdout).toContain("No such user");
  });

  it("leads to make outputs when the pool is gone", async () => {
    bench.writeOutputs({ CognitoUserPoolId: "us-east-1_gone" });
    const { exitCode, stderr } = await bench.operator.run("users");
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/us-east-1_gone.*make outputs.*\n$/);
  });
});
