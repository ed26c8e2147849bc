import type { Style } from "../chat/frame.ts";
import type { Background } from "./background.ts";

/** How many colours a terminal shows. */
export type ColorDepth = "none" | "16" | "256";

/** How a style looks. A colour is an index into the terminal's palette; none is its own colour. */
export interface Look {
  readonly color?: number;
  /** Painted over in a picture alone. */
  readonly background?: number;
  readonly isBold?: boolean;
  readonly isUnderlined?: boolean;
  readonly isInverse?: boolean;
}

type Theme = Readonly<Record<Style, Look>>;

/** What is told apart without a colour: this is all there is under `NO_COLOR`. */
const plain: Theme = {
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
  picture: {},
  heading: { isBold: true },
  emphasis: { isUnderlined: true },
  link: { isUnderlined: true },
  code: {},
  keyword: {},
  string: {},
  number: {},
  comment: {},
  name: {},
  match: { isInverse: true },
};

type Colors = Readonly<Partial<Record<Style, number>>>;

const dark: Colors = {
  dim: 245,
  accent: 110,
  success: 108,
  warning: 179,
  error: 167,
  border: 239,
  placeholder: 242,
  heading: 110,
  link: 110,
  code: 180,
  keyword: 139,
  string: 108,
  number: 173,
  comment: 245,
  name: 109,
};

const light: Colors = {
  dim: 242,
  accent: 25,
  success: 28,
  warning: 130,
  error: 124,
  border: 250,
  placeholder: 244,
  heading: 25,
  link: 25,
  code: 94,
  keyword: 90,
  string: 28,
  number: 130,
  comment: 242,
  name: 23,
};

/** The palette's own sixteen, which every terminal's user has chosen to be readable. */
const sixteen: Colors = {
  dim: 8,
  accent: 6,
  success: 2,
  warning: 3,
  error: 1,
  border: 8,
  placeholder: 8,
  heading: 6,
  link: 6,
  code: 3,
  keyword: 5,
  string: 2,
  number: 3,
  comment: 8,
  name: 6,
};

/** White on black, by the palette's fixed colours where there are some. */
const picture256: Look = { color: 231, background: 16 };
const picture16: Look = { color: 15, background: 0 };

/**
 * The one place for how things look.
 *
 * @param depth how many colours there are
 * @param background what is behind the text; counts where there are 256 colours
 */
export function themeOf(depth: ColorDepth, background: Background): Theme {
  if (depth === "none") return plain;
  const colors = depth === "16" ? sixteen : background === "light" ? light : dark;
  const looks = Object.entries(plain).map(([style, look]) => {
    const color = colors[style as Style];
    if (style === "picture") return [style, depth === "16" ? picture16 : picture256];
    if (color === undefined) return [style, look];
    // A colour is sign enough.
    const isCalm = style === "warning" || style === "error";
    return [style, isCalm ? { color } : { ...look, color }];
  });
  return Object.fromEntries(looks) as Theme;
}
