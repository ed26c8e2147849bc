import { describe, expect, it } from "vitest";
import { isJson, parseMessage } from "./json-rpc-body.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

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
    const message = bytes('{"jsonrpc":"2.0","id":1,"method":"한"}').slice();
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

  it("lets no prototype be set from outside", () => {
    const text =
      '{"jsonrpc":"2.0","id":1,"method":"x","params":{"__proto__":{"polluted":1},"a":{"__proto__":{"polluted":1}}}}';
    parseMessage(bytes(text));
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
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
