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
    {
      ...common,
      username: "incomplete",
      subject: "3f0e6c0e-6d4f-4a52-9b1e-0d9c5a1f7b21",
      status: "FORCE_CHANGE_PASSWORD",
      attributes: {},
    },
    {
      ...common,
      username: "mfa-setup",
      subject: "a1c5c0b7-58a5-4d0a-8a44-3c2d0c8f6e02",
      mustSetUpMfa: true,
      attributes: verifiedEmail("mfa-setup"),
    },
    {
      ...common,
      username: "mfa-choice",
      subject: "c4b6a1de-0a0f-4b5f-8b0c-7e1f2a3d4c53",
      totpSecret,
      mfaByCode: ["SMS_MFA"],
      attributes: { ...verifiedEmail("mfa-choice"), ...verifiedPhone("+821012345678") },
    },
    {
      ...common,
      username: "sms",
      subject: "d8e2f7a4-93bb-4f1c-a6d1-5b0c9e7f1a64",
      mfaByCode: ["SMS_MFA"],
      attributes: { ...verifiedEmail("sms"), ...verifiedPhone("+12065550100") },
    },
    {
      ...common,
      username: "email-otp",
      subject: "e7d1b3c5-4f2a-4c8e-9d0b-6a1f8c2e3b75",
      mfaByCode: ["EMAIL_OTP"],
      attributes: verifiedEmail("email-otp"),
    },
    {
      ...common,
      username: "phone",
      subject: "b3d9e6f1-5c2a-4e7b-8a4d-9f0c1e2d3b97",
      attributes: { ...verifiedEmail("phone"), ...verifiedPhone("+12065550142") },
    },
    {
      ...common,
      username: "reset",
      subject: "f2a9c8d7-1e3b-4d6c-8f5a-0b7e9d1c2a86",
      status: "RESET_REQUIRED",
      attributes: verifiedEmail("reset"),
    },
  ];
}

function verifiedEmail(username: string): Record<string, string> {
  return { email: `${username}@example.com`, email_verified: "true" };
}

function verifiedPhone(number: string): Record<string, string> {
  return { phone_number: number, phone_number_verified: "true" };
}
