import fc, { type Arbitrary } from "fast-check";
import { anyJson } from "./odd-values.ts";

// Values that a stranger may put into a request to the façade: what there is to be come by, the same with
// damage, and what is chosen to do harm.

/** What a stranger may have come by; the test knows the texts that the words stand for. */
export const loot = [
  "own-client",
  "victims-client",
  "public-client",
  "document-client",
  "own-form",
  "victims-form",
  "own-browser",
  "own-state",
  "own-sign-in",
  "victims-state",
  "own-code",
  "victims-code",
  "own-refresh-token",
  "victims-refresh-token",
  "access-token",
] as const;

export type Loot = (typeof loot)[number];

/** The value of a parameter or of a cookie. */
export type Value =
  | { readonly kind: "loot"; readonly of: Loot }
  /** The same with something done to its middle or end. */
  | {
      readonly kind: "damaged";
      readonly of: Loot;
      readonly at: number;
      readonly noise: string;
      readonly isCut: boolean;
    }
  | { readonly kind: "text"; readonly text: string };

export type Parameter = readonly [name: string, value: Value];

/** What one would put into a redirect URI to have a browser go elsewhere, or run something. */
const redirectUris = fc.oneof(
  fc.constantFrom(
    "http://localhost:9000/callback",
    "http://localhost:1/callback",
    "http://127.0.0.1:9000/callback",
    "https://app.example.com/callback",
    "https://app.example.com:443/callback",
    "https://app.example.com/callback?a=b",
    "https://app.example.com/callback/../x",
    "https://app.example.com@evil.example/callback",
    "https://evil.example\\@app.example.com/callback",
    "https://app.example.com%2eevil.example/",
    "https://app.example.com\u3002evil.example/",
    "https://app.example.com;sandbox/",
    "https:evil.example",
    "//evil.example",
    "/oauth/callback",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "com.example.app:/callback",
    "cursor://evil/callback",
    "http://localhost:9000/callback\r\nSet-Cookie: a=b",
    "http://[::1]:9/callback",
    "http://[::ffff:127.0.0.1]/callback",
    "http://0/callback",
    "http://2130706433/callback",
  ),
  fc.webUrl({ withQueryParameters: true, withFragments: true }),
  fc.string({ unit: "binary", maxLength: 60 }),
);

const html = fc.constantFrom(
  `"><script>alert(1)</script>`,
  "<img src=x onerror=alert(1)>",
  "' autofocus onfocus='alert(1)",
  "</title><h1>",
  "&lt;script&gt;",
  "\u202e\u2066evil\u2069",
  "\r\nX-Injected: 1",
  "%0d%0aX-Injected:%201",
  "\0",
  "__proto__",
  "constructor",
  "한글 이름 👍",
);

export const anyText = fc.oneof(
  html,
  redirectUris,
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.string({ unit: "grapheme", maxLength: 60 }),
  fc
    .tuple(fc.constantFrom("a", "가", "%", "."), fc.integer({ min: 1, max: 4_000 }))
    .map(([unit, length]) => unit.repeat(length)),
  // In the shape of a sealed text.
  fc.constantFrom("eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..AAAA.AAAA.AAAA", "e30.e30.", "...."),
);

export const text = (arbitrary: Arbitrary<string>): Arbitrary<Value> =>
  arbitrary.map((text) => ({ kind: "text", text }));

export const anyLoot: Arbitrary<Value> = fc.oneof(
  { arbitrary: fc.constantFrom(...loot).map((of) => ({ kind: "loot" as const, of })), weight: 2 },
  {
    arbitrary: fc.record({
      kind: fc.constant("damaged" as const),
      of: fc.constantFrom(...loot),
      at: fc.nat(),
      noise: fc.string({ maxLength: 4 }),
      isCut: fc.boolean(),
    }),
    weight: 1,
  },
);

/** Mostly one of what fits, at times what belongs elsewhere, at times anything. */
const mostlyOf = (...fitting: (Loot | { readonly text: string })[]): Arbitrary<Value> =>
  fc.oneof(
    {
      arbitrary: fc
        .constantFrom(...fitting)
        .map(
          (value): Value =>
            typeof value === "string"
              ? { kind: "loot", of: value }
              : { kind: "text", text: value.text },
        ),
      weight: 50,
    },
    { arbitrary: anyLoot, weight: 2 },
    { arbitrary: text(anyText), weight: 2 },
  );

const literal = (...texts: string[]) => mostlyOf(...texts.map((text) => ({ text })));
const s256 = "c".repeat(43);

/** The parameters of the façade, each with what mostly fits. */
export const names = {
  response_type: literal("code"),
  // Not one at which a document would be looked for: a test asks no name server.
  client_id: mostlyOf("own-client", "victims-client", "public-client", "document-client").filter(
    (value) => value.kind !== "text" || !value.text.startsWith("https:"),
  ),
  redirect_uri: fc.oneof(
    { arbitrary: literal("http://localhost:9000/callback"), weight: 2 },
    { arbitrary: literal("https://app.example.com/callback"), weight: 1 },
    { arbitrary: literal("com.example.app:/callback"), weight: 1 },
    { arbitrary: text(redirectUris), weight: 1 },
  ),
  state: mostlyOf({ text: "state" }, "own-state", "victims-state"),
  scope: literal("mcp-auth/notes:read", "openid", "mcp-auth/a<b>", "mcp-auth/\u202ex", "a b"),
  code_challenge: literal(s256),
  code_challenge_method: literal("S256"),
  resource: literal("", "https://evil.example/"),
  prompt: literal("consent", "none"),
  request: mostlyOf("own-form", "victims-form"),
  decision: literal("allow", "deny"),
  code: mostlyOf("own-code", "victims-code"),
  error: literal("access_denied", "<b>"),
  error_description: literal("<script>"),
  grant_type: literal("authorization_code", "refresh_token", "authorization_code", "password"),
  code_verifier: literal("v".repeat(43)),
  refresh_token: mostlyOf("own-refresh-token", "victims-refresh-token"),
  token: mostlyOf("victims-refresh-token", "access-token"),
  client_secret: literal("secret"),
  __proto__x: literal("x"),
} satisfies Record<string, Arbitrary<Value>>;

/** What a client says about itself, or somebody who is none. */
export const registrations: Arbitrary<unknown> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record(
      {
        redirect_uris: fc.oneof(
          { arbitrary: redirectUris.map((uri) => [uri]), weight: 9 },
          { arbitrary: fc.array(redirectUris, { maxLength: 10 }), weight: 1 },
          { arbitrary: anyJson, weight: 1 },
        ),
        client_name: fc.oneof({ arbitrary: anyText, weight: 9 }, { arbitrary: anyJson, weight: 1 }),
        grant_types: anyJson,
        token_endpoint_auth_method: fc.constantFrom("none", "client_secret_basic"),
        client_id: anyJson,
        __proto__x: anyJson,
      },
      { requiredKeys: ["redirect_uris"] },
    ),
  },
  { weight: 1, arbitrary: anyJson },
);
