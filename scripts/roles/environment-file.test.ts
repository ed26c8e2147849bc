import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { formatEnvironmentFile } from "./environment-file.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cleanauth-env-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("a file of settings", () => {
  it.each([
    "plain",
    "https://example.com:8080/path?not=this",
    "with spaces # and a mark",
    'double "quotes"',
    "it's",
    "$HOME `id` $(id)",
    "\\n stays two letters",
    "한글",
    "a=b=c",
    " spaces around ",
  ])("is read by Node as it was meant: %j", (value) => {
    const file = join(folder, "x.env");
    writeFileSync(file, formatEnvironmentFile({ BEFORE: "1", VALUE: value, ZAFTER: "2" }));
    const read = execFileSync(
      process.execPath,
      [`--env-file=${file}`, "-p", "JSON.stringify([process.env.VALUE, process.env.ZAFTER])"],
      { encoding: "utf8", env: {} },
    );
    expect(JSON.parse(read)).toEqual([value, "2"]);
  });

  it("is the same whatever the order that the settings come in", () => {
    expect(formatEnvironmentFile({ B: "2", A: "1" })).toBe("A=1\nB=2\n");
  });

  it.each(["a\nINJECTED=1", "a\rb", "both ' and `"])("refuses what it cannot hold: %j", (value) => {
    expect(() => formatEnvironmentFile({ VALUE: value })).toThrowError(
      expect.objectContaining({ code: "configuration_value_unwritable" }),
    );
  });
});
