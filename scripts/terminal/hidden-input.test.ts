import { PassThrough, Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { createHiddenInput, readFirstLine } from "./hidden-input.ts";

/** A terminal's two sides. */
function terminal() {
  const input = new PassThrough();
  const output = new PassThrough();
  return { input, output, shown: () => String(output.read() ?? "") };
}

describe("hidden input", () => {
  it("gives what was typed and shows none of it", async () => {
    const { input, output, shown } = terminal();
    const hidden = createHiddenInput({ input, output });
    const answer = hidden.ask("Password: ");
    input.write("비밀번호 Secret1!\r");
    expect(await answer).toBe("비밀번호 Secret1!");
    expect(shown()).toBe("Password: \n");
    hidden.close();
  });

  it("answers two questions when two lines were pasted at once", async () => {
    const { input, output } = terminal();
    const hidden = createHiddenInput({ input, output });
    const first = hidden.ask("1: ");
    input.write("one\rtwo\r");
    expect(await first).toBe("one");
    expect(await hidden.ask("2: ")).toBe("two");
    hidden.close();
  });

  it("takes back what was typed wrongly", async () => {
    const { input, output } = terminal();
    const hidden = createHiddenInput({ input, output });
    const answer = hidden.ask("1: ");
    input.write("onx\x7fe\r");
    expect(await answer).toBe("one");
    hidden.close();
  });

  it.each([
    ["\x03", "interrupted"],
    ["\x04", "usage_nothing_typed"],
  ])("ends on %j", async (key, code) => {
    const { input, output } = terminal();
    const hidden = createHiddenInput({ input, output });
    const answer = hidden.ask("1: ");
    input.write(`half${key === "\x04" ? "\x15" : ""}${key}`);
    await expect(answer).rejects.toMatchObject({ code });
    await expect(hidden.ask("2: ")).rejects.toMatchObject({ code });
  });
});

describe("the first line of a pipe", () => {
  it.each([
    ["secret\n", "secret"],
    ["secret", "secret"],
    ["secret\r\nmore", "secret"],
    [" with spaces \n", " with spaces "],
    ["비밀번호\n", "비밀번호"],
  ])("of %j is %j", async (text, line) => {
    const bytes = Buffer.from(text);
    // In single bytes, so that characters arrive in pieces.
    const pieces = Array.from(bytes, (_, index) => bytes.subarray(index, index + 1));
    expect(await readFirstLine(Readable.from(pieces, { objectMode: false }))).toBe(line);
  });

  it.each(["", "\nsecret\n", "x".repeat(5_000)])("is missing in %j", async (text) => {
    await expect(readFirstLine(Readable.from([Buffer.from(text)]))).rejects.toMatchObject({
      code: "usage_nothing_typed",
    });
  });
});
