import { describe, expect, it } from "vitest";
import { AppError, formatError } from "./app-error.ts";
import { exitCodeOf } from "./exit-code.ts";
import { createLogger } from "./log.ts";

describe("formatError", () => {
  it("says what failed, then what to do, in one line", () => {
    const error = new AppError("server_refused", "The server said\nno", "Sign in again.");
    expect(formatError(error)).toBe("The server said no. Sign in again.");
  });

  it("does not double a full stop", () => {
    expect(formatError(new AppError("x", "Password wrong.", "Try again."))).toBe(
      "Password wrong. Try again.",
    );
  });

  it("calls anything else a defect", () => {
    expect(formatError(new TypeError("x is not a function"))).toMatch(/defect/);
  });
});

describe("exitCodeOf", () => {
  it.each([
    ["usage_unknown_option", 2],
    ["configuration_invalid", 2],
    ["environment_file_unreadable", 2],
    ["sign_in_refused", 3],
    ["server_unreachable", 4],
    ["model_throttled", 5],
    ["interrupted", 130],
    ["something_else", 1],
  ])("ends with %s as %i", (code, expected) => {
    expect(exitCodeOf(new AppError(code, "m", "h"))).toBe(expected);
  });

  it("ends with 1 for what is no AppError", () => {
    expect(exitCodeOf(new Error("x"))).toBe(1);
  });
});

describe("createLogger", () => {
  it("replaces what stands under the name of a secret", () => {
    const lines: string[] = [];
    const log = createLogger("test", { write: (line) => lines.push(line) });
    log.info(
      { password: "p4ss", request: { authorization: "Bearer abc" }, route: "/mcp" },
      "hello",
    );
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      program: "test",
      level: "info",
      msg: "hello",
    });
    expect(lines[0]).not.toMatch(/p4ss|abc/);
  });
});
