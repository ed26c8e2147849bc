import { expect, test } from "vitest";
import { parseState } from "./state.ts";

test("before the first apply a state holds nothing", () => {
  expect(parseState("")).toEqual({ resourceTypes: new Set(), outputs: {} });
});

test("of a state the types of what was made and the outputs are kept, and nothing that is secret", () => {
  const state = parseState(
    JSON.stringify({
      version: 4,
      outputs: { Region: { value: "us-east-1", type: "string" } },
      resources: [
        { mode: "data", type: "aws_vpc", name: "vpc", instances: [] },
        {
          mode: "managed",
          type: "aws_cognito_user_pool_client",
          name: "client",
          instances: [{ attributes: { client_secret: "hidden" } }],
        },
      ],
    }),
  );
  expect(state).toEqual({
    resourceTypes: new Set(["aws_cognito_user_pool_client"]),
    outputs: { Region: "us-east-1" },
  });
});
