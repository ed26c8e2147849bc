import type { z } from "zod";
import { checkConversation } from "./conversation-rules.ts";
import { type ConverseRequest, converseBody, toConverseRequest } from "./converse-request.ts";
import { ServiceError } from "./service-error.ts";

/**
 * Turns what a caller sent into a request, or into the refusal that the service would answer.
 *
 * @param modelId decoded from the path
 * @param bytes the body
 * @throws ServiceError `ValidationException` or `SerializationException`
 */
export function parseRequest(modelId: string, bytes: Buffer): ConverseRequest {
  if (!modelIdForm.test(modelId)) {
    throw new ServiceError("ValidationException", "The provided model identifier is invalid.");
  }
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString("utf8"));
  } catch {
    throw new ServiceError("SerializationException");
  }
  const parsed = converseBody.safeParse(json, { reportInput: true });
  if (!parsed.success) throw refusalOf(parsed.error.issues);
  checkConversation(parsed.data);
  if (bytes.length > contextWindowBytes) {
    throw new ServiceError("ValidationException", "Input is too long for requested model.");
  }
  return toConverseRequest(modelId, parsed.data);
}

/** 200,000 tokens at about four bytes each. */
const contextWindowBytes = 800_000;

/**
 * A foundation model's id, an inference profile's (with its region prefix), or the ARN of something
 * that can be invoked.
 */
const modelIdForm =
  /^(?:arn:aws[a-z-]*:bedrock:[a-z0-9-]{1,20}:\d{0,12}:[a-z-]+\/[\w.:/-]{1,256}|(?:[a-z]{2,6}(?:-[a-z]{2,6})?\.)?[a-z0-9-]{1,63}\.[a-zA-Z0-9._-]{1,63}(?::\w{1,63}){0,2})$/;

/**
 * Words schema violations as AWS's constraint checks do. Their paths count from one and name the
 * elements of a list `member`.
 */
function refusalOf(issues: readonly z.core.$ZodIssue[]): ServiceError {
  const wrongType = issues.find((issue) => issue.code === "invalid_type" && hasInput(issue));
  if (wrongType?.code === "invalid_type") {
    const found = jsonTypeOf(wrongType.input);
    return new ServiceError(
      "SerializationException",
      `${found}_VALUE cannot be converted to ${wrongType.expected} at '${memberPath(wrongType.path)}'`,
    );
  }
  const details = issues.map((issue) => {
    const value = hasInput(issue) ? ` '${shortText(issue.input)}'` : "";
    return `Value${value} at '${memberPath(issue.path)}' failed to satisfy constraint: ${constraintOf(issue)}`;
  });
  const errors = details.length === 1 ? "error" : "errors";
  return new ServiceError(
    "ValidationException",
    `${details.length} validation ${errors} detected: ${details.join("; ")}`,
  );
}

function constraintOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return "Member must not be null";
    case "invalid_format":
      return `Member must satisfy regular expression pattern: ${String(issue.pattern).replace(/^\/\^|\$\/$/g, "")}`;
    case "invalid_value":
      return `Member must satisfy enum value set: [${issue.values.join(", ")}]`;
    case "too_big":
      return `Member must have ${measureOf(issue.origin)} less than or equal to ${issue.maximum}`;
    case "too_small":
      return `Member must have ${measureOf(issue.origin)} greater than or equal to ${issue.minimum}`;
    default:
      return issue.message;
  }
}

function measureOf(origin: string): string {
  return origin === "string" || origin === "array" ? "length" : "value";
}

function hasInput(issue: z.core.$ZodIssue): boolean {
  return issue.input !== undefined && issue.input !== null;
}

function memberPath(path: readonly PropertyKey[]): string {
  return path.map((key) => (typeof key === "number" ? `${key + 1}.member` : String(key))).join(".");
}

function jsonTypeOf(value: unknown): string {
  return Array.isArray(value)
    ? "LIST"
    : typeof value === "object"
      ? "MAP"
      : typeof value === "boolean"
        ? "BOOLEAN"
        : typeof value === "number"
          ? "NUMBER"
          : "STRING";
}

function shortText(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
