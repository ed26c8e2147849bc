import { describe, expect, it } from "vitest";
import { parseAttachArguments } from "./arguments.ts";

const urlOf = (...words: string[]) => parseAttachArguments(words, 8501).url.href;
const codeOf = (...words: string[]) => {
  try {
    parseAttachArguments(words, 8501);
    return null;
  } catch (error) {
    return (error as { code?: string }).code;
  }
};

describe("parseAttachArguments", () => {
  it.each([
    [[], "ws://127.0.0.1:8501/terminal"],
    [["ws://localhost:9000/terminal"], "ws://localhost:9000/terminal"],
    [["http://localhost:8501"], "ws://localhost:8501/terminal"],
    [["https://chat.example"], "wss://chat.example/terminal"],
    [["wss://chat.example/some/terminal"], "wss://chat.example/some/terminal"],
    [["ws://[::1]:8501/"], "ws://[::1]:8501/terminal"],
    [["--insecure", "ws://chat.example"], "ws://chat.example/terminal"],
  ])("makes of %j %s", (words, url) => {
    expect(urlOf(...words)).toBe(url);
  });

  it.each([
    [["ws://chat.example"], "usage_insecure_url"],
    [["http://203.0.113.7:8501"], "usage_insecure_url"],
    [["ws://127.0.0.1.attacker.example"], "usage_insecure_url"],
    [["ftp://localhost"], "usage_url"],
    [["localhost:8501"], "usage_url"],
    [["ws://user:secret@localhost"], "usage_url"],
    [["ws://localhost/?token=x"], "usage_url"],
    [["ws://localhost", "more"], "usage_too_many_arguments"],
    [["--unknown"], "usage_unknown_option"],
  ])("refuses %j with %s", (words, code) => {
    expect(codeOf(...words)).toBe(code);
  });

  it("repeats no password in what it says", () => {
    expect.assertions(1);
    try {
      parseAttachArguments(["ws://user:secret@localhost"], 8501);
    } catch (error) {
      expect(String(error)).not.toContain("secret");
    }
  });
});
