import { JSONRPCMessageSchema } from "@modelcontextprotocol/sdk/types.js";
import { describe, expect, it } from "vitest";
import { isJson, isPlainRequest, parseMessage } from "./json-rpc-body.ts";

const bytes = (text: string) => Buffer.from(text);

describe("parseMessage", () => {
  it("reads a message with Korean in it as it was sent", () => {
    const message = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "메모" } };
    expect(parseMessage(bytes(JSON.stringify(message)))).toEqual({ message });
  });

  it.each([
    ["nothing", ""],
    ["no JSON", "{"],
    ["two messages in a row", '{"jsonrpc":"2.0","id":1,"method":"a"}{}'],
    ["brackets without end", "[".repeat(500_000)],
  ])("calls %s a parse error", (_case, text) => {
    expect(parseMessage(bytes(text))).toMatchObject({ code: -32700 });
  });

  it("calls broken UTF-8 a parse error in place of passing on replaced characters", () => {
    const message = bytes('{"jsonrpc":"2.0","id":1,"method":"한"}');
    message[message.indexOf(0xed)] = 0xff;
    expect(parseMessage(message)).toMatchObject({ code: -32700 });
  });

  it.each([
    ["a batch", '[{"jsonrpc":"2.0","id":1,"method":"ping"}]'],
    ["an empty batch", "[]"],
    ["JSON-RPC 1.0", '{"id":1,"method":"ping"}'],
    ["null", "null"],
    ["a number", "7"],
    ["an id that is an object", '{"jsonrpc":"2.0","id":{},"method":"ping"}'],
    ["a method that is no text", '{"jsonrpc":"2.0","id":1,"method":7}'],
    ["params that are a list", '{"jsonrpc":"2.0","id":1,"method":"ping","params":[1]}'],
  ])("calls %s an invalid request", (_case, text) => {
    expect(parseMessage(bytes(text))).toMatchObject({ code: -32600 });
  });

  it("takes 16 KB for an initialize and no more: a session keeps what it says", () => {
    const initialize = (name: string) => ({
      ...{ jsonrpc: "2.0", id: 1, method: "initialize" },
      params: {
        protocolVersion: "2025-11-25",
        capabilities: {},
        clientInfo: { name, version: "1" },
      },
    });
    const parse = (name: string) => parseMessage(bytes(JSON.stringify(initialize(name))));
    expect(parse("x".repeat(16_000))).toHaveProperty("message");
    expect(parse("x".repeat(17_000))).toMatchObject({ status: 413, id: 1 });
  });

  it("is done with a body of as many keys as fit within milliseconds", () => {
    const keys = Array.from({ length: 9_000 }, (_, index) => `"${index}":1`).join();
    const bodies = [`{${keys}}`, `{"jsonrpc":"2.0","id":1,"method":"a","params":{${keys}}}`];
    const startedAt = process.cpuUsage();
    for (const body of bodies) parseMessage(bytes(body));
    expect(process.cpuUsage(startedAt).user).toBeLessThan(250_000);
  });

  it("lets no prototype be set from outside", () => {
    const text =
      '{"jsonrpc":"2.0","id":1,"method":"x","params":{"__proto__":{"polluted":1},"a":{"__proto__":{"polluted":1}}}}';
    parseMessage(bytes(text));
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe("isPlainRequest", () => {
  it("takes nothing for a request that the SDK's own schema would not", () => {
    const values = [undefined, null, 0, 1, -1, 1.5, 2 ** 53, "", "a", true, {}, [], { a: 1 }, [1]];
    let taken = 0;
    for (const jsonrpc of ["2.0", "1.0", ...values])
      for (const id of values)
        for (const method of values)
          for (const params of [...values, { _meta: 1 }, { _meta: {} }, { "": 1 }]) {
            const candidates = [
              { jsonrpc, id, method, params },
              { jsonrpc, id, method, params, x: 1 },
            ];
            for (const json of candidates) {
              if (!isPlainRequest(json)) continue;
              taken += 1;
              expect(JSONRPCMessageSchema.safeParse(json)).toMatchObject({ data: json });
            }
          }
    expect(taken).toBeGreaterThan(10);
  });

  it.each([null, 7, "x", [], {}])("takes %j for none", (json) => {
    expect(isPlainRequest(json)).toBe(false);
  });
});

describe("isJson", () => {
  it.each([
    "application/json",
    "Application/JSON; charset=UTF-8",
    'application/json;charset="utf-8"',
    "application/json; charset=utf8",
  ])("takes %s", (header) => expect(isJson(header)).toBe(true));

  it.each([
    undefined,
    "",
    "text/plain",
    "application/json-rpc",
    "text/plain; a=application/json",
    "application/json; charset=euc-kr",
    "application/x-www-form-urlencoded",
  ])("refuses %s", (header) => expect(isJson(header)).toBe(false));
});
