import { describe, expect, it } from "vitest";
import { createLineAssembler } from "./line-assembler.ts";
import { filterLines } from "./line-filter.ts";
import { formatLogLine } from "./log-line.ts";
import { parsePieces } from "./log-script.ts";

describe("a line of a log", () => {
  it.each([
    [
      '{"level":"info","time":"2026-11-23T13:00:00.000Z","program":"server","msg":"listening","port":8080}',
      "2026-11-23T13:00:00.000Z INFO  listening port=8080",
    ],
    [
      '{"level":"error","time":"t","err":{"type":"Error"},"path":"a b","msg":"failed"}',
      't ERROR failed err={"type":"Error"} path="a b"',
    ],
    ["    at main (server/main.js:1:1)", "    at main (server/main.js:1:1)"],
    ['{"half":', '{"half":'],
    ['{"msg":"no time"}', '{"msg":"no time"}'],
    ["", ""],
  ])("%s is shown as %s", (line, shown) => {
    expect(formatLogLine(line)).toBe(shown);
  });

  it.each([
    '{"level":"info","time":"t","msg":"\\u001b[2J\\u009b31m\\r\\nforged line"}',
    '{"level":"info","time":"t","msg":"x","\\u001b]0;title\\u0007":"\\u202e"}',
    "\x1b[31mraw\x1b]52;c;cm0=\x07",
  ])("%j cannot steer the terminal or forge another line", (line) => {
    expect(formatLogLine(line)).not.toMatch(/[\p{Cc}\u202e]/u);
  });
});

describe("putting bytes together to lines", () => {
  it("keeps characters whole that arrive in pieces", () => {
    const assembler = createLineAssembler();
    const bytes = Buffer.from("세션\n만료");
    const lines = Array.from(bytes, (_, at) => assembler.push(bytes.subarray(at, at + 1))).flat();
    expect([...lines, ...assembler.end()]).toEqual(["세션", "만료"]);
  });

  it("cuts a line that does not end, in place of holding all of it", () => {
    const assembler = createLineAssembler();
    const lines = assembler.push(Buffer.alloc(1_000_000, "x"));
    expect(lines[0]?.length).toBe(64 * 1024 + 1);
    expect(assembler.end()).toEqual([]);
  });
});

describe("choosing lines by a pattern", () => {
  it("keeps those that match", () => {
    expect(filterLines(["status=401", "status=200"], /40\d/u)).toEqual(["status=401"]);
  });

  it("gives up on a pattern that would take for ever", () => {
    const startedAt = performance.now();
    const filtering = () => filterLines([`${"a".repeat(60)}!`], /^(a+)+$/u, 0.2);
    expect(filtering).toThrow(/takes too long/);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});

describe("what the host answered", () => {
  it("is nothing where nothing is new", () => {
    expect(parsePieces("")).toEqual([]);
  });

  it.each(["sh: not found\n", "server 1 2\nnot base64!\n", "server x 2\n\n"])(
    "is refused when it is %j",
    (output) => {
      expect(() => parsePieces(output)).toThrow(
        expect.objectContaining({ code: "host_logs_unreadable" }),
      );
    },
  );
});
