import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  booleanSetting,
  integerSetting,
  parseSettings,
  readEnvironment,
  urlSetting,
} from "./environment.ts";

function file(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), "cleanauth-")), ".env");
  writeFileSync(path, text);
  return path;
}

describe("readEnvironment", () => {
  it("prefers the environment, then the first file", () => {
    const files = [file("A=one\nB=one\n"), file("A=two\nB=two\nC=two\n")];
    expect(readEnvironment({ A: "zero" }, files)).toEqual({ A: "zero", B: "one", C: "two" });
  });

  it("takes an empty value as not given, and lets it hide the file's", () => {
    expect(readEnvironment({ A: "" }, [file("A=one\n")])).toEqual({});
  });

  it("does without a file that is not there", () => {
    expect(readEnvironment({ A: "1" }, ["/nowhere/.env"])).toEqual({ A: "1" });
  });

  it("says which file it cannot read", () => {
    const folder = join(mkdtempSync(join(tmpdir(), "cleanauth-")), ".env");
    mkdirSync(folder);
    chmodSync(folder, 0o700);
    expect(() => readEnvironment({}, [folder])).toThrow(`Cannot read ${folder}: EISDIR`);
  });
});

describe("parseSettings", () => {
  const schema = z.object({ PORT: integerSetting(1, 65_535), NAME: z.string() });

  it("names every wrong variable in one line", () => {
    expect(() => parseSettings(schema, { PORT: "0" })).toThrow(
      "Wrong configuration: PORT must be a whole number from 1 to 65535; NAME is not set",
    );
  });

  it("returns typed values", () => {
    expect(parseSettings(schema, { PORT: "80", NAME: "이름" })).toEqual({ PORT: 80, NAME: "이름" });
  });
});

describe("the settings' forms", () => {
  it.each([
    ["on", true],
    ["0", false],
    ["No", undefined],
    ["", undefined],
  ])("booleanSetting reads %j as %j", (text, expected) => {
    expect(booleanSetting.safeParse(text).data).toBe(expected);
  });

  it.each([
    ["https://mcp.example.com/", "https://mcp.example.com"],
    ["http://localhost:8080/base/", "http://localhost:8080/base"],
    ["ftp://example.com", undefined],
    ["https://user:password@example.com", undefined],
    ["https://example.com/?a=1", undefined],
    ["localhost:8080", undefined],
  ])("urlSetting reads %j as %j", (text, expected) => {
    expect(urlSetting.safeParse(text).data).toBe(expected);
  });

  it.each(["1.5", "-1", "1e3", " 1", "0x10", "99999999999999999999"])(
    "integerSetting refuses %j",
    (text) => {
      expect(integerSetting(0, 1e9).safeParse(text).success).toBe(false);
    },
  );
});
