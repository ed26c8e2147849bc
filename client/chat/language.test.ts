import { describe, expect, it } from "vitest";
import { asked, conversing, key, play, start, typed } from "../testing/chat-play.ts";
import { inLanguage, languageOf, languages } from "./language.ts";
import type { Message } from "./messages.ts";
import type { Model } from "./model.ts";
import { textsOf } from "./texts/texts.ts";
import { view } from "./view.ts";

const shown = (model: Model) =>
  view(model)
    .lines.map((line) => line.map(({ text }) => text).join(""))
    .join("\n");

const problem = {
  code: "model_timeout",
  message: { en: "The model took too long", ko: "모델의 답이 너무 오래 걸렸습니다" },
  hint: { en: "Ask again.", ko: "다시 물어보세요." },
};

describe("the language", () => {
  it.each([
    ["ko_KR.UTF-8", "ko"],
    ["ko", "ko"],
    ["ko-KR", "ko"],
    ["kok_IN", "en"],
    ["en_US.UTF-8", "en"],
    ["C", "en"],
    [undefined, "en"],
  ])("of %s is %s", (locale, language) => {
    expect(languageOf(locale)).toBe(language);
  });

  it("leaves as it is what comes from elsewhere", () => {
    for (const language of languages) expect(inLanguage("Too many", language)).toBe("Too many");
  });

  it("of errors and notices that are on the screen changes with /lang", () => {
    const failed = play(
      asked(),
      { type: "noticed", text: { en: "It was cut.", ko: "잘렸습니다." } },
      { type: "answer_failed", problem },
    ).model;
    expect(shown(failed)).toMatch(/It was cut\.[\s\S]*took too long[\s\S]*Ask again\./);
    const korean = shown(play(failed, typed("/lang ko"), key("enter")).model);
    expect(korean).toMatch(/잘렸습니다\.[\s\S]*오래 걸렸습니다[\s\S]*다시 물어보세요\./);
    expect(korean).not.toMatch(/It was cut|took too long/);
  });

  it.each([
    ["in the sign-in form", { type: "sign_in_failed", problem }],
    ["before there is a connection", { type: "connect_failed", problem }],
  ] as const)("is that of a failure %s, too", (_where, message) => {
    const user = { username: "demo", groups: [], tokenExpiresAt: 0 };
    const before = message.type === "connect_failed" ? [{ type: "signed_in", user } as const] : [];
    const model = play({ ...start(), language: "ko" }, ...before, message).model;
    expect(shown(model)).toContain("너무 오래 걸렸습니다");
    expect(shown(model)).toContain("다시 물어보세요.");
  });

  it("has the same texts in both", () => {
    const shapeOf = (value: unknown): unknown => {
      if (typeof value !== "object" || value === null) return typeof value;
      const entries = Object.entries(value).map(([name, inner]) => [name, shapeOf(inner)]);
      return Object.fromEntries(entries);
    };
    expect(shapeOf(textsOf("ko"))).toEqual(shapeOf(textsOf("en")));
  });
});

describe("a model that takes no more requests just now", () => {
  const retrying: Message = {
    type: "retrying",
    reason: { en: "Bedrock takes no more requests", ko: "Bedrock이 요청을 더 받지 않습니다" },
    delayMilliseconds: 4_000,
  };
  const at = (now: number): Message => ({ type: "tick", now });

  it("is waited for with a countdown in the user's language, then asked again", () => {
    const waiting = play(asked(), retrying).model;
    expect(shown(waiting)).toContain("Bedrock takes no more requests. Asking again in 4 s");
    expect(shown(play(waiting, at(2_500)).model)).toContain("Asking again in 2 s");
    const korean = { ...waiting, language: "ko" } as const;
    expect(shown(play(korean, at(3_900)).model)).toContain("1초 뒤에 다시 물어봅니다");
    expect(shown(play(waiting, at(4_000)).model)).toMatch(/working/);
    const answered = play(waiting, at(4_100), { type: "answer_text", text: "At last." }).model;
    expect(shown(answered)).not.toContain("Asking again");
  });

  it("is waited for no longer once Escape is pressed", () => {
    const { model, effects } = play(asked(), retrying, key("escape"));
    expect(effects).toContainEqual({ type: "stop" });
    expect(shown(model)).not.toContain("Asking again");
    expect(shown(model)).toContain("stopping");
  });

  it("tells nothing where no answer is awaited any more", () => {
    expect(shown(play(conversing(), retrying).model)).not.toContain("Asking again");
  });
});
