import { describe, expect, it } from "vitest";
import { parseRunArguments } from "./arguments.ts";

describe("a run's arguments", () => {
  it("are Ansible's", () => {
    expect(
      parseRunArguments(
        "--check --diff --tags a,b --skip-tags c --limit i-1,i-2* --start-at-task x --forks 2 -v --json".split(
          " ",
        ),
      ),
    ).toEqual({
      check: true,
      diff: true,
      verbose: true,
      json: true,
      tags: ["a", "b"],
      skipTags: ["c"],
      limit: ["i-1", "i-2*"],
      startAtTask: "x",
      forks: 2,
    });
  });

  it("may all be left out", () => {
    expect(parseRunArguments([])).toEqual({
      check: false,
      diff: false,
      verbose: false,
      json: false,
      forks: 5,
    });
  });

  it.each([["--chekc"], ["--forks=0"], ["--forks=many"], ["--tags=a,,b"], ["--tags"], ["host"]])(
    "are refused with the usage when wrong: %s",
    (argument) => {
      expect(() => parseRunArguments([argument])).toThrowError(
        expect.objectContaining({
          code: "usage_arguments",
          hint: expect.stringContaining("--check"),
        }),
      );
    },
  );
});
