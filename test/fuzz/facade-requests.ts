import fc, { type Arbitrary } from "fast-check";
import {
  anyLoot,
  anyText,
  type Loot,
  names,
  type Parameter,
  registrations,
  text,
  type Value,
} from "./facade-values.ts";
import { asBytes, headerText, latin1, oddHeader } from "./odd-values.ts";

// What a stranger may send to the façade: requests of a sign-in that are right but for a little, made of
// what the stranger has come by.

export interface FacadeRequest {
  readonly method: string;
  readonly path: string;
  readonly query: readonly Parameter[];
  /** Appended to the query as it is: percent signs that mean nothing, and the like. */
  readonly queryNoise: string;
  readonly body:
    | { readonly kind: "form"; readonly parameters: readonly Parameter[] }
    /** A character for each byte. */
    | { readonly kind: "bytes"; readonly contentType: string; readonly bytes: string };
  readonly cookies: readonly Parameter[];
  readonly headers: Readonly<Record<string, string>>;
}

type Name = keyof typeof names;

/** These, each left out now and then, in any order, with one more of any kind at times. */
const parameters = (...usual: Name[]): Arbitrary<Parameter[]> =>
  fc
    .tuple(
      fc.tuple(
        ...usual.map((name) =>
          fc
            .tuple(fc.integer({ min: 0, max: 19 }), names[name])
            .map(([dice, value]): Parameter[] => (dice === 0 ? [] : [[name, value]])),
        ),
      ),
      fc.oneof(
        { arbitrary: fc.constant([] as Parameter[]), weight: 6 },
        {
          arbitrary: fc
            .constantFrom(...(Object.keys(names) as Name[]))
            .chain((name) => names[name].map((value): Parameter[] => [[name, value]])),
          weight: 1,
        },
        {
          arbitrary: fc
            .tuple(fc.string({ maxLength: 20 }), text(anyText))
            .map(([name, value]): Parameter[] => [[name, value]]),
          weight: 1,
        },
      ),
    )
    .map(([usual, more]) => [...usual.flat(), ...more]);

const metadataPath = "/.well-known/oauth-authorization-server";

/** The routes, with what belongs into the query and into the form of each. */
const routes = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      method: fc.constant("GET"),
      path: fc.constant("/oauth/authorize"),
      query: parameters(
        ...(["response_type", "client_id", "redirect_uri", "state", "scope"] as const),
        ...(["code_challenge", "code_challenge_method", "resource", "prompt"] as const),
      ),
      form: fc.constant([]),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      method: fc.constant("POST"),
      path: fc.constant("/oauth/consent"),
      query: fc.constant([]),
      form: parameters("request", "decision"),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      method: fc.constant("GET"),
      path: fc.constant("/oauth/callback"),
      query: parameters("code", "state"),
      form: fc.constant([]),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      method: fc.constant("GET"),
      path: fc.constant("/oauth/callback"),
      query: parameters("error", "error_description", "state"),
      form: fc.constant([]),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      method: fc.constant("POST"),
      path: fc.constant("/oauth/token"),
      query: fc.constant([]),
      form: fc.oneof(
        parameters("grant_type", "client_id", "code", "code_verifier", "redirect_uri", "resource"),
        parameters("grant_type", "client_id", "refresh_token", "scope"),
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      method: fc.constant("POST"),
      path: fc.constant("/oauth/revoke"),
      query: fc.constant([]),
      form: parameters("token", "client_id"),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      method: fc.constant("GET"),
      path: fc.constantFrom(metadataPath, `${metadataPath}/mcp`, `${metadataPath}/sse`),
      query: parameters("state"),
      form: fc.constant([]),
    }),
  },
);

const oddBody = fc.oneof(
  fc.record({
    kind: fc.constant("bytes" as const),
    contentType: fc.constantFrom("application/json", "application/json; charset=utf-16"),
    bytes: registrations.map((value) => asBytes(JSON.stringify(value) ?? "")),
  }),
  fc.record({
    kind: fc.constant("bytes" as const),
    contentType: fc.constantFrom(
      "application/x-www-form-urlencoded",
      "application/x-www-form-urlencoded; charset=utf-7",
      'application/x-www-form-urlencoded; charset="',
      "application/json",
      "multipart/form-data; boundary=x",
      "text/html",
    ),
    bytes: fc.oneof(
      fc.uint8Array({ maxLength: 400 }).map(latin1),
      fc.integer({ min: 16_000, max: 20_000 }).map((length) => `request=${"a".repeat(length)}`),
      fc.integer({ min: 1, max: 8_000 }).map((depth) => "[".repeat(depth) + "]".repeat(depth)),
      fc.integer({ min: 100, max: 4_000 }).map((count) => "a=&".repeat(count)),
    ),
  }),
);

const cookieNames = ["cleanauth-browser", "cleanauth-consents", "cleanauth-sign-in-own"] as const;

const cookies: Arbitrary<Parameter[]> = fc.array(
  fc.oneof(
    { arbitrary: fc.constant<Parameter>(["cleanauth-browser", own("own-browser")]), weight: 4 },
    { arbitrary: fc.constant<Parameter>(["cleanauth-sign-in-own", own("own-sign-in")]), weight: 4 },
    { arbitrary: fc.tuple(fc.constantFrom(...cookieNames), anyLoot), weight: 2 },
    {
      arbitrary: fc.tuple(
        fc.constantFrom(...cookieNames, "cleanauth-sign-in-", "__Host-cleanauth-browser"),
        text(headerText(40)),
      ),
      weight: 1,
    },
  ),
  { maxLength: 4 },
);

function own(of: Loot): Value {
  return { kind: "loot", of };
}

const otherMethods = ["GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"];

/** Requests to every route of the façade, of somebody who has come by all of {@link loot}. */
export const facadeRequests: Arbitrary<FacadeRequest> = fc
  .tuple(
    routes,
    fc.record({
      otherMethod: fc.oneof(
        { arbitrary: fc.constant(null), weight: 12 },
        { arbitrary: fc.constantFrom(...otherMethods), weight: 1 },
      ),
      oddBody: fc.oneof(
        { arbitrary: fc.constant(null), weight: 10 },
        { arbitrary: oddBody, weight: 1 },
      ),
      queryNoise: fc.oneof(
        { arbitrary: fc.constant(""), weight: 10 },
        {
          arbitrary: fc.constantFrom(
            ...["&%", "&%zz=%", "&%00=%ff", "&=&&=", "&state=%0d%0ax", "&a[b]=c", "?&redirect_uri"],
            ...["&client_id=", "&__proto__[x]=1", "#x", ";state=1"],
          ),
          weight: 1,
        },
      ),
      cookies,
      headers: fc.oneof(
        { arbitrary: fc.constant({}), weight: 5 },
        {
          arbitrary: fc.array(oddHeader, { minLength: 1, maxLength: 3 }).map(Object.fromEntries),
          weight: 1,
        },
        {
          arbitrary: fc
            .constantFrom("ko", "ko-KR,en;q=0.5", "*", "\xff")
            .map((language) => ({ "Accept-Language": language })),
          weight: 1,
        },
      ),
    }),
  )
  .map(([{ form, ...route }, { otherMethod, oddBody, ...rest }]) => ({
    ...route,
    ...rest,
    method: otherMethod ?? route.method,
    body: oddBody ?? { kind: "form" as const, parameters: form },
  }));
