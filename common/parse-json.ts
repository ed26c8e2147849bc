/**
 * Parses JSON that came from outside, for a schema to judge.
 *
 * @returns `undefined` for a text that is no JSON, which no JSON text means
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
