import type { IncomingMessage } from "node:http";

/**
 * Every value of a header. Node keeps only the first of several in `headers` where a header must not
 * be repeated.
 *
 * @param name in lower case
 */
export function valuesOf({ rawHeaders }: IncomingMessage, name: string): string[] {
  const values: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const { length } = rawHeaders[index] ?? "";
    if (length !== name.length || rawHeaders[index]?.toLowerCase() !== name) continue;
    values.push(rawHeaders[index + 1] ?? "");
  }
  return values;
}
