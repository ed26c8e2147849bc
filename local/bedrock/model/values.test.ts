import { describe, expect, it } from "vitest";
import { assign } from "./assign.ts";
import { datesIn } from "./dates.ts";
import { numbersIn } from "./numbers.ts";
import { parseSentence } from "./sentence.ts";

/** A Monday. */
const now = new Date(2026, 10, 23, 12);

describe("numbers of a sentence", () => {
  it.each<[text: string, values: number[]]>([
    ["37.77, -122.42", [37.77, -122.42]],
    ["37.77,-122.42", [37.77, -122.42]],
    ["between 5-10", [5, 10]],
    ["−3.5 degrees", [-3.5]],
    ["minus 5", [-5]],
    ["영하 5도", [-5]],
    ["37.77N 122.42W", [37.77, -122.42]],
    ["북위 37도 서경 122도", [37, -122]],
    ["1,234,567.89 dollars", [1234567.89]],
    ["2 million and 3 thousand", [2_000_000, 3000]],
    ["5만 원, 3천 달러, 2백만 원", [50_000, 3000, 2_000_000]],
    ["two tables for twenty five people", [2, 25]],
    ["세 명, 두 개, 네시", [3, 2, 4]],
    ["삼백 달러, 이만오천 원", [300, 25_000]],
    ["note 3f2a and abc-12", []],
    ["한 번만", [1]],
  ])("%s", (text, values) => {
    expect(numbersIn(parseSentence(text)).map(({ value }) => value)).toEqual(values);
  });
});

describe("days and times of a sentence", () => {
  it.each<[text: string, found: { date?: string; time?: string }[]]>([
    ["2026-12-24", [{ date: "2026-12-24" }]],
    ["2026-12-24T18:30", [{ date: "2026-12-24", time: "18:30" }]],
    ["2026-13-40", []],
    ["December 24", [{ date: "2026-12-24" }]],
    ["24th of Dec, 2027", [{ date: "2027-12-24" }]],
    ["on March 1", [{ date: "2027-03-01" }]],
    ["3월 1일", [{ date: "2027-03-01" }]],
    ["2025년 3월 1일", [{ date: "2025-03-01" }]],
    ["today and tomorrow", [{ date: "2026-11-23" }, { date: "2026-11-24" }]],
    ["모레 저녁 7시 반", [{ date: "2026-11-25" }, { time: "19:30" }]],
    ["day after tomorrow at noon", [{ date: "2026-11-25" }, { time: "12:00" }]],
    ["on Friday at 7:15 pm", [{ date: "2026-11-27" }, { time: "19:15" }]],
    ["next Tuesday", [{ date: "2026-12-01" }]],
    ["다음 주 금요일", [{ date: "2026-12-04" }]],
    ["월요일 오전 9시", [{ date: "2026-11-23" }, { time: "09:00" }]],
    ["in 3 days", [{ date: "2026-11-26" }]],
    ["열두시", [{ time: "12:00" }]],
    ["12 am", [{ time: "00:00" }]],
    ["3시간 동안", []],
    ["37.77 and 25:99", []],
    ["I may go", []],
  ])("%s", (text, found) => {
    const mentions = datesIn(text, now).map(({ date, time }) => ({
      ...(date && { date }),
      ...(time && { time }),
    }));
    expect(mentions).toEqual(found);
  });
});

describe("assign", () => {
  it("gives each place the candidate that makes the whole best", () => {
    const score = (place: string, candidate: string) =>
      ({ ax: 2, ay: 3, bx: 0, by: 3 })[place + candidate] ?? 0;
    expect([...assign(["a", "b"], ["x", "y"], score)]).toEqual([
      ["a", "x"],
      ["b", "y"],
    ]);
  });

  it("keeps the order among equals, and leaves a place empty that nothing fits", () => {
    const score = (place: string) => (place === "b" ? 0 : 1);
    expect([...assign(["a", "b", "c"], [1, 2, 3], score)]).toEqual([
      ["a", 1],
      ["c", 2],
    ]);
  });
});
