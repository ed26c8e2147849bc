import fc, { type Arbitrary } from "fast-check";
import { type Credentials, credentials } from "./hostile-credentials.ts";
import { messageBodies } from "./hostile-messages.ts";
import { headerText, mostly, oddHeader } from "./odd-values.ts";

// What a hostile caller may send, from nearly right to noise. Property-based tests shrink what fails
// to the smallest request that still does.

/** Which session a request names. */
export type SessionChoice =
  | { readonly kind: "own" | "none" | "of-somebody-else" }
  | { readonly kind: "made-up"; readonly id: string };

export interface HostileRequest {
  readonly method: string;
  /** `{session}` stands for the id of the chosen session. */
  readonly path: string;
  readonly credentials: Credentials;
  readonly session: SessionChoice;
  readonly headers: Readonly<Record<string, string>>;
  /** A character for each byte, so that a failure can be read. */
  readonly body: string;
}

const session: Arbitrary<SessionChoice> = fc.oneof(
  { arbitrary: fc.constant({ kind: "own" } as const), weight: 8 },
  { arbitrary: fc.constantFrom("none", "of-somebody-else").map((kind) => ({ kind })), weight: 4 },
  { arbitrary: headerText().map((id) => ({ kind: "made-up" as const, id })), weight: 1 },
);

/** What a URL may be made of; Node refuses to send the rest. */
const pathText = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
  maxLength: 60,
});

const paths: Arbitrary<string> = fc.oneof(
  { arbitrary: fc.constant("/mcp"), weight: 20 },
  { arbitrary: fc.constant("/messages?sessionId={session}"), weight: 3 },
  {
    arbitrary: fc.constantFrom(
      "/sse",
      "/messages",
      "/messages?sessionId=",
      "/messages?sessionId={session}&sessionId=x",
      "/mcp?access_token=x",
      "/mcp?session_id={session}",
      "/health",
      "/metrics",
      "/authorize",
      "/token",
      "/register",
      "/revoke",
      "/callback",
      "/.well-known/oauth-protected-resource",
      "/.well-known/oauth-authorization-server",
      "/mcp/../health",
      "/%6dcp",
      "//mcp",
      "/mcp%00",
    ),
    weight: 3,
  },
  { arbitrary: pathText.map((text) => `/${text}`), weight: 1 },
);

/** Requests that a caller with a good token of its own, or without one, may think of. */
export const hostileRequests: Arbitrary<HostileRequest> = fc.record({
  method: mostly(
    "POST",
    fc.constantFrom("POST", "GET", "DELETE", "PUT", "PATCH", "HEAD", "OPTIONS", "PROPFIND"),
  ),
  path: paths,
  credentials,
  session,
  headers: fc.oneof(
    { arbitrary: fc.constant({}), weight: 4 },
    {
      arbitrary: fc.array(oddHeader, { minLength: 1, maxLength: 4 }).map(Object.fromEntries),
      weight: 1,
    },
  ),
  body: messageBodies,
});
