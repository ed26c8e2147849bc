import { describe, expect, it } from "vitest";
import { parseUserAction, parseUserSettings } from "./user-settings.ts";

describe("whom make user is about", () => {
  it.each(["kim", "김철수", "kim@example.com", "k.im+x"])("may be %s", (NAME) => {
    expect(parseUserSettings({ NAME })).toEqual({ NAME });
  });

  it("is the same user however a keyboard composes the name", () => {
    expect(parseUserSettings({ NAME: "김철수".normalize("NFD") }).NAME).toBe("김철수");
  });

  it.each([
    { NAME: "a b" },
    { NAME: "a\nb" },
    { NAME: "\x1b[2J" },
    { NAME: "x".repeat(129) },
    { NAME: "kim", EMAIL: "kim" },
    { NAME: "kim", GROUP: "a b" },
  ])("may not be %j", (environment) => {
    expect(() => parseUserSettings(environment)).toThrow(/must be/);
  });

  it("is asked for with the whole usage when nobody is named", () => {
    expect(() => parseUserSettings({})).toThrow(
      expect.objectContaining({ code: "usage_user_name", hint: expect.stringContaining("NAME=…") }),
    );
  });
});

describe("what make user does", () => {
  it.each([
    [[], "set"],
    [["disable"], "disable"],
    [["reset-mfa"], "reset-mfa"],
  ])("with %j is %s", (commandLine, action) => {
    expect(parseUserAction(commandLine)).toBe(action);
  });

  it.each([[["destroy"]], [["enable", "kim"]], [["--password", "x"]], [[""]]])(
    "refuses %j",
    (commandLine) => {
      expect(() => parseUserAction(commandLine)).toThrow(
        expect.objectContaining({ code: "usage_user_action" }),
      );
    },
  );
});
