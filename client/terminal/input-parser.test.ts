import { describe, expect, it } from "vitest";
import { createInputParser } from "./input-parser.ts";
import type { InputEvent } from "./read-input.ts";

const key = (name: string) => ({ type: "key", key: name });
const typed = (text: string) => ({ type: "typed", text });
const pasted = (text: string) => ({ type: "pasted", text });

/** What a parser makes of pieces, with a pause at the end. */
function parse(...pieces: string[]): InputEvent[] {
  const parser = createInputParser();
  return [...pieces.flatMap((piece) => parser.push(piece)), ...parser.pause()];
}

describe("the input parser", () => {
  it.each<[string, string, unknown[]]>([
    ["letters", "hello", [typed("hello")]],
    ["Korean", "안녕하세요", [typed("안녕하세요")]],
    ["an emoji sequence", "👨‍👩‍👧", [typed("👨‍👩‍👧")]],
    ["Enter", "\r", [key("enter")]],
    ["text and Enter", "hi\r", [typed("hi"), key("enter")]],
    ["Ctrl-J", "\n", [key("newline")]],
    ["Alt-Enter", "\x1b\r", [key("newline")]],
    ["Tab and Shift-Tab", "\t\x1b[Z", [key("tab"), key("backtab")]],
    ["both backspaces", "\x7f\b", [key("backspace"), key("backspace")]],
    ["arrows", "\x1b[A\x1b[B\x1b[C\x1b[D", [key("up"), key("down"), key("right"), key("left")]],
    ["arrows in application mode", "\x1bOA\x1bOD", [key("up"), key("left")]],
    [
      "Home and End in their forms",
      "\x1b[H\x1b[F\x1b[1~\x1b[4~\x1bOH\x1bOF",
      [key("home"), key("end"), key("home"), key("end"), key("home"), key("end")],
    ],
    ["Page Up and Page Down", "\x1b[5~\x1b[6~", [key("page-up"), key("page-down")]],
    ["Delete", "\x1b[3~", [key("delete")]],
    ["Ctrl and arrows", "\x1b[1;5D\x1b[1;5C", [key("word-left"), key("word-right")]],
    ["Alt and arrows", "\x1b[1;3D\x1b[1;3C", [key("word-left"), key("word-right")]],
    ["Alt-b and Alt-f", "\x1bb\x1bf", [key("word-left"), key("word-right")]],
    ["Ctrl-Home and Ctrl-End", "\x1b[1;5H\x1b[1;5F", [key("top"), key("bottom")]],
    [
      "Ctrl-A Ctrl-E Ctrl-U Ctrl-K Ctrl-W",
      "\x01\x05\x15\x0b\x17",
      [key("home"), key("end"), key("delete-to-start"), key("delete-to-end"), key("delete-word")],
    ],
    [
      "Ctrl-C, Ctrl-D, Ctrl-L",
      "\x03\x04\x0c",
      [key("interrupt"), key("end-of-input"), key("redraw")],
    ],
    [
      "the wheel",
      "\x1b[<64;10;5M\x1b[<65;10;5M",
      [
        { type: "wheel", direction: "up", column: 9 },
        { type: "wheel", direction: "down", column: 9 },
      ],
    ],
    [
      "the wheel with Shift held",
      "\x1b[<68;10;5M",
      [{ type: "wheel", direction: "up", column: 9 }],
    ],
    ["a click", "\x1b[<0;10;5M\x1b[<0;10;5m", [{ type: "clicked", row: 4, column: 9 }]],
    ["a click with Shift held", "\x1b[<4;10;5M", []],
    [
      "what a terminal answers",
      "a\x1b]11;rgb:0000/0000/0000\x1b\\b\x1b]4;1;x\x07c",
      [typed("a"), { type: "background", background: "dark" }, typed("b"), typed("c")],
    ],
    ["a paste", "\x1b[200~one\r\ntwo\rthree\x1b[201~", [pasted("one\ntwo\nthree")]],
    [
      "a paste with keys in it",
      "\x1b[200~a\x03\x1b[Ab\x1b[201~x",
      [pasted("a\x03\x1b[Ab"), typed("x")],
    ],
    ["an empty paste", "\x1b[200~\x1b[201~", []],
    ["Escape alone", "\x1b", [key("escape")]],
    ["Escape twice", "\x1b\x1b", [key("escape"), key("escape")]],
    ["Escape before an arrow", "\x1b\x1b[A", [key("escape"), key("up")]],
    ["function keys, which are of no use", "\x1bOP\x1b[15~\x1b[24~x", [typed("x")]],
    ["answers of the terminal", "\x1b[?1;2c\x1b[>0;276;0cx", [typed("x")]],
    ["control characters that mean nothing", "\x00\x1d\x1ea", [typed("a")]],
    ["C1 control characters", "\x9b\x85a", [typed("a")]],
    ["a sequence that never ends", `\x1b[${"1".repeat(200)}`, [typed("1".repeat(200))]],
  ])("understands %s", (_what, input, events) => {
    expect(parse(input)).toEqual(events);
  });

  it("understands the same when the pieces end anywhere", () => {
    const input =
      "가나\x1b[A\x1b[1;5Cx\x1b[<64;10;5M\x1b[200~붙여\r넣기\x1b[20\x1b[201~\x1bOA\x1b\r\x03끝";
    const whole = parse(input);
    expect(whole).toHaveLength(10);
    for (let first = 1; first < input.length; first += 1) {
      for (let second = first; second < input.length; second += 3) {
        const pieces = [input.slice(0, first), input.slice(first, second), input.slice(second)];
        expect(joined(parse(...pieces))).toEqual(joined(whole));
      }
    }
    expect(joined(parse(...input))).toEqual(joined(whole));
  });

  it("holds an Escape back until it is clear that nothing follows", () => {
    const parser = createInputParser();
    expect(parser.push("\x1b")).toEqual([]);
    expect(parser.isHolding()).toBe(true);
    expect(parser.pause()).toEqual([key("escape")]);
    expect(parser.isHolding()).toBe(false);
    expect(parser.pause()).toEqual([]);
  });

  it("ends a paste whose end never comes, so that keys are keys again", () => {
    const parser = createInputParser();
    expect(parser.push("\x1b[200~lost")).toEqual([]);
    expect(parser.isHolding()).toBe(true);
    expect(parser.pause()).toEqual([pasted("lost")]);
    expect(parser.push("\x03")).toEqual([key("interrupt")]);
  });

  it("keeps a bounded part of a paste without bounds", () => {
    const parser = createInputParser();
    parser.push("\x1b[200~");
    for (let index = 0; index < 100; index += 1) parser.push("x".repeat(10_000));
    const [event] = parser.push("\x1b[201~");
    expect(event).toMatchObject({ type: "pasted" });
    expect(event?.type === "pasted" && event.text.length).toBeLessThanOrEqual(256 * 1024);
  });
});

/** Text that came in two pieces is two events; what it says is the same. */
function joined(events: readonly InputEvent[]): InputEvent[] {
  const result: InputEvent[] = [];
  for (const event of events) {
    const last = result.at(-1);
    if (event.type === "typed" && last?.type === "typed") {
      result[result.length - 1] = typed(last.text + event.text) as InputEvent;
    } else result.push(event);
  }
  return result;
}
