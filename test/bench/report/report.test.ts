import { describe, expect, it } from "vitest";
import { drawChart } from "./chart.ts";
import { writeIntoPage } from "./page.ts";
import { isReached, medianOf, type Results } from "./results.ts";
import { cellsOf, formatNumber, formatResults } from "./table.ts";

const results: Results = {
  takenAt: "2026-11-25T10:00:00.000Z",
  machine: {
    cpu: "A <CPU> & more",
    cores: 2,
    memoryGiB: 24,
    system: "Linux 6",
    node: "24.0.0",
    pinned: true,
    loadBefore: 0.1,
    loadAfter: 1,
  },
  isQuick: false,
  isWhole: true,
  goals: [
    { text: "over the fastest peer", reached: 5.25, bound: { atLeast: 5 }, unit: "times" },
    { text: "p99", reached: 12, bound: { atMost: 10 }, unit: "ms" },
  ],
  sections: [
    {
      part: "http",
      key: "one-session-32",
      title: "One session",
      columns: [{ key: "requestsPerSecond", title: "requests/s" }],
      rows: [
        { subject: "cleanauth", values: { requestsPerSecond: [9_000, 10_000, 11_000] } },
        { subject: "a peer", values: { requestsPerSecond: [2_000] } },
        { subject: "not measured", values: {} },
      ],
      notes: ["Taken in turns."],
    },
  ],
};

describe("figures", () => {
  it("are medians", () => {
    expect(medianOf([3, 1, 2])).toBe(2);
    expect(medianOf([4, 1, 2, 3])).toBe(2.5);
    expect(medianOf([])).toBeNaN();
  });

  it("are shown with their spread where there were rounds, and as a dash where there were none", () => {
    const [section] = results.sections;
    expect(section && cellsOf(section)).toEqual([
      ["cleanauth", "10,000 (9,000–11,000)"],
      ["a peer", "2,000"],
      ["not measured", "–"],
    ]);
  });

  it.each([
    [1234.5, "1,235"],
    [99.94, "99.9"],
    [2.481, "2.48"],
    [3, "3"],
    [Number.NaN, "–"],
  ])("%d is written %s", (value, text) => expect(formatNumber(value)).toBe(text));

  it("that were not taken reach no goal", () => {
    const bounds = [{ atLeast: 1 }, { atMost: 1 }];
    for (const bound of bounds) {
      expect(isReached({ text: "", reached: Number.NaN, bound, unit: "" })).toBe(false);
    }
  });
});

describe("the report", () => {
  it("says of each goal whether it was reached, and first of all", () => {
    const text = formatResults(results);
    expect(text).toMatch(/over the fastest peer +5\.25 times +≥ 5 times +reached/);
    expect(text).toMatch(/p99 +12 ms +≤ 10 ms +MISSED/);
    expect(text.indexOf("MISSED")).toBeLessThan(text.indexOf("One session"));
  });

  it("goes between the marks of a page, again and again, and changes nothing else", () => {
    const page =
      "before\n<!-- Written by make bench ARGS=--docs: from here -->\nold\n<!-- to here -->\nafter\n";
    const once = writeIntoPage(page, results);
    expect(once).toMatch(/^before\n/);
    expect(once).toMatch(/<!-- to here -->\nafter\n$/);
    expect(once).toContain("| cleanauth | 10,000 (9,000–11,000) |");
    expect(once).not.toContain("old");
    expect(writeIntoPage(once, results)).toBe(once);
  });

  it("refuses a page without marks", () => {
    expect(() => writeIntoPage("nothing", results)).toThrow("lacks its marks");
  });

  it("draws the fastest first, with names that are safe in XML and colours for a dark page", () => {
    const svg = drawChart(results, "cleanauth");
    expect(svg.indexOf("cleanauth")).toBeLessThan(svg.indexOf("a peer"));
    expect(svg).toContain("A &lt;CPU&gt; &amp; more");
    expect(svg).toContain("prefers-color-scheme: dark");
    expect(svg).not.toContain("NaN");
  });
});
