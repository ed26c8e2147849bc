import fc, { type Arbitrary } from "fast-check";
import { anyJson, headerText } from "./odd-values.ts";

/** Which credentials go with a request; the test knows what the words stand for. */
export type Credentials =
  | { readonly kind: "own" | "none" | "expired" | "foreign-key" }
  | { readonly kind: "made-up"; readonly authorization: string };

const base64Json = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** Things in the shape of a JWT, which nobody has signed. */
const madeUpToken = fc
  .record({
    header: fc.oneof(
      anyJson,
      fc.record({
        alg: fc.constantFrom("none", "HS256", "RS256", "RS512", "ES256", "", "NoNe"),
        kid: fc.constantFrom("key-1", "../../etc/passwd", "", "' OR 1=1 --"),
        jku: fc.constantFrom("http://127.0.0.1:1/keys", "file:///etc/passwd"),
        typ: fc.constant("JWT"),
      }),
    ),
    payload: fc.oneof(
      anyJson,
      fc.record({
        sub: anyJson,
        username: anyJson,
        token_use: fc.constantFrom("access", "id", "refresh"),
        exp: fc.oneof(fc.constant(4e9), anyJson),
        "cognito:groups": fc.oneof(fc.constant(["admin"]), anyJson),
      }),
    ),
    signature: fc.uint8Array({ maxLength: 300 }),
  })
  .map(
    ({ header, payload, signature }) =>
      `${base64Json(header)}.${base64Json(payload)}.${Buffer.from(signature).toString("base64url")}`,
  );

const authorization = fc.oneof(
  madeUpToken.map((token) => `Bearer ${token}`),
  fc
    .tuple(fc.constantFrom("Bearer", "bearer", "Basic", "DPoP", ""), headerText(200))
    .map(([scheme, rest]) => `${scheme} ${rest}`),
  fc.integer({ min: 1, max: 12_000 }).map((length) => `Bearer ${"a".repeat(length)}`),
);

export const credentials: Arbitrary<Credentials> = fc.oneof(
  { arbitrary: fc.constant({ kind: "own" } as const), weight: 16 },
  {
    arbitrary: fc.constantFrom("none", "expired", "foreign-key").map((kind) => ({ kind })),
    weight: 2,
  },
  {
    arbitrary: authorization.map((text) => ({ kind: "made-up" as const, authorization: text })),
    weight: 4,
  },
);
