import { describe, expect, it } from "vitest";
import { createInputMethod } from "./page/input-method.js";

/**
 * An event, and what the field holds by then, or after it where the terminal sets it; or a key that the
 * terminal sends by itself, and what it sends.
 */
type Step =
  | readonly [type: string, value: string, details?: Details]
  | readonly [type: "terminal sends", data: string];

interface Details {
  readonly key?: string;
  readonly keyCode?: number;
  readonly inputType?: string;
  readonly data?: string;
  /** Where the field's selection is; at its end, where nothing is said. */
  readonly selectionStart?: number;
  readonly selectionEnd?: number;
}

const taken: Details = { key: "Process", keyCode: 229 };
const composes: Details = { inputType: "insertCompositionText" };
const inserts: Details = { inputType: "insertText" };
const deletes: Details = { inputType: "deleteContentBackward" };

/** Gives what was sent, in order, what was shown as being composed, and what the terminal heard of. */
function play(steps: readonly Step[]) {
  const field = { value: "", selectionStart: 0, selectionEnd: 0 };
  const sent: string[] = [];
  const shown: string[] = [];
  const heard: string[] = [];
  const inputMethod = createInputMethod(field, {
    send: (data) => sent.push(data),
    show: (text) => shown.push(text),
  });
  for (const [type, text, details = {}] of steps) {
    if (type === "terminal sends") {
      sent.push(text);
      if (text === "\r") field.value = "";
      inputMethod.keySent();
      continue;
    }
    const { selectionStart = text.length, selectionEnd = text.length, ...event } = details;
    if (type === "mousedown" || type === "paste") inputMethod.end();
    Object.assign(field, { value: text, selectionStart, selectionEnd });
    if (!inputMethod.handle({ type, ...event })) heard.push(type);
  }
  return { sent, shown, heard };
}

/** One syllable's composition as Chromium tells about it, without its end. */
function composing(before: string, ...texts: string[]): Step[] {
  return [
    ["compositionstart", before],
    ...texts.flatMap((text, at): Step[] => {
      const was = before + (texts[at - 1] ?? "");
      return [
        ["keydown", was, taken],
        ["compositionupdate", was, { data: text }],
        ["beforeinput", was, composes],
        ["input", before + text, composes],
        ["keyup", before + text, { key: "k", keyCode: 75 }],
      ];
    }),
  ];
}

const space: Details = { key: " ", keyCode: 32 };

describe("what is typed by way of an input method", () => {
  it.each<[name: string, steps: Step[], sent: string]>([
    [
      "syllable by syllable, a key of the terminal's right behind the last",
      [
        ...composing("", "ㄴ", "내"),
        ["compositionend", "내", { data: "내" }],
        ...composing("내", "ㄱ", "가"),
        ["compositionend", "내가", { data: "가" }],
        ["keydown", "내가", space],
        ["terminal sends", " "],
        ["beforeinput", "내가", inserts],
        ["input", "내가 ", inserts],
        ...composing("내가 ", "ㅎ", "해"),
        ["compositionend", "내가 해", { data: "해" }],
      ],
      "내가 해",
    ],
    [
      "by IBus Hangul in Chromium, which takes a syllable back and inserts it, its last consonant moved on",
      [
        ...composing("", "ㅎ", "하", "핫"),
        ["keydown", "핫", taken],
        ["compositionupdate", "핫", { data: "" }],
        ["beforeinput", "핫", composes],
        ["input", "", deletes],
        ["compositionend", "", { data: "" }],
        ["beforeinput", "", inserts],
        ["input", "하", inserts],
        ...composing("하", "세"),
        ["keydown", "하세", taken],
        ["compositionupdate", "하세", { data: "" }],
        ["beforeinput", "하세", composes],
        ["input", "하", deletes],
        ["compositionend", "하", { data: "" }],
        ["beforeinput", "하", inserts],
        ["input", "하세", inserts],
        ["keydown", "하세", space],
        ["terminal sends", " "],
      ],
      "하세 ",
    ],
    [
      "with a space that comes before the end of the composition, and inserts itself",
      [
        ...composing("", "ㄱ", "가"),
        ["keydown", "가", space],
        ["compositionend", "가", { data: "가" }],
        ["beforeinput", "가", inserts],
        ["input", "가 ", inserts],
      ],
      "가 ",
    ],
    [
      "with Enter before the end of the composition, at which the terminal empties the field",
      [
        ...composing("", "ㄱ", "가"),
        ["keydown", "가", { key: "Enter", keyCode: 13 }],
        ["terminal sends", "\r"],
        ["compositionend", "", { data: "가" }],
      ],
      "가\r",
    ],
    [
      "with Shift in the middle of a syllable",
      [
        ...composing("", "ㅇ", "이"),
        ["keydown", "이", { key: "Shift", keyCode: 16 }],
        ["compositionupdate", "이", { data: "있" }],
        ["beforeinput", "이", composes],
        ["input", "있", composes],
        ["compositionend", "있", { data: "있" }],
      ],
      "있",
    ],
    [
      "by Firefox, where the field changes after the composition's end",
      [
        ["keydown", "", taken],
        ["compositionstart", ""],
        ["compositionupdate", "", { data: "가" }],
        ["compositionend", "", { data: "가" }],
        ["input", "가", composes],
      ],
      "가",
    ],
    [
      "by an end of a composition that is told twice",
      [
        ...composing("", "가"),
        ["compositionend", "가", { data: "가" }],
        ["compositionend", "가", { data: "가" }],
        ["input", "가", composes],
      ],
      "가",
    ],
    [
      "without a composition, each letter in place of the one before, as on iOS",
      [
        ["beforeinput", "", inserts],
        ["input", "ㅎ", inserts],
        ["keydown", "ㅎ", taken],
        ["keyup", "ㅎ", { key: "ㅎ", keyCode: 72 }],
        ["beforeinput", "ㅎ", inserts],
        ["input", "하", inserts],
        ["keydown", "하", taken],
        ["beforeinput", "하", inserts],
        ["input", "한", inserts],
        ["beforeinput", "한", inserts],
        ["input", "한ㄱ", inserts],
      ],
      "ㅎ\x7f하\x7f한ㄱ",
    ],
    [
      "letter by letter back to nothing",
      [...composing("", "ㄱ", "가", "ㄱ", ""), ["compositionend", "", { data: "" }]],
      "",
    ],
    [
      "on a phone, where a word that was there is taken up again",
      [
        ...composing("", "h", "hi"),
        ["compositionend", "hi", { data: "hi" }],
        ["keydown", "hi", taken],
        ["compositionstart", "hi"],
        ["compositionupdate", "hi", { data: "h" }],
        ["input", "h", composes],
        ["compositionupdate", "h", { data: "ho" }],
        ["input", "ho", composes],
        ["compositionend", "ho", { data: "ho" }],
      ],
      "hi\x7fo",
    ],
    [
      "on a phone, Backspace behind a word and behind nothing",
      [
        ...composing("", "가"),
        ["compositionend", "가", { data: "가" }],
        ["keydown", "가", taken],
        ["beforeinput", "가", deletes],
        ["input", "", deletes],
        ["keydown", "", taken],
        ["beforeinput", "", deletes],
      ],
      "가\x7f\x7f",
    ],
    [
      "on a phone, Enter as a line's end",
      [
        ["keydown", "", taken],
        ["beforeinput", "", { inputType: "insertLineBreak" }],
        ["input", "\n", { inputType: "insertLineBreak" }],
      ],
      "\r",
    ],
    [
      "from a picker of emoji, one of several code points in place of another",
      [
        ["beforeinput", "", inserts],
        ["input", "👩", inserts],
        ["beforeinput", "👩", { inputType: "insertReplacementText" }],
        ["input", "👩‍💻", { inputType: "insertReplacementText" }],
      ],
      "👩\x7f👩‍💻",
    ],
    [
      "in the middle of what the field holds",
      [
        ["beforeinput", "", inserts],
        ["input", "가나", inserts],
        ["keydown", "가나", { key: "ArrowLeft", keyCode: 37 }],
        ["terminal sends", "←"],
        ["keyup", "가나", { selectionStart: 1, selectionEnd: 1 }],
        ["beforeinput", "가나", { ...inserts, selectionStart: 1, selectionEnd: 1 }],
        ["input", "가다나", { ...inserts, selectionStart: 2, selectionEnd: 2 }],
        ["beforeinput", "가다나", { ...deletes, selectionStart: 2, selectionEnd: 2 }],
        ["input", "가나", { ...deletes, selectionStart: 1, selectionEnd: 1 }],
      ],
      "가나←다\x7f",
    ],
    [
      "in place of what ends alike, the cursor behind it all",
      [
        ["beforeinput", "", inserts],
        ["input", "안하세요", inserts],
        ["beforeinput", "안하세요", { inputType: "insertReplacementText" }],
        ["input", "안녕하세요", { inputType: "insertReplacementText" }],
      ],
      "안하세요\x7f\x7f\x7f녕하세요",
    ],
    [
      "in place of a range that the input method has chosen",
      [
        ["beforeinput", "", inserts],
        ["input", "하세", inserts],
        ["compositionstart", "하세", { selectionStart: 0, selectionEnd: 2 }],
        ["compositionupdate", "하세", { data: "하녕세" }],
        ["input", "하녕세", composes],
        ["compositionend", "하녕세", { data: "하녕세" }],
      ],
      "하세\x7f녕세",
    ],
    [
      "over a selection that the terminal put there for the clipboard",
      [
        ["mousedown", "copied", { selectionStart: 0 }],
        ["compositionstart", "copied", { selectionStart: 0 }],
        ["compositionupdate", "copied", { data: "ㄱ" }],
        ["input", "ㄱ", composes],
        ["compositionend", "ㄱ", { data: "ㄱ" }],
      ],
      "ㄱ",
    ],
    [
      "with the other mouse button in the middle of a syllable, of whose end nobody tells",
      [
        ...composing("", "ㅇ", "요"),
        ["mousedown", "on the screen\n", { selectionStart: 0 }],
        ["beforeinput", "on the screen\n", { ...inserts, selectionStart: 0 }],
        ["input", "🙂", inserts],
      ],
      "요🙂",
    ],
    [
      "with a paste in the middle of a syllable, of whose end it is told late",
      [
        ...composing("", "ㅇ", "요"),
        ["paste", ""],
        ["input", "pasted", { inputType: "insertFromPaste" }],
        ["compositionend", "pasted", { data: "요" }],
        ["beforeinput", "pasted", inserts],
        ["input", "pasted!", inserts],
      ],
      "요!",
    ],
  ])("is sent once and in order: %s", (_, steps, sent) => {
    expect(play(steps).sent.join("")).toBe(sent);
  });

  it.each<[name: string, steps: Step[], sent: string]>([
    [
      "a letter that the terminal sends and the field takes too",
      [
        ["keydown", "", { key: "A", keyCode: 65 }],
        ["terminal sends", "A"],
        ["beforeinput", "", inserts],
        ["input", "A", inserts],
      ],
      "A",
    ],
    [
      "Backspace that the terminal sends, at a field that is empty",
      [
        ["keydown", "", { key: "Backspace", keyCode: 8 }],
        ["terminal sends", "\x7f"],
        ["beforeinput", "", deletes],
      ],
      "\x7f",
    ],
    [
      "what is pasted, which the terminal sends in brackets",
      [
        ["beforeinput", "", { inputType: "insertFromPaste" }],
        ["input", "a\nb", { inputType: "insertFromPaste" }],
        ["beforeinput", "a\nb", inserts],
        ["input", "a\nbc", inserts],
      ],
      "c",
    ],
    ["what is dropped", [["input", "rm -rf\n", { inputType: "insertFromDrop" }]], ""],
    ["what is cut", [["input", "", { inputType: "deleteByCut" }]], ""],
  ])("is not sent a second time: %s", (_, steps, sent) => {
    expect(play(steps).sent.join("")).toBe(sent);
  });

  it("is sent although a key that the terminal sent never came up", () => {
    const steps: Step[] = [
      ["keydown", "", { key: "Tab", keyCode: 9 }],
      ["terminal sends", "\t"],
      ["focus", ""],
      ["beforeinput", "", inserts],
      ["input", "🙂", inserts],
    ];
    expect(play(steps).sent).toEqual(["\t", "🙂"]);
  });

  it("is shown while it is composed, and no longer", () => {
    const { shown } = play([
      ...composing("", "ㅎ", "하", "한"),
      ["compositionend", "한", { data: "한" }],
    ]);
    expect(shown).toEqual(["ㅎ", "하", "한", ""]);
  });

  it("is kept from the terminal, whose keys it hears of", () => {
    const { heard } = play([
      ["keydown", "", { key: "a", keyCode: 65 }],
      ["keyup", "", { key: "a", keyCode: 65 }],
      ...composing("", "가").filter(([type]) => type !== "keyup"),
      ["compositionend", "가", { data: "가" }],
    ]);
    // It listens to no beforeinput.
    expect(heard.filter((type) => type !== "beforeinput")).toEqual(["keydown", "keyup"]);
  });
});
