import { describe, expect, it } from "vitest";
import { createExchange, type ExchangeEvent, masked, maskedDetails } from "./exchange.ts";

describe("createExchange", () => {
  it("joins each answer with its question, also when they come in another order", () => {
    const events: ExchangeEvent[] = [];
    const exchange = createExchange((event) => void events.push(event));
    const first = exchange("Cognito", "InitiateAuth");
    const second = exchange("MCP server", "POST http://localhost/mcp");
    second("refused", "401");
    first("ok", "NEW_PASSWORD_REQUIRED");
    expect(events.map(({ type, id, what }) => [type, id, what])).toEqual([
      ["asked", 1, "InitiateAuth"],
      ["asked", 2, "POST http://localhost/mcp"],
      ["answered", 2, "POST http://localhost/mcp"],
      ["answered", 1, "InitiateAuth"],
    ]);
  });

  it("records nothing where nobody looks on", () => {
    expect(() => createExchange()("Cognito", "InitiateAuth")("ok", "ok")).not.toThrow();
  });
});

describe("maskedDetails", () => {
  it("shows what is listed, and masks whatever is not", () => {
    const values = { Username: "demo", Password: "hunter2!", List: ["a"], Absent: undefined };
    expect(maskedDetails(values, new Set(["Username", "List"]))).toEqual({
      Username: "demo",
      Password: masked,
      List: '["a"]',
    });
  });
});
