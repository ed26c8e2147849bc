import { describe, expect, it } from "vitest";
import { parseElicitation } from "./elicitation.ts";

const ask = (properties: object, message = "Where to?") =>
  parseElicitation({ message, requestedSchema: { type: "object", properties } } as never);

describe("what a server asks the user for", () => {
  it("becomes fields of a form, with text that may be shown", () => {
    const properties = {
      city: { type: "string", title: "City\u001b[31m", description: "where you are" },
      days: { type: "integer" },
      units: { type: "string", enum: ["metric", "imperial"] },
      alerts: { type: "boolean" },
    };
    expect(ask(properties, "Where\u001b]0;x\u0007 to?")).toEqual({
      message: "Where to?",
      fields: [
        {
          name: "city",
          label: "City",
          about: "where you are",
          kind: "text",
          choices: [],
          required: false,
        },
        { name: "days", label: "days", about: "", kind: "number", choices: [], required: false },
        {
          name: "units",
          label: "units",
          about: "",
          kind: "choice",
          choices: ["metric", "imperial"],
          required: false,
        },
        {
          name: "alerts",
          label: "alerts",
          about: "",
          kind: "choice",
          choices: [true, false],
          required: false,
        },
      ],
    });
  });

  it.each<[object, unknown]>([
    [{ type: "string", default: "서울" }, "서울"],
    [{ type: "integer", default: 30 }, 30],
    [{ type: "number", default: 9.5 }, 9.5],
    [{ type: "boolean", default: false }, false],
    [{ type: "string", enum: ["a", "b"], default: "b" }, "b"],
    [{ type: "string", enum: ["a", "b"], default: "c" }, undefined],
    [{ type: "integer", default: 1.5 }, undefined],
    [{ type: "string", default: "x\u001b[31m" }, undefined],
    [{ type: "string", default: 5 }, undefined],
  ])("with the schema %j is proposed as %j", (schema, initial) => {
    expect(ask({ field: schema })?.fields[0]?.initial).toBe(initial);
  });

  it.each<[object, unknown]>([
    [{ items: { type: "string", enum: ["a", "b"] }, default: ["b", "c"] }, ["b"]],
    [{ items: { anyOf: [{ const: "a", title: "A" }] } }, undefined],
  ])("may be several of a list: %j", (schema, initial) => {
    const field = ask({ field: { type: "array", ...schema } })?.fields[0];
    expect(field).toMatchObject({ kind: "choices", choices: expect.arrayContaining(["a"]) });
    expect(field?.initial).toEqual(initial);
  });

  it("may come with a warning of short secrets", () => {
    const description = "Your favourite (do not give us your phone number, pin, or such)";
    expect(ask({ n: { type: "integer", description } })).not.toBeNull();
    expect(ask({ n: { type: "string", description: "Never share it: your pin" } })).toBeNull();
    expect(ask({ n: { type: "string", description: "Do not share your password" } })).toBeNull();
  });

  it.each([
    [{ password: { type: "string" } }],
    [{ x: { type: "string", title: "Your API key" } }],
    [{ x: { type: "string", description: "비밀번호를 입력하세요" } }],
    [{ accessToken: { type: "string" } }],
  ])("is refused where it is a secret: %j", (properties) => {
    expect(ask(properties)).toBeNull();
  });

  it("is refused where the message asks for a secret under another name", () => {
    expect(ask({ answer: { type: "string" } }, "Type your password here")).toBeNull();
  });
});
