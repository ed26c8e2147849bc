import { describe, expect, it } from "vitest";
import { formatDuration, parseDuration } from "./duration.ts";

describe("a span of time", () => {
  it.each([
    ["30m", 1800],
    ["2h", 7200],
    ["1d", 86_400],
    ["45s", 45],
  ])("%s is %i seconds", (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  it.each(["", "2", "h", "0m", "-1h", "2 h", "2w", "1h30m", "1.5h", "9999999s", "２h"])(
    "%j is none",
    (text) => {
      expect(parseDuration(text)).toBeNull();
    },
  );

  it.each([
    [0, "0s"],
    [0.4, "0s"],
    [59, "59s"],
    [60, "1m"],
    [7199, "1h 59m"],
    [7200, "2h"],
    [86_400, "1d"],
    [90_061, "1d 1h"],
    [86_460, "1d"],
  ])("%d seconds are worded %s", (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});
