import { afterAll, expect, it, vi } from "vitest";
import type { CognitoUnderTest } from "./cognito-under-test.ts";

// Counted, and done all the same: raising to a power is what checking a password costs.
vi.mock("./srp/group.ts", async (importOriginal) => {
  const original = await importOriginal<typeof import("./srp/group.ts")>();
  return { ...original, power: vi.fn(original.power) };
});

let cognito: CognitoUnderTest | undefined;
afterAll(() => cognito?.close());

it("checking the password of an unknown user is as much work, so that time tells nothing", async () => {
  // Files share their modules; these are to be loaded with the counter in place.
  vi.resetModules();
  const { power } = await import("./srp/group.ts");
  const { refusalOf, startCognitoUnderTest, userNamed } = await import("./cognito-under-test.ts");
  cognito = await startCognitoUnderTest({ users: [userNamed("demo")] });
  const worked: number[] = [];
  for (const username of ["somebody", "demo"]) {
    vi.mocked(power).mockClear();
    await refusalOf(cognito.initiate(username, "wrong"));
    worked.push(vi.mocked(power).mock.calls.length);
  }
  expect(worked).toEqual([1, 1]);
});
