import fc, { type Arbitrary } from "fast-check";

// What a hostile caller may send, from nearly right to noise. Property-based tests shrink what fails
// to the smallest request that still does.

/** Which credentials go with a request; the test knows what the words stand for. */
export type Credentials =
  | { readonly kind: "own" | "none" | "expired" | "foreign-key" }
  | { readonly kind: "made-up"; readonly authorization: string };

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

/** A header may hold what Node lets through: no line ends, nothing past Latin-1. */
const headerText = (maxLength = 80) =>
  fc.string({ unit: fc.integer({ min: 0x20, max: 0xff }).map(printable), maxLength });
const printable = (code: number) => String.fromCharCode(code === 0x7f ? 0x20 : code);

const mostly = <T>(usual: T, others: Arbitrary<T>): Arbitrary<T> =>
  fc.oneof({ arbitrary: fc.constant(usual), weight: 8 }, { arbitrary: others, weight: 1 });

/** Any JSON, with names that mean something to JavaScript among its keys. */
const anyJson = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.dictionary(
    fc.constantFrom("__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "then"),
    fc.jsonValue({ maxDepth: 2 }),
  ),
  fc.constantFrom<unknown>(1e308, -0, 2 ** 53, 1e-320, "\ud800", "\u0000", "\u202e", "👍", "한글"),
);

const toolNames = [
  "whoami",
  "get_forecast",
  "get_alerts",
  "list_notes",
  "add_note",
  "search_notes",
  "delete_note",
  "host_status",
];

const argumentNames = ["text", "query", "id", "limit", "before", "state", "latitude", "longitude"];

const toolArguments: Arbitrary<unknown> = fc.oneof(
  fc.dictionary(fc.constantFrom(...argumentNames), anyJson),
  anyJson,
);

const fittingCall = fc.oneof(
  fc.constantFrom("whoami", "list_notes", "host_status").map((name) => ({ name, arguments: {} })),
  fc.string({ minLength: 1 }).map((text) => ({ name: "add_note", arguments: { text } })),
  fc.string({ minLength: 1 }).map((query) => ({ name: "search_notes", arguments: { query } })),
  fc.string({ minLength: 1 }).map((id) => ({ name: "delete_note", arguments: { id } })),
);

const toolCall: Arbitrary<unknown> = fc.oneof(
  fittingCall,
  fc.record(
    {
      name: mostly<unknown>("whoami", fc.oneof(fc.constantFrom(...toolNames), anyJson)),
      arguments: toolArguments,
      _meta: fc.record({ progressToken: anyJson }),
    },
    { requiredKeys: ["name", "arguments"] },
  ),
);

const methods = [
  "initialize",
  "ping",
  "tools/list",
  "tools/call",
  "resources/list",
  "resources/read",
  "prompts/get",
  "completion/complete",
  "logging/setLevel",
  "notifications/initialized",
  "notifications/cancelled",
  "notifications/progress",
  "notifications/roots/list_changed",
];

const anyId = mostly<unknown>(7, fc.oneof(fc.integer(), fc.string({ maxLength: 40 }), anyJson));

const jsonRpc = fc.record(
  {
    jsonrpc: mostly<unknown>("2.0", anyJson),
    id: anyId,
    method: mostly<unknown>(
      "tools/list",
      fc.oneof(fc.constantFrom(...methods), fc.string(), anyJson),
    ),
    params: fc.oneof(toolCall, anyJson),
  },
  { requiredKeys: ["jsonrpc", "method"] },
);

/** An answer to a question that the server has not asked. */
const response = fc.oneof(
  fc.record({ jsonrpc: fc.constant("2.0"), id: anyId, result: anyJson }),
  fc.record({
    jsonrpc: fc.constant("2.0"),
    id: anyId,
    error: fc.oneof(anyJson, fc.record({ code: fc.integer(), message: fc.string() })),
  }),
);

const goodCall = fc.record({
  jsonrpc: fc.constant("2.0"),
  id: fc.oneof(fc.integer(), fc.string({ maxLength: 40 })),
  method: fc.constant("tools/call"),
  params: toolCall,
});

const goodInitialize = fc.record({
  jsonrpc: fc.constant("2.0"),
  id: fc.integer(),
  method: fc.constant("initialize"),
  params: fc.record({
    protocolVersion: mostly("2025-11-25", fc.string()),
    capabilities: mostly<unknown>({}, fc.dictionary(fc.string(), anyJson)),
    clientInfo: fc.record({ name: fc.string(), version: fc.string() }),
  }),
});

const wellFormed = fc
  .oneof(
    { arbitrary: goodCall, weight: 5 },
    { arbitrary: jsonRpc, weight: 4 },
    { arbitrary: response, weight: 1 },
    { arbitrary: goodInitialize, weight: 1 },
    { arbitrary: anyJson, weight: 1 },
  )
  .map((value) => JSON.stringify(value));

/** Text with something put into its middle, or its end cut off. */
const damaged = fc
  .tuple(wellFormed, fc.nat(), fc.string({ maxLength: 8 }), fc.boolean())
  .map(([text, place, noise, isCut]) => {
    const at = place % (text.length + 1);
    return text.slice(0, at) + noise + (isCut ? "" : text.slice(at));
  });

/** As deep as fits, which nothing that recurses survives without a bound. */
const deep = fc
  .tuple(fc.integer({ min: 1, max: 100_000 }), fc.constantFrom("[]", '{"a":}'), fc.boolean())
  .map(([depth, pair, isParams]) => {
    const [open = "", close = ""] = [pair.slice(0, -1), pair.slice(-1)];
    const nested = `${open.repeat(depth)}1${close.repeat(depth)}`;
    if (!isParams) return nested;
    return `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"whoami","arguments":{"a":${nested}}}}`;
  });

const bodies: Arbitrary<string> = fc.oneof(
  { arbitrary: wellFormed.map(asBytes), weight: 20 },
  { arbitrary: damaged.map(asBytes), weight: 4 },
  { arbitrary: fc.uint8Array({ maxLength: 300 }).map(latin1), weight: 2 },
  { arbitrary: deep.map(asBytes), weight: 1 },
);

/** The bytes of a text in UTF-8, each as a character. */
function asBytes(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}

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

const credentials: Arbitrary<Credentials> = fc.oneof(
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

const session: Arbitrary<SessionChoice> = fc.oneof(
  { arbitrary: fc.constant({ kind: "own" } as const), weight: 8 },
  { arbitrary: fc.constantFrom("none", "of-somebody-else").map((kind) => ({ kind })), weight: 4 },
  { arbitrary: headerText().map((id) => ({ kind: "made-up" as const, id })), weight: 1 },
);

const oddHeader = fc.oneof(
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
  body: bodies,
});

const requestLine = fc.constantFrom(
  "POST /mcp HTTP/1.1\r\n",
  "GET /sse HTTP/1.1\r\n",
  "POST /mcp HTTP/9.9\r\n",
  "",
);

/** Bytes on a connection that are no request, or nearly one. */
export const hostileBytes: Arbitrary<string> = fc.oneof(
  fc.uint8Array({ maxLength: 600 }).map(latin1),
  fc
    .tuple(
      requestLine,
      fc.array(
        fc.oneof(
          fc.constantFrom(
            "Host: localhost\r\n",
            "Content-Length: 10\r\n",
            "Content-Length: -1\r\n",
            "Content-Length: 99999999999999999999\r\n",
            "Transfer-Encoding: chunked\r\n",
            "Transfer-Encoding: chunked, identity\r\n",
            "Transfer-Encoding : chunked\r\n",
            "Connection: upgrade\r\nUpgrade: websocket\r\n",
            "Expect: 100-continue\r\n",
            " folded: line\r\n",
            "\r\n",
          ),
          headerText().map((text) => `${text}\r\n`),
          headerText().map((text) => `X: ${text}\n`),
        ),
        { maxLength: 8 },
      ),
      fc.string({ maxLength: 100 }),
    )
    .map(([line, headers, rest]) => `${line}${headers.join("")}\r\n${rest}`),
);
