import { describe, expect, it } from "vitest";
import { parseRequest } from "./parse-request.ts";
import { ServiceError } from "./service-error.ts";

const modelId = "us.amazon.nova-2-lite-v1:0";
const say = (role: string, ...content: object[]) => ({ role, content });
const text = (value: string) => ({ text: value });
const use = (toolUseId: string, input: unknown = {}) => ({
  toolUse: { toolUseId, name: "t", input },
});
const result = (toolUseId: string, content: object[] = [text("ok")], status?: string) => ({
  toolResult: { toolUseId, content, ...(status && { status }) },
});
const offer = (name = "t", json: unknown = { type: "object" }, rest: object = {}) => ({
  toolSpec: { name, inputSchema: { json }, ...rest },
});
const toolConfig = { tools: [offer()] };
const hi = say("user", text("hi"));

function refusalOf(body: unknown, id = modelId): { exception: string; message: string } {
  try {
    parseRequest(id, Buffer.from(JSON.stringify(body)));
  } catch (error) {
    if (error instanceof ServiceError)
      return { exception: error.exception, message: error.message };
    throw error;
  }
  return { exception: "none", message: "accepted" };
}

describe("a conversation is accepted", () => {
  it.each<[what: string, body: object]>([
    ["of one question", { messages: [hi] }],
    ["of two questions", { messages: [hi, say("assistant", text("yes?")), hi] }],
    [
      "with a tool use and its result",
      {
        messages: [hi, say("assistant", text("…"), use("a")), say("user", result("a"))],
        toolConfig,
      },
    ],
    [
      "with results in another order",
      {
        messages: [hi, say("assistant", use("a"), use("b")), say("user", result("b"), result("a"))],
        toolConfig,
      },
    ],
    [
      "with a result that has no content",
      { messages: [hi, say("assistant", use("a")), say("user", result("a", []))], toolConfig },
    ],
    [
      "with JSON in a result",
      {
        messages: [
          hi,
          say("assistant", use("a")),
          say("user", result("a", [{ json: { x: 1 } }], "success")),
        ],
        toolConfig,
      },
    ],
    [
      "with cache points",
      {
        messages: [say("user", text("hi"), { cachePoint: { type: "default" } })],
        toolConfig: { tools: [offer(), { cachePoint: { type: "default" } }] },
      },
    ],
    [
      "with fields that the stand-in does not know",
      { messages: [hi], additionalModelRequestFields: { top_k: 5 }, guardrailConfig: {} },
    ],
  ])("%s", (_, body) => {
    expect(refusalOf(body).message).toBe("accepted");
  });

  it.each([
    "anthropic.claude-3-haiku-20240307-v1:0",
    "global.anthropic.claude-haiku-4-5-20251001-v1:0",
    "us.amazon.nova-2-lite-v1:0",
    "us-gov.anthropic.claude-3-5-sonnet-20240620-v1:0",
    "amazon.nova-lite-v1:0:300k",
    "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0",
    "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.amazon.nova-lite-v1:0",
  ])("for the model %s", (id) => {
    expect(refusalOf({ messages: [hi] }, id).message).toBe("accepted");
  });
});

describe("a conversation is refused with the service's words", () => {
  it.each<[body: object, message: string | RegExp]>([
    [
      { messages: [] },
      "A conversation must start with a user message. Try again with a conversation that starts with a user message.",
    ],
    [{}, /^A conversation must start with a user message\./],
    [
      { messages: [say("assistant", text("hi"))] },
      /^A conversation must start with a user message\./,
    ],
    [
      { messages: [hi, hi] },
      "A conversation must alternate between user and assistant roles. Make sure the conversation alternates between user and assistant roles and try again.",
    ],
    [
      { messages: [hi, say("assistant", text("hi"))] },
      "The model that you are using requires the last turn in the conversation to be a user message. Add a user message to the conversation and try again.",
    ],
    [
      { messages: [say("user")] },
      "The content field in the Message object at messages.0 is empty. Add a ContentBlock object to the content field and try again.",
    ],
    [
      { messages: [say("user", text("  "))] },
      "The text field in the ContentBlock object at messages.0.content.0 is blank. Add text to the text field, and try again.",
    ],
    [
      { messages: [hi], system: [text("")] },
      /^The text field in the SystemContentBlock object at system\.0 is blank\./,
    ],
    [
      { messages: [hi, say("assistant", use("a")), say("user", text("and?"))], toolConfig },
      "Expected toolResult blocks at messages.2.content for the following Ids: a",
    ],
    [
      {
        messages: [hi, say("assistant", use("a"), use("b"), use("c")), say("user", result("b"))],
        toolConfig,
      },
      "Expected toolResult blocks at messages.2.content for the following Ids: a, c",
    ],
    [
      { messages: [hi, say("assistant", use("a")), say("user", result("x"))], toolConfig },
      "Expected toolResult blocks at messages.2.content for the following Ids: a",
    ],
    [
      {
        messages: [hi, say("assistant", use("a")), say("user", result("a"), result("a"))],
        toolConfig,
      },
      "The number of toolResult blocks at messages.2.content exceeds the number of toolUse blocks of previous turn.",
    ],
    [
      { messages: [say("user", result("a"))], toolConfig },
      "The number of toolResult blocks at messages.0.content exceeds the number of toolUse blocks of previous turn.",
    ],
    [
      {
        messages: [hi, say("assistant", use("a"), use("a")), say("user", result("a"))],
        toolConfig,
      },
      /messages\.1\.content\.1: `tool_use` ids must be unique$/,
    ],
    [
      { messages: [hi, say("assistant", use("a")), say("user", result("a"))] },
      "The toolConfig field must be defined when using toolUse and toolResult content blocks.",
    ],
    [
      { messages: [hi, say("assistant", use("a", "{}")), say("user", result("a"))], toolConfig },
      "The format of the value at messages.1.content.0.toolUse.input is invalid. Provide a json object for the field and try again.",
    ],
    [
      {
        messages: [hi, say("assistant", use("a")), say("user", result("a", [{ json: [1] }]))],
        toolConfig,
      },
      "The format of the value at messages.2.content.0.toolResult.content.0.json is invalid. Provide a json object for the field and try again.",
    ],
    [
      {
        messages: [hi, say("assistant", use("a")), say("user", result("a", [], "error"))],
        toolConfig,
      },
      "The content field at messages.2.content.0.toolResult cannot be empty when status value is error.",
    ],
    [
      {
        messages: [hi, say("assistant", use("a")), say("user", result("a", [text("")]))],
        toolConfig,
      },
      /text content blocks must be non-empty$/,
    ],
    [
      { messages: [say("user", { image: { format: "png", source: { bytes: "" } } })] },
      "This model doesn't support the image field for user messages. Remove image and try again.",
    ],
    [
      { messages: [hi], toolConfig: { tools: [offer("a"), offer("a")] } },
      "The tool a is already defined at toolConfig.tools.1.",
    ],
    [
      { messages: [hi], toolConfig: { tools: [offer("a", { type: "string" })] } },
      "The value at toolConfig.tools.0.toolSpec.inputSchema.json.type must be one of the following: object.",
    ],
    [
      { messages: [hi], toolConfig: { tools: [offer("a", {})] } },
      /inputSchema\.json\.type must be one of the following: object\.$/,
    ],
    [
      {
        messages: [hi],
        toolConfig: {
          tools: [offer("a", { type: "object", properties: { x: { type: "text" } } })],
        },
      },
      /tools\.0\.custom\.input_schema: JSON schema is invalid\. It must match JSON Schema draft 2020-12/,
    ],
    [
      { messages: [hi], toolConfig: { tools: [offer("a", { type: "object", required: "x" })] } },
      /JSON schema is invalid/,
    ],
    [
      {
        messages: [hi],
        toolConfig: {
          tools: [offer("a", { type: "object", properties: { x: { pattern: "(" } } })],
        },
      },
      /JSON schema is invalid/,
    ],
    [
      { messages: [hi], toolConfig: { tools: [offer()], toolChoice: { tool: { name: "other" } } } },
      /other at toolConfig\.toolChoice\.tool\.name is not defined/,
    ],
    [
      { messages: [say("user", text("x".repeat(900_000)))] },
      "Input is too long for requested model.",
    ],
  ])("%j", (body, message) => {
    const refusal = refusalOf(body);
    expect(refusal.exception).toBe("ValidationException");
    if (typeof message === "string") expect(refusal.message).toBe(message);
    else expect(refusal.message).toMatch(message);
  });
});

describe("a value that breaks a constraint is named the way AWS names it", () => {
  it.each<[body: object, message: string]>([
    [
      { messages: [hi], toolConfig: { tools: [offer("server.tool")] } },
      "1 validation error detected: Value 'server.tool' at 'toolConfig.tools.1.member.toolSpec.name' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_-]+",
    ],
    [
      { messages: [hi], toolConfig: { tools: [offer("x".repeat(65))] } },
      `1 validation error detected: Value '${"x".repeat(65)}' at 'toolConfig.tools.1.member.toolSpec.name' failed to satisfy constraint: Member must have length less than or equal to 64`,
    ],
    [
      { messages: [hi], toolConfig: { tools: [] } },
      "1 validation error detected: Value '[]' at 'toolConfig.tools' failed to satisfy constraint: Member must have length greater than or equal to 1",
    ],
    [
      { messages: [say("system", text("x"))] },
      "1 validation error detected: Value 'system' at 'messages.1.member.role' failed to satisfy constraint: Member must satisfy enum value set: [user, assistant]",
    ],
    [
      { messages: [{ role: "user" }] },
      "1 validation error detected: Value at 'messages.1.member.content' failed to satisfy constraint: Member must not be null",
    ],
    [
      { messages: [hi], inferenceConfig: { temperature: 2, maxTokens: 0 } },
      "2 validation errors detected: Value '0' at 'inferenceConfig.maxTokens' failed to satisfy constraint: Member must have value greater than or equal to 1; Value '2' at 'inferenceConfig.temperature' failed to satisfy constraint: Member must have value less than or equal to 1",
    ],
  ])("%j", (body, message) => {
    expect(refusalOf(body)).toEqual({ exception: "ValidationException", message });
  });

  it("a value of another type does not even deserialise", () => {
    expect(refusalOf({ messages: [{ role: "user", content: "hi" }] })).toEqual({
      exception: "SerializationException",
      message: "STRING_VALUE cannot be converted to array at 'messages.1.member.content'",
    });
  });

  it.each(["", "gpt-4", "claude", "arn:aws:s3:::bucket", "a".repeat(3000), "../x.y"])(
    "the model id %j is invalid",
    (id) => {
      expect(refusalOf({ messages: [hi] }, id)).toEqual({
        exception: "ValidationException",
        message: "The provided model identifier is invalid.",
      });
    },
  );
});
