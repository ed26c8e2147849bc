import fc, { type Arbitrary } from "fast-check";

// What hostile requests of every kind are made of.

/** A header may hold what Node lets through: no line ends, nothing past Latin-1. */
export const headerText = (maxLength = 80) =>
  fc.string({ unit: fc.integer({ min: 0x20, max: 0xff }).map(printable), maxLength });
const printable = (code: number) => String.fromCharCode(code === 0x7f ? 0x20 : code);

/** Nearly always the usual, so that a request gets past the first check. */
export const mostly = <T>(usual: T, others: Arbitrary<T>): Arbitrary<T> =>
  fc.oneof({ arbitrary: fc.constant(usual), weight: 8 }, { arbitrary: others, weight: 1 });

/** Any JSON, with names that mean something to JavaScript among its keys. */
export const anyJson = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.dictionary(
    fc.constantFrom("__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "then"),
    fc.jsonValue({ maxDepth: 2 }),
  ),
  fc.constantFrom<unknown>(1e308, -0, 2 ** 53, 1e-320, "\ud800", "\u0000", "\u202e", "👍", "한글"),
);

/** A header that a request of this kind does not have, or not like that. */
export const oddHeader = fc.oneof(
  ...Object.entries({
    Accept: fc.oneof(
      fc.constantFrom("application/json", "text/event-stream", "*/*", ""),
      headerText(),
    ),
    "Content-Type": fc.oneof(
      fc.constantFrom(
        "application/json",
        "application/json; charset=utf-8",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
      ),
      headerText(),
    ),
    "Content-Encoding": fc.constantFrom("gzip", "deflate", "br", "identity"),
    "MCP-Protocol-Version": fc.oneof(fc.constantFrom("2025-11-25", "2024-11-05"), headerText()),
    "Last-Event-ID": headerText(),
    Origin: fc.oneof(fc.webUrl(), headerText()),
    Host: headerText(),
    "X-Request-Id": headerText(),
    "X-Forwarded-For": headerText(),
    "X-Forwarded-Host": headerText(),
    "X-HTTP-Method-Override": fc.constantFrom("DELETE", "GET"),
    Cookie: headerText(),
    Expect: fc.constantFrom("100-continue", "the-impossible"),
    Range: fc.constantFrom("bytes=0-0", "bytes=99999999999-"),
    DPoP: headerText(),
  }).map(([name, value]) => value.map((text: string) => [name, text] as const)),
);

/** The bytes of a text in UTF-8, each as a character. */
export function asBytes(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}
