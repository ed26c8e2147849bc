import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { askLine } from "./typed-line.ts";

function ask(keys: string) {
  const input = new PassThrough();
  const output = new PassThrough();
  const answer = askLine("Type it: ", input, output);
  input.write(keys);
  return { answer, shown: () => String(output.read()) };
}

test("what is typed is the answer, in Korean as well", async () => {
  const { answer, shown } = ask("운영-서버\r");
  expect(await answer).toBe("운영-서버");
  expect(shown()).toContain("Type it: ");
});

test("Ctrl-D is an empty answer", async () => {
  expect(await ask("\x04").answer).toBe("");
});

test("Ctrl-C interrupts", async () => {
  await expect(ask("\x03").answer).rejects.toMatchObject({ code: "interrupted" });
});
