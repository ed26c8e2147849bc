import { AppError, formatError } from "@cleanauth/common/app-error.ts";
import { exitCodeOf } from "@cleanauth/common/exit-code.ts";
import { describe, expect, it } from "vitest";
import { parseArguments } from "./arguments.ts";
import { attachTexts } from "./attach/texts.ts";
import { languages } from "./chat/language.ts";
import { commandLineTexts } from "./chat/texts/command-line-texts.ts";
import { columnsOf } from "./chat/width.ts";

const none = {
  help: false,
  json: false,
  yes: false,
  listTools: false,
  passwordStdin: false,
  browser: false,
  machine: false,
  logout: false,
  insecure: false,
};

describe("parseArguments", () => {
  it.each([
    [[], none],
    [["http://localhost:8080/sse"], { ...none, serverUrl: "http://localhost:8080/sse" }],
    [["https://h/mcp", "demo"], { ...none, serverUrl: "https://h/mcp", username: "demo" }],
    [["--prompt", "오늘 날씨는?", "--json"], { ...none, prompt: "오늘 날씨는?", json: true }],
    [["--prompt", "-"], { ...none, prompt: "-" }],
    [["--prompt=-3 + 4", "--yes"], { ...none, prompt: "-3 + 4", yes: true }],
    [
      ["--list-tools", "--json", "--insecure"],
      { ...none, listTools: true, json: true, insecure: true },
    ],
    [["--list-tools", "--password-stdin"], { ...none, listTools: true, passwordStdin: true }],
    [["--logout"], { ...none, logout: true }],
    [["--browser", "--prompt", "x"], { ...none, browser: true, prompt: "x" }],
    [["-h"], { ...none, help: true }],
    [["--help", "--json"], { ...none, help: true, json: true }],
  ])("reads %j", (words, parsed) => {
    expect(parseArguments(words)).toEqual(parsed);
  });

  it.each([
    ["an unknown option", ["--nonsense"], /--nonsense/],
    ["an unknown short option", ["-q"], /-q/],
    ["--browser with a user", ["--browser", "http://h/mcp", "demo"], /neither USER/],
    ["--machine with a user", ["--machine", "http://h/mcp", "demo"], /--machine takes neither/],
    ["--machine in the browser", ["--machine", "--browser", "--list-tools"], /--machine takes/],
    ["--machine at a terminal", ["--machine"], /--machine goes with --prompt/],
    ["--machine signed out", ["--logout", "--machine"], /--logout stands alone/],
    ["--logout with something to do", ["--logout", "--prompt", "x"], /--logout stands alone/],
    ["--prompt without a text", ["--prompt"], /--prompt needs a text/],
    ["--prompt before another option", ["--prompt", "--json"], /--prompt needs a text/],
    ["an empty prompt", ["--prompt", " "], /empty text/],
    ["a value where none belongs", ["--json=yes"], /--json takes no value/],
    ["--json alone", ["--json"], /--prompt or --list-tools/],
    ["--password-stdin alone", ["--password-stdin"], /--prompt or --list-tools/],
    ["two readers of stdin", ["--password-stdin", "--prompt", "-"], /standard input/],
    ["two things to do", ["--list-tools", "--prompt", "x"], /exclude each other/],
    [
      "a question to a web terminal",
      ["ws://h:8501", "--prompt", "x"],
      /web terminal.*stands alone/,
    ],
    ["a user for a web terminal", ["wss://h:8501", "demo"], /web terminal.*stands alone/],
    ["too many arguments", ["a", "b", "c"], /3 arguments/],
  ])("refuses %s in one line and with exit code 2", (_what, words, expected) => {
    const error = failureOf(words);
    expect(formatError(error)).toMatch(expected);
    expect(formatError(error)).not.toContain("\n");
    expect(exitCodeOf(error)).toBe(2);
  });

  it.each([
    [["--password=Sesam-1234"]],
    [["--password", "Sesam-1234"]],
    [["https://h/mcp", "demo", "Sesam-1234"]],
  ])("does not repeat a password that was given as %j", (words) => {
    const error = failureOf(words);
    expect(`${formatError(error)} ${error.stack}`).not.toContain("Sesam-1234");
  });
});

describe.each(languages)("the usage in %s", (language) => {
  const { usage } = commandLineTexts[language];

  it("names every option that is understood", () => {
    for (const option of [
      "prompt",
      "json",
      "yes",
      "list-tools",
      "password-stdin",
      "browser",
      "logout",
      "machine",
      "insecure",
    ]) {
      expect(usage).toContain(`--${option}`);
    }
  });

  it("fits a terminal of 100 columns", () => {
    const lines = `${usage}${attachTexts(language).usage}`.split("\n");
    expect(Math.max(...lines.map(columnsOf))).toBeLessThanOrEqual(100);
  });
});

function failureOf(words: readonly string[]): AppError {
  try {
    parseArguments(words);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}
