/** What is behind the text. It is always the terminal's own background, never painted over. */
export type Background = "dark" | "light";

/** Asks a terminal for the colour of its background (xterm's OSC 11). Not every one answers. */
export const askBackground = "\x1b]11;?\x1b\\";

/**
 * Reads the answer to {@link askBackground}.
 *
 * @param body what stands between `ESC ]` and its end, such as `11;rgb:1515/1818/1d1d`
 * @returns null for anything else
 */
export function backgroundOfAnswer(body: string): Background | null {
  const digits = /^11;rgba?:([\da-f]{1,4})\/([\da-f]{1,4})\/([\da-f]{1,4})(\/[\da-f]{1,4})?$/i;
  const [, ...channels] = digits.exec(body) ?? [];
  if (channels.length === 0) return null;
  const [red = 0, green = 0, blue = 0] = channels
    .slice(0, 3)
    .map((channel = "") => Number.parseInt(channel, 16) / (16 ** channel.length - 1));
  // Luma as in Rec. 601: how bright the eye takes the three for.
  return 0.299 * red + 0.587 * green + 0.114 * blue > 0.5 ? "light" : "dark";
}

/**
 * How much of a text is an answer to {@link askBackground}, or the beginning of one: nobody types that.
 *
 * @param text what came, from the Escape character on
 * @returns characters; 0 where it is not certain
 */
export function answerLength(text: string): number {
  const body = text.startsWith("\x1b]") ? /^11;(?:rgba?:[\da-f/]*)?/i.exec(text.slice(2)) : null;
  if (body === null) return 0;
  const length = 2 + body[0].length;
  const end = ["\x07", "\x1b\\", "\x1b"].find((each) => text.startsWith(each, length)) ?? "";
  return length + end.length;
}

/**
 * Reads what some terminals (rxvt, Konsole) leave in the environment.
 *
 * @param value of `COLORFGBG`: palette numbers of foreground and background, such as `15;0` or `0;default;15`
 * @returns null where it says nothing
 */
export function backgroundOfEnvironment(value: string | undefined): Background | null {
  const number = /;(\d{1,2})$/.exec(value ?? "")?.[1];
  if (number === undefined) return null;
  // Of the sixteen, white and the bright ones but grey are light.
  return Number(number) === 7 || Number(number) > 8 ? "light" : "dark";
}
