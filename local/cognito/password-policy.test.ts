import { describe, expect, test } from "vitest";
import { violatedPasswordRule } from "./password-policy.ts";

describe("the password policy", () => {
  test.each(["Abcdef1!", "비밀번호aA1-", "With space1A", `aA1-${"x".repeat(252)}`])(
    "takes %s",
    (password) => {
      expect(violatedPasswordRule(password)).toBeNull();
    },
  );

  test.each([
    ["", "Password not long enough"],
    ["Abcde1!", "Password not long enough"],
    [`aA1-${"x".repeat(253)}`, "Password must have length less than or equal to 256"],
    ["ÄÖÜäöü1!", "Password must have uppercase characters"],
    ["ABCDEF1!", "Password must have lowercase characters"],
    ["Abcdefg!", "Password must have numeric characters"],
    ["Abcdefg1", "Password must have symbol characters"],
    [" Abcdefg1 ", "Password must have symbol characters"],
    ["Abcdef1€", "Password must have symbol characters"],
  ])("refuses %j: %s", (password, rule) => {
    expect(violatedPasswordRule(password)).toBe(rule);
  });
});
