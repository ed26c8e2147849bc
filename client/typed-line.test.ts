import { describe, expect, it } from "vitest";
import { createTypedLineReader } from "./typed-line.ts";

const complete = (text: string) => ({ text, state: "complete" });
const interrupted = (text: string) => ({ text, state: "interrupted" });
const open = (text: string) => ({ text, state: "open" });

const cases: [what: string, typed: string, line: object][] = [
  ["a line that Enter ends", "Sesam-1234\r", complete("Sesam-1234")],
  ["a line that a newline ends", "Sesam\n", complete("Sesam")],
  ["an empty line", "\r", complete("")],
  ["a line that is not complete", "Ses", open("Ses")],
  ["blanks and signs as they are", ' a"\\$ \r', complete(' a"\\$ ')],
  ["Korean", "비밀번호\r", complete("비밀번호")],
  ["Backspace over a syllable", "비밀\x7f번\r", complete("비번")],
  ["Backspace over a syllable of several letters", "\u1112\u1161\u11ab\x7f\r", complete("")],
  ["Backspace over an emoji of several code points", "a👩‍👩‍👧\x7f\r", complete("a")],
  ["Backspace in an empty line", "\x7f\x08a\r", complete("a")],
  ["Ctrl-U", "wrong\x15right\r", complete("right")],
  ["Ctrl-C", "Ses\x03am\r", interrupted("Ses")],
  ["Ctrl-D in an empty line", "\x04", interrupted("")],
  ["Ctrl-D behind a character", "a\x04b\r", complete("ab")],
  ["arrow and function keys", "a\x1b[D\x1b[1;5Cb\x1bOPc\x1b[15~d\r", complete("abcd")],
  ["a paste with its brackets", "\x1b[200~Sesam\x1b[201~\r", complete("Sesam")],
  ["Alt and a letter", "a\x1bxb\r", complete("ab")],
  ["other control characters", "a\x00\x01\x1a\tb\u0085\r", complete("ab")],
];

describe("createTypedLineReader", () => {
  it.each(cases)("reads %s", (_what, typed, line) => {
    expect(createTypedLineReader().read(typed)).toEqual(line);
  });

  it.each(cases)("reads %s the same when every character comes alone", (_what, typed, line) => {
    const reader = createTypedLineReader();
    let last: { text: string; state: string } = reader.read("");
    for (const character of typed) {
      last = reader.read(character);
      if (last.state !== "open") break;
    }
    expect(last).toEqual(line);
  });

  it("keeps what is typed ahead for the next lines", () => {
    const reader = createTypedLineReader();
    expect(reader.read("one\r\ntwo\rth")).toEqual(complete("one"));
    expect(reader.read("")).toEqual(complete("two"));
    expect(reader.read("")).toEqual(open("th"));
    expect(reader.read("ree\r")).toEqual(complete("three"));
  });

  it("takes no more than a bounded line", () => {
    expect(createTypedLineReader().read("x".repeat(100_000)).text).toHaveLength(1024);
  });
});
