import { describe, expect, test } from "vitest";
import { parseSettings } from "./environment.ts";
import { stackSettings } from "./stack-settings.ts";

const parse = (environment: Record<string, string>) => parseSettings(stackSettings, environment);

test("nothing needs to be set", () => {
  expect(parse({})).toMatchObject({
    ENVIRONMENT_NAME: "dev",
    OWNER: "unassigned",
    INSTANCE_TYPE: "t3.small",
    DELETION_PROTECTION: false,
    REQUIRE_MFA: false,
  });
});

test("an owner may be written in Korean, composed or not", () => {
  expect(parse({ OWNER: "플랫폼팀 (아님)".replace(/[()]/g, "") }).OWNER).toBe("플랫폼팀 아님");
  expect(parse({ OWNER: "김민수".normalize("NFD") }).OWNER).toBe("김민수");
});

test("every wrong value is named at once", () => {
  const wrong = {
    OWNER: "a<b>",
    ENVIRONMENT_NAME: "운영",
    VPC_ID: "my-vpc",
    PUBLIC_SUBNET_ID: "vpc-0123abcd",
    AVAILABILITY_ZONE: "us-east-1",
    INSTANCE_TYPE: "small",
    STATE_BUCKET: "Not A Bucket",
    DELETION_PROTECTION: "maybe",
  };
  for (const name of Object.keys(wrong)) expect(() => parse(wrong)).toThrow(`${name} must be`);
});

describe("a pool is given whole or not at all", () => {
  test.each([
    [{ COGNITO_POOL_ID: "us-east-1_AbCdEfGhI" }, "COGNITO_POOL_ID needs COGNITO_CLIENT_ID"],
    [{ COGNITO_CLIENT_ID: "abc" }, "COGNITO_CLIENT_ID needs COGNITO_POOL_ID"],
    [{ COGNITO_CLIENT_SECRET: "abc" }, "COGNITO_CLIENT_SECRET needs COGNITO_CLIENT_ID"],
    [{ COGNITO_DOMAIN: "login.example.com" }, "COGNITO_DOMAIN needs COGNITO_POOL_ID"],
  ])("%o is refused", (environment, message) => {
    expect(() => parse(environment)).toThrow(message);
  });
});

test.each(["aws-dev", "my-amazon", "cognito"])("%s is no name of an environment", (name) => {
  // Cognito would refuse the domain, half-way through an apply.
  expect(() => parse({ ENVIRONMENT_NAME: name })).toThrow(
    "must not contain aws, amazon or cognito",
  );
});
