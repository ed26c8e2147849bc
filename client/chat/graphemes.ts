const segmenter = new Intl.Segmenter("und", { granularity: "grapheme" });

/**
 * Letters of which each code point is a cluster of its own, next to any other of them: ASCII and
 * Latin letters, punctuation, Hangul syllables, kana, CJK ideographs, box drawing. Most text is made
 * of these alone, and the segmenter costs twenty times as much as the loop that they allow.
 */
const simpleText =
  /^[\x20-\x7e\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e\u2190-\u21ff\u2500-\u25ff\u2800-\u28ff\u3000-\u3029\u3041-\u3096\u30a0-\u30ff\u3130-\u318e\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff60]*$/;

/** V8 copies the whole input into every segment that it hands out, so it gets a little at a time. */
const windowLength = 128;

/**
 * True when every code point of the text is a grapheme cluster by itself.
 *
 * @param text any text; false is always a safe answer
 */
export function isOneGraphemePerCodePoint(text: string): boolean {
  return simpleText.test(text);
}

/**
 * Splits a text into grapheme clusters, what a person takes for one character each (Unicode TR #29).
 *
 * @param text any text
 */
export function splitGraphemes(text: string): string[] {
  if (isOneGraphemePerCodePoint(text)) return text.split("");
  const graphemes: string[] = [];
  for (let start = 0; start < text.length; ) {
    const window = windowAt(text, start);
    const found = Array.from(segmenter.segment(window), ({ segment }) => segment);
    // The last cluster may go on behind the window, so the next window begins with it.
    const isLastWindow = start + window.length === text.length;
    const kept = isLastWindow || found.length === 1 ? found : found.slice(0, -1);
    graphemes.push(...kept);
    start += kept.reduce((length, grapheme) => length + grapheme.length, 0);
  }
  return graphemes;
}

/** A window that does not end between the two halves of a surrogate pair. */
function windowAt(text: string, start: number): string {
  const window = text.slice(start, start + windowLength);
  const last = window.charCodeAt(window.length - 1);
  const isCutPair = last >= 0xd800 && last <= 0xdbff && start + window.length < text.length;
  return isCutPair ? window.slice(0, -1) : window;
}
