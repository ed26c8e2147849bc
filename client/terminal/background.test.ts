import { describe, expect, it } from "vitest";
import { backgroundOfAnswer, backgroundOfEnvironment } from "./background.ts";
import { createInputParser } from "./input-parser.ts";
import type { InputEvent } from "./read-input.ts";

describe("the terminal's answer about its background", () => {
  it.each([
    ["11;rgb:1515/1818/1d1d", "dark"],
    ["11;rgb:fbfb/fbfb/f9f9", "light"],
    ["11;rgb:00/2b/36", "dark"],
    ["11;rgb:fd/f6/e3", "light"],
    ["11;rgb:f/f/f", "light"],
    ["11;rgba:ffff/ffff/ffff/8080", "light"],
    // A saturated blue is dark to the eye, a yellow light.
    ["11;rgb:0000/0000/ffff", "dark"],
    ["11;rgb:ffff/ffff/0000", "light"],
    ["10;rgb:ffff/ffff/ffff", null],
    ["11;rgb:ffff/ffff", null],
    ["11;rgb:fffff/ffff/ffff", null],
    ["11;?", null],
    ["11;white", null],
  ])("%s is %s", (answer, background) => {
    expect(backgroundOfAnswer(answer)).toBe(background);
  });
});

describe("COLORFGBG", () => {
  it.each([
    ["15;0", "dark"],
    ["0;15", "light"],
    ["0;default;15", "light"],
    ["7;8", "dark"],
    ["0;7", "light"],
    ["default;default", null],
    ["", null],
    [undefined, null],
  ])("%s is %s", (value, background) => {
    expect(backgroundOfEnvironment(value)).toBe(background);
  });
});

describe("an answer in the input", () => {
  const answers = ["\x1b]11;rgb:fbfb/fbfb/f9f9\x1b\\", "\x1b]11;rgb:fb/fb/f9\x07"];
  const light = { type: "background", background: "light" };
  /** What cannot be told from somebody who presses Escape. */
  const isNoKey = (event: InputEvent) => event.type !== "key" || event.key !== "escape";

  it.each(answers)("%j is no typed text, wherever it is cut by a pause", (answer) => {
    for (let cut = 1; cut < answer.length; cut += 1) {
      const parser = createInputParser();
      const events = [
        ...parser.push(answer.slice(0, cut)),
        ...parser.pause(),
        ...parser.push(answer.slice(cut)),
        ...parser.push("x"),
      ];
      expect(events.filter(isNoKey)).toEqual([light, { type: "typed", text: "x" }]);
    }
  });

  it.each(answers)("%j is understood letter by letter, and between what is typed", (answer) => {
    const parser = createInputParser();
    const events = [..."a", ...answer, ..."b"].flatMap((letter) => parser.push(letter));
    const typed = (text: string) => ({ type: "typed", text });
    expect(events).toEqual([typed("a"), light, typed("b")]);
  });

  it("that never ends keeps nobody from typing", () => {
    const parser = createInputParser();
    const events = [
      ...parser.push("\x1b]11;rgb:15"),
      ...parser.pause(),
      ...parser.push("hello"),
      ...parser.push("\r"),
    ];
    expect(events).toEqual([
      { type: "typed", text: "hello" },
      { type: "key", key: "enter" },
    ]);
  });

  it.each([
    ["\x1b", "]11 is typed"],
    ["\x1b]", "1"],
  ])("is not seen in %j followed by %j", (first, second) => {
    const parser = createInputParser();
    const events = [...parser.push(first), ...parser.pause(), ...parser.push(second)];
    expect(events.at(-1)).toEqual({ type: "typed", text: second });
  });

  it("may come later, when the background changes", () => {
    const parser = createInputParser();
    expect(parser.push("\x1b[?997;2n")).toEqual([light]);
    expect(parser.push("\x1b[?997;1n")).toEqual([{ type: "background", background: "dark" }]);
  });
});
