import type { UserProfile } from "./users.ts";

/**
 * The users that the local stack is tried with.
 *
 * Their subjects are written down rather than made at each start: what the server keeps for a
 * subject, notes for instance, is still theirs after a restart, as it is with a pool in AWS.
 *
 * @param totpSecret the secret of `mfa`, base32
 */
export function demoUsers(totpSecret: string): readonly UserProfile[] {
  const common = { groups: ["user"], status: "CONFIRMED", enabled: true } as const;
  return [
    {
      ...common,
      username: "demo",
      subject: "e5f5ee8f-23ad-4c3c-a649-1b40e56d8c24",
      attributes: verifiedEmail("demo"),
    },
    {
      ...common,
      username: "admin",
      subject: "7ce392eb-8e21-49ef-a0a1-cd150a53cf48",
      groups: ["admin"],
      attributes: verifiedEmail("admin"),
    },
    {
      ...common,
      username: "newbie",
      subject: "0269379a-0717-40a1-92be-ed2ee7f3c547",
      status: "FORCE_CHANGE_PASSWORD",
      attributes: verifiedEmail("newbie"),
    },
    {
      ...common,
      username: "mfa",
      subject: "55ea9591-c9e2-4961-8f41-28ee5669eeef",
      totpSecret,
      attributes: verifiedEmail("mfa"),
    },
    {
      ...common,
      username: "disabled",
      subject: "66ee754e-e4b4-4818-9bc3-c9bfed9ac8c1",
      enabled: false,
      attributes: verifiedEmail("disabled"),
    },
    {
      ...common,
      username: "unconfirmed",
      subject: "72adc03d-0727-4a7c-9764-127f4098ad0c",
      status: "UNCONFIRMED",
      attributes: { email: "unconfirmed@example.com", email_verified: "false" },
    },
  ];
}

function verifiedEmail(username: string): Record<string, string> {
  return { email: `${username}@example.com`, email_verified: "true" };
}
