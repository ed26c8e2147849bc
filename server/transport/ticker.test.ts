import { expect, onTestFinished, test } from "vitest";
import { nowhere, Ticker, type Ticking } from "./ticker.ts";

const defects: unknown[] = [];
function startTicker(): Ticker {
  defects.length = 0;
  const ticker = new Ticker((error) => void defects.push(error));
  onTestFinished(() => ticker.close());
  return ticker;
}

const ticked: string[] = [];
const member = (name: string, tick: () => void = () => {}): Ticking => ({
  place: nowhere,
  tick() {
    ticked.push(name);
    tick();
  },
});
function tickedBy(ticker: Ticker): string[] {
  ticked.length = 0;
  ticker.tick(0);
  return [...ticked].sort();
}

test("each is looked after once, until it is removed, in whatever order they go", () => {
  const ticker = startTicker();
  const members = ["a", "b", "c", "d"].map((name) => member(name));
  for (const each of [...members, ...members]) ticker.add(each);
  expect(tickedBy(ticker)).toEqual(["a", "b", "c", "d"]);
  const [a, b, c, d] = members as [Ticking, Ticking, Ticking, Ticking];
  ticker.remove(b);
  ticker.remove(b);
  expect(tickedBy(ticker)).toEqual(["a", "c", "d"]);
  ticker.remove(d);
  ticker.add(b);
  ticker.remove(a);
  expect(tickedBy(ticker)).toEqual(["b", "c"]);
  ticker.remove(c);
  ticker.remove(b);
  expect(tickedBy(ticker)).toEqual([]);
});

test("one that goes, or that another takes away, while all are looked after, keeps none of the rest from it", () => {
  const ticker = startTicker();
  const victim = member("victim");
  const first: Ticking = member("first", () => {
    ticker.remove(first);
    ticker.remove(victim);
  });
  for (const each of [first, member("a"), victim, member("b")]) ticker.add(each);
  expect(tickedBy(ticker)).toEqual(["a", "b", "first"]);
  expect(tickedBy(ticker)).toEqual(["a", "b"]);
});

test("one that throws is told of, and looked after no more", () => {
  const ticker = startTicker();
  const broken = member("broken", () => {
    throw new Error("broken");
  });
  for (const each of [broken, member("good")]) ticker.add(each);
  expect(tickedBy(ticker)).toEqual(["broken", "good"]);
  expect(tickedBy(ticker)).toEqual(["good"]);
  expect(defects).toEqual([new Error("broken")]);
});
