import { describe, expect, it } from "vitest";
import { themeOf } from "./theme.ts";

/** The colours of xterm's palette from 16 on: a cube of six steps a side, then greys. */
function rgbOf(index: number): number[] {
  if (index >= 232) return Array<number>(3).fill(8 + (index - 232) * 10);
  const steps = [0, 95, 135, 175, 215, 255];
  const place = index - 16;
  return [Math.floor(place / 36), Math.floor(place / 6) % 6, place % 6].map((at) => steps[at] ?? 0);
}

/** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(one: readonly number[], other: readonly number[]): number {
  const luminance = (rgb: readonly number[]) => {
    const [red = 0, green = 0, blue = 0] = rgb.map((channel) => {
      const part = channel / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

/** What is there to be written over, and what only separates. */
const faint: Readonly<Record<string, number>> = { placeholder: 3, border: 1.3 };

describe("the theme", () => {
  it.each([
    ["dark", [21, 24, 29]],
    ["dark", [0, 0, 0]],
    ["light", [251, 251, 249]],
    ["light", [255, 255, 255]],
  ] as const)("for a %s background has text that can be read on %j", (background, rgb) => {
    for (const [style, { color }] of Object.entries(themeOf("256", background))) {
      if (color === undefined || style === "picture") continue;
      const ratio = contrast(rgbOf(color), rgb);
      expect.soft(ratio, style).toBeGreaterThan(faint[style] ?? 4.5);
    }
  });

  it("leaves sixteen colours to the terminal's user, and has none without colours", () => {
    expect(themeOf("16", "light")).toEqual(themeOf("16", "dark"));
    expect(JSON.stringify(themeOf("none", "light"))).not.toContain("color");
  });
});
