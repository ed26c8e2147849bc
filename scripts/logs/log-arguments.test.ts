import { describe, expect, it } from "vitest";
import { parseLogArguments } from "./log-arguments.ts";

const now = new Date("2026-11-23T15:00:00Z");
const parse = (commandLine: string[], environment = {}) =>
  parseLogArguments(commandLine, environment, now);

describe("the command line of make logs", () => {
  it("follows the ends of both logs unless told otherwise", () => {
    expect(parse([])).toEqual({
      files: [
        { name: "server", path: "/var/log/cleanauth/server.log" },
        { name: "client", path: "/var/log/cleanauth/client.log" },
      ],
      since: 20,
      pattern: null,
      follows: true,
      raw: false,
      limit: undefined,
    });
  });

  it.each([
    ["30m", "2026-11-23T14:30:00.000Z"],
    ["2026-11-22", "2026-11-22T00:00:00.000Z"],
    ["2026-11-23T15:00+09:00", "2026-11-23T06:00:00.000Z"],
  ])("reads --since %s as %s", (text, instant) => {
    expect(parse(["--since", text]).since).toEqual(new Date(instant));
  });

  it("takes the pattern as one word, whatever is in it", () => {
    const { pattern } = parse(["--grep", "a'; rm -rf / #|세션"]);
    expect(pattern?.test("A'; RM -RF / #")).toBe(true);
    expect(pattern?.test("세션 만료")).toBe(true);
  });

  it("chooses logs by FILES", () => {
    expect(parse([], { FILES: "client" }).files.map(({ name }) => name)).toEqual(["client"]);
  });

  it.each([
    [["--since", "yesterday"], {}],
    [["--since", "2026-11-23T15:00"], {}],
    [["--since", "2026-99-99"], {}],
    [["--grep", "("], {}],
    [["--follow"], {}],
    [["server"], {}],
    [[], { FILES: "server,../../etc/shadow" }],
  ])("refuses %j with %j", (commandLine, environment) => {
    expect(() => parse(commandLine, environment)).toThrow(
      expect.objectContaining({ code: "usage_logs", hint: expect.stringContaining("Usage") }),
    );
  });
});
