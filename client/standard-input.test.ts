import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { readInput, readPasswordLine } from "./standard-input.ts";

describe("readInput", () => {
  it("reads all of it, with characters that are split over pieces", async () => {
    const bytes = Buffer.from("서울 날씨\n");
    const pieces = Array.from(bytes, (byte) => Buffer.from([byte]));
    expect(await readInput(Readable.from(pieces), 100)).toBe("서울 날씨\n");
  });

  it.each([
    ["nothing", "", "usage_input_empty"],
    ["blanks alone", " \n\t", "usage_input_empty"],
    ["too much", "x".repeat(101), "usage_input_too_long"],
  ])("refuses %s", async (_what, text, code) => {
    await expect(readInput(Readable.from([Buffer.from(text)]), 100)).rejects.toMatchObject({
      code,
    });
  });
});

describe("readPasswordLine", () => {
  it.each([
    ["Sesam-1234", "Sesam-1234"],
    ["Sesam-1234\n", "Sesam-1234"],
    ["Sesam-1234\r\nmore\n", "Sesam-1234"],
    [" 비밀 번호 \n", " 비밀 번호 "],
  ])("reads %j as %j", async (input, password) => {
    expect(await readPasswordLine(Readable.from([Buffer.from(input)]))).toBe(password);
  });
});
