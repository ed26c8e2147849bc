import { describe, expect, it } from "vitest";
import { type Editor, editWithKey, insertText, longestText } from "./editor.ts";
import type { KeyName } from "./keys.ts";

/** An editor written as its text with `|` where the cursor is. */
function editor(marked: string): Editor {
  const cursor = marked.indexOf("|");
  return { text: marked.replace("|", ""), cursor };
}

function marked({ text, cursor }: Editor): string {
  return `${text.slice(0, cursor)}|${text.slice(cursor)}`;
}

describe("editWithKey", () => {
  it.each<[KeyName, string, string]>([
    ["left", "ab|c", "a|bc"],
    ["left", "|abc", "|abc"],
    ["left", "한글|", "한|글"],
    ["left", "a👨‍👩‍👧|b", "a|👨‍👩‍👧b"],
    ["left", "e\u0301|", "|e\u0301"],
    ["left", "\u1112\u1161\u11ab|", "|\u1112\u1161\u11ab"],
    ["left", "a\n|b", "a|\nb"],
    ["right", "a|👍🏽b", "a👍🏽|b"],
    ["right", "a|\nb", "a\n|b"],
    ["right", "abc|", "abc|"],
    ["word-left", "하나 둘 |", "하나 |둘 "],
    ["word-left", "one two|", "one |two"],
    ["word-right", "|one two", "one| two"],
    ["word-right", "one| two", "one two|"],
    ["home", "ab\ncd|", "ab\n|cd"],
    ["home", "|\nab", "|\nab"],
    ["end", "a|b\ncd", "ab|\ncd"],
    ["backspace", "한글|", "한|"],
    ["backspace", "a👨‍👩‍👧|", "a|"],
    ["backspace", "|a", "|a"],
    ["backspace", "a\n|b", "a|b"],
    ["delete", "a|🇰🇷b", "a|b"],
    ["delete", "a|", "a|"],
    ["delete-word", "하나 둘|", "하나 |"],
    ["delete-word", "하나 둘 |", "하나 |"],
    ["delete-to-start", "ab\ncd|e", "ab\n|e"],
    ["delete-to-start", "ab\n|cd", "ab|cd"],
    ["delete-to-end", "a|bc\nd", "a|\nd"],
    ["delete-to-end", "a|\nd", "a|d"],
  ])("%s makes %j of %j", (key, before, after) => {
    const edited = editWithKey(editor(before), key);
    expect(edited && marked(edited)).toBe(after);
  });

  it("leaves keys alone that neither move nor delete", () => {
    expect(editWithKey(editor("a|b"), "enter")).toBeNull();
    expect(editWithKey(editor("a|b"), "page-up")).toBeNull();
  });
});

describe("insertText", () => {
  it("puts text in at the cursor", () => {
    expect(marked(insertText(editor("가|다"), "나"))).toBe("가나|다");
  });

  it("takes no more than fits, and cuts no cluster", () => {
    const full = { text: "x".repeat(longestText - 3), cursor: 0 };
    const { text, cursor } = insertText(full, "👍👍👍");
    expect(text.startsWith("👍x")).toBe(true);
    expect(cursor).toBe(2);
  });
});
