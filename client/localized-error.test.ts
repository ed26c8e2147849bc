import { AppError } from "@cleanauth/common/app-error.ts";
import { describe, expect, it } from "vitest";
import { bedrockErrorTexts } from "./agent/bedrock-error-texts.ts";
import { errorLine, LocalizedError, type Wording, wordingOf } from "./localized-error.ts";
import { cognitoErrorTexts } from "./sign-in/cognito-error-texts.ts";

const error = new LocalizedError("server_failed", {
  en: ["The server failed", "Try again."],
  ko: ["서버에서 오류가 났습니다", "다시 시도하세요."],
});

describe("a LocalizedError", () => {
  it("is an AppError in English, for logs and programs", () => {
    expect(error).toMatchObject({ code: "server_failed", message: "The server failed" });
    expect(error.hint).toBe("Try again.");
  });

  it("becomes a line in the language that is asked for", () => {
    expect(errorLine(error, "en")).toBe("The server failed. Try again.");
    expect(errorLine(error, "ko")).toBe("서버에서 오류가 났습니다. 다시 시도하세요.");
  });
});

describe("wordingOf", () => {
  it("calls what is no AppError a defect, in both languages", () => {
    const { en, ko } = wordingOf(new TypeError("x is not a function"));
    expect(en).toEqual([expect.stringContaining("x is not a function"), expect.any(String)]);
    expect(ko.join(" ")).toMatch(/x is not a function.*결함/);
  });

  it.each([
    [
      new AppError("configuration_invalid", "Wrong configuration: A is not set", "Set it."),
      /^설정이 잘못되었습니다: A is not set\. 환경 변수/,
    ],
    [
      new AppError("environment_file_unreadable", "Cannot read /x/.env: EACCES", "Remove it."),
      /^\/x\/\.env 파일을 읽을 수 없습니다: EACCES\./,
    ],
  ])("knows the errors that are shared with the server in Korean, too", (shared, line) => {
    expect(errorLine(shared, "ko")).toMatch(line);
  });
});

describe.each([
  ["Bedrock", bedrockErrorTexts],
  ["Cognito", cognitoErrorTexts],
])("what is said of failures at %s", (_service, texts) => {
  it.each(Object.entries<(said: string, modelId: string) => Wording>(texts))(
    "tells as much in Korean as in English: %s",
    (_name, words) => {
      const [said, modelId] = ["<what it said>", "<the model>"];
      const { en, ko } = words(said, modelId);
      for (const part of ko) expect(part).toMatch(/[가-힣]/);
      const names = (line: string) =>
        [said, modelId, ...(line.match(/[A-Z]+(_[A-Z]+)+|make \w+|\/\w+\b|https:\S+/g) ?? [])]
          .filter((name) => line.includes(name))
          .filter((name) => name !== "/new");
      expect(new Set(names(ko.join(" ")))).toEqual(new Set(names(en.join(" "))));
    },
  );
});
