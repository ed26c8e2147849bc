import { describe, expect, it } from "vitest";
import { structureValidator } from "./structure-validator.ts";

const check = (schema: object, value: unknown) =>
  structureValidator.getValidator(schema)(value).errorMessage ?? "valid";

const person = {
  type: "object",
  properties: { name: { type: "string" }, age: { type: ["integer", "null"] } },
  required: ["name"],
  additionalProperties: false,
};

describe("the structure of a result", () => {
  it.each([
    [person, { name: "x", age: 3 }, "valid"],
    [person, { name: "x", age: null }, "valid"],
    [person, {}, "the result has no name"],
    [person, { name: 1 }, "the result.name is not of type string"],
    [person, { name: "x", age: 1.5 }, "the result.age is not of type integer or null"],
    [person, { name: "x", other: 1 }, "the result.other must not be there"],
    [person, [], "the result is not of type object"],
    [{ type: "array", items: { enum: ["a", 1] } }, ["a", 1], "valid"],
    [{ type: "array", items: { enum: ["a", 1] } }, ["a", 2], /result\[1\] is none of the values/],
    [{ const: true }, false, /none of the values/],
    [
      { additionalProperties: { type: "number" } },
      { a: 1, b: "x" },
      /result\.b is not of type number/,
    ],
    [{ patternProperties: { "(a+)+$": {} }, additionalProperties: false }, { aaab: 1 }, "valid"],
    [{ properties: { toString: { type: "string" } } }, {}, "valid"],
    [{ type: "unknown", properties: 7, required: "x", items: [] }, { a: [1] }, "valid"],
  ])("is checked by %j: %j", (schema, value, expected) => {
    const said = check(schema, value);
    if (typeof expected === "string") expect(said).toBe(expected);
    else expect(said).toMatch(expected);
  });

  it("is looked at up to a depth and a number of values", () => {
    const schema: { items?: object } = {};
    schema.items = schema;
    let deep: unknown = 1;
    for (let level = 0; level < 10_000; level += 1) deep = [deep];
    expect(check(schema, deep)).toBe("valid");
    const wide = Array.from({ length: 1_000_000 }, () => 1);
    expect(check({ items: { type: "number" } }, wide)).toBe("valid");
  });
});
