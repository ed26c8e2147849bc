import { describe, expect, it } from "vitest";
import { parseClientMessage, parseServerMessage, withinBounds } from "./protocol.ts";

describe("parseClientMessage", () => {
  it.each([
    ['{"type":"input","data":"한글"}', { type: "input", data: "한글" }],
    ['{"type":"resize","columns":80,"rows":24}', { type: "resize", columns: 80, rows: 24 }],
    ['{"type":"resize","columns":20,"rows":5}', { type: "resize", columns: 20, rows: 5 }],
    ['{"type":"resize","columns":19,"rows":24}', null],
    ['{"type":"resize","columns":501,"rows":24}', null],
    ['{"type":"resize","columns":80,"rows":201}', null],
    ['{"type":"resize","columns":80.5,"rows":24}', null],
    ['{"type":"resize","columns":"80","rows":24}', null],
    ['{"type":"resize","columns":1e999,"rows":24}', null],
    ['{"type":"input","data":7}', null],
    ['{"type":"input"}', null],
    ['{"type":"input","data":"x","more":1}', null],
    ['{"type":"exit","message":"x"}', null],
    ['{"__proto__":{"type":"input"},"data":"x"}', null],
    ["[]", null],
    ["null", null],
    ["{", null],
    ["", null],
  ])("makes of %s %j", (text, expected) => {
    expect(parseClientMessage(text)).toEqual(expected);
  });
});

describe("parseServerMessage", () => {
  it("takes what the server sends, and nothing else", () => {
    const output = { type: "output", data: "x" };
    expect(parseServerMessage(JSON.stringify(output))).toEqual(output);
    expect(parseServerMessage('{"type":"input","data":"x"}')).toBeNull();
  });
});

describe("withinBounds", () => {
  it("moves a size to the nearest that is drawn", () => {
    expect(withinBounds({ columns: 3, rows: 3 })).toEqual({ columns: 20, rows: 5 });
    expect(withinBounds({ columns: 900, rows: 900 })).toEqual({ columns: 500, rows: 200 });
    expect(withinBounds({ columns: 80, rows: 24 })).toEqual({ columns: 80, rows: 24 });
  });
});
