import { expect, it } from "vitest";
import { acceptRequestId } from "./request-context.ts";

it.each(["4bf92f35-77b3-4da6-a3ce-929d0e0e4736", "trace_1.2-ab"])(
  "takes over the request id %s",
  (id) => expect(acceptRequestId(id)).toBe(id),
);

it.each([
  undefined,
  "",
  "short",
  "with space",
  "a\nb-newline",
  'quote"quote',
  "한글한글한글한글",
  "x".repeat(65),
  ["aaaaaaaa", "bbbbbbbb"],
])("takes no request id that is %j", (id) => expect(acceptRequestId(id)).toBeNull());
