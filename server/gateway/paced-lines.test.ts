import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { readPacedLines } from "./paced-lines.ts";

function reading(price: number) {
  const stream = new PassThrough();
  const lines: string[] = [];
  const tooLong: string[] = [];
  const readRest = readPacedLines(stream, {
    longestBytes: 1_000,
    onLine: (line) => {
      lines.push(line);
      return price;
    },
    onTooLong: (first, last) => void tooLong.push(first, last),
  });
  return { stream, lines, readRest, tooLong };
}

it("reads some lines at once, and more only as time goes by", async () => {
  const { stream, lines } = reading(50);
  stream.write("line\n".repeat(1_000));
  await expect.poll(() => lines.length, { timeout: 10_000 }).toBeGreaterThanOrEqual(10);
  const startedAt = performance.now();
  const before = lines.length;
  await expect.poll(() => lines.length, { timeout: 10_000 }).toBeGreaterThan(before + 5);
  const seconds = (performance.now() - startedAt) / 1000;
  expect(lines.length - before).toBeLessThanOrEqual(20 * seconds + 12);
  stream.destroy();
});

it("reads lines that cost nothing as they come", async () => {
  const { stream, lines } = reading(0);
  stream.write("a\nb\n안녕\n");
  await expect.poll(() => lines, { timeout: 10_000 }).toEqual(["a", "b", "안녕"]);
  stream.destroy();
});

it("reads what is left at once when the stream is at its end", async () => {
  const { stream, lines, readRest } = reading(1_000);
  stream.end("line\n".repeat(500));
  await expect.poll(() => lines.length, { timeout: 10_000 }).toBeGreaterThan(0);
  expect(lines.length).toBeLessThan(10);
  readRest();
  await expect.poll(() => lines.length, { timeout: 10_000 }).toBe(500);
});

it("passes over a line that is too long, and reads the one after it", async () => {
  const { stream, lines, tooLong } = reading(0);
  stream.write(`first${"x".repeat(600)}`);
  stream.write(`${"x".repeat(600)}last\nnext\n`);
  await expect.poll(() => lines, { timeout: 10_000 }).toEqual(["next"]);
  expect(tooLong).toEqual([expect.stringMatching(/^firstx+$/), expect.stringMatching(/^x+last$/)]);
  stream.destroy();
});
