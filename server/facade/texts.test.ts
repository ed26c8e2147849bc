import { describe, expect, it } from "vitest";
import { describeScopes, textsFor } from "./texts.ts";

it.each([
  ["ko-KR,ko;q=0.9,en;q=0.8", "ko"],
  ["fr-FR, ko;q=0.7", "ko"],
  ["en-US,en;q=0.9,ko;q=0.8", "en"],
  ["fr", "en"],
  [undefined, "en"],
])("speaks to a browser that says %s in %s", (header, language) => {
  expect(textsFor(header).language).toBe(language);
});

describe("what a user is asked to agree to", () => {
  const texts = textsFor("en");

  it("is said in words, and by name where there are none", () => {
    expect(describeScopes(texts, ["mcp-auth/files:read", "mcp-auth/notes:read"])).toEqual([
      "Read your notes",
      "mcp-auth/files:read",
    ]);
  });

  it("is everything, where a token stands for the user", () => {
    expect(describeScopes(texts, ["aws.cognito.signin.user.admin"])).toEqual([texts.asOneself]);
    expect(describeScopes(texts, ["aws.cognito.signin.user.admin", "mcp-auth/notes:read"])).toEqual(
      ["Read your notes", texts.profile],
    );
  });
});
