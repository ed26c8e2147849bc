import fc, { type Arbitrary } from "fast-check";
import { anyJson, asBytes, latin1, mostly } from "./odd-values.ts";

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

/** Bodies for `/mcp`: JSON-RPC that fits, that nearly does, and noise. A character for each byte. */
export const messageBodies: Arbitrary<string> = fc.oneof(
  { arbitrary: wellFormed.map(asBytes), weight: 20 },
  { arbitrary: damaged.map(asBytes), weight: 4 },
  { arbitrary: fc.uint8Array({ maxLength: 300 }).map(latin1), weight: 2 },
  { arbitrary: deep.map(asBytes), weight: 1 },
);
