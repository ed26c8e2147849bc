import type { Style } from "../chat/frame.ts";

/** How many colours a terminal shows. */
export type ColorDepth = "none" | "16" | "256";

/** How a style looks. A colour is an index into the terminal's palette; none is its own colour. */
export interface Look {
  readonly color?: number;
  readonly isBold?: boolean;
  readonly isUnderlined?: boolean;
}

/**
 * The one place for how things look. The background is always the terminal's own, so that the same
 * look fits dark and light ones; the colours are middle tones for the same reason.
 */
export const themes: Readonly<Record<ColorDepth, Readonly<Record<Style, Look>>>> = {
  "256": {
    plain: {},
    dim: { color: 245 },
    strong: { isBold: true },
    accent: { color: 74 },
    question: { isBold: true },
    success: { color: 71 },
    warning: { color: 179 },
    error: { color: 167 },
    border: { color: 240 },
    placeholder: { color: 242 },
  },
  "16": {
    plain: {},
    dim: { color: 8 },
    strong: { isBold: true },
    accent: { color: 6 },
    question: { isBold: true },
    success: { color: 2 },
    warning: { color: 3 },
    error: { color: 1 },
    border: { color: 8 },
    placeholder: { color: 8 },
  },
  none: {
    plain: {},
    dim: {},
    strong: { isBold: true },
    accent: {},
    question: { isBold: true },
    success: {},
    warning: { isBold: true },
    error: { isBold: true },
    border: {},
    placeholder: {},
  },
};
