import type { z } from "zod";
import { CognitoError, invalidParameter } from "../cognito-error.ts";

/**
 * Parses a request's body into an operation's input, and words what is wrong as the service does:
 * `SerializationException` for what is no JSON or of another type, `InvalidParameterException` with
 * every broken constraint for the rest.
 *
 * @param schema the operation's input; its messages are the texts of the constraints
 * @param body the body's bytes as text
 * @throws CognitoError
 */
export function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  body: string,
): z.output<Schema> {
  const value = parseJson(body);
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { issues } = result.error;
  const mistyped = issues.find((issue) => isMistyped(issue, valueAt(value, issue.path)));
  if (mistyped !== undefined) {
    throw serializationError(typeMessage(valueAt(value, mistyped.path)));
  }
  const constraints = issues.map((issue) => constraintMessage(issue, valueAt(value, issue.path)));
  const count = `${issues.length} validation error${issues.length === 1 ? "" : "s"} detected`;
  throw invalidParameter(`${count}: ${constraints.join("; ")}`);
}

// A member that is null counts as one that is not there.
function parseJson(body: string): unknown {
  try {
    return JSON.parse(body, (_key, value) => (value === null ? undefined : value));
  } catch {
    throw serializationError("");
  }
}

function serializationError(message: string): CognitoError {
  return new CognitoError("SerializationException", message);
}

// A member that is not there is a broken constraint; a body that is no object is of a wrong type,
// and so is anything but a text where a name of a fixed set is expected.
function isMistyped(issue: z.core.$ZodIssue, value: unknown): boolean {
  if (issue.code === "invalid_value") return value !== undefined && typeof value !== "string";
  return issue.code === "invalid_type" && (value !== undefined || issue.path.length === 0);
}

/** The value that an issue speaks of; undefined when it is not there. */
function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  const [name, ...rest] = path;
  if (name === undefined || typeof value !== "object" || value === null) return value;
  return valueAt(Reflect.get(value, name), rest);
}

function typeMessage(value: unknown): string {
  if (typeof value === "object") return "Start of structure or map found where not expected.";
  if (typeof value === "number") return "NUMBER_VALUE can not be converted to a String";
  if (typeof value === "boolean") {
    return `${String(value).toUpperCase()}_VALUE can not be converted to a String`;
  }
  return "Unexpected field type";
}

// Only names of fixed sets are repeated to the caller; every other member is marked as sensitive in
// the service's model.
function constraintMessage(issue: z.core.$ZodIssue, value: unknown): string {
  const path = issue.path.map(String).join(".");
  const member = `'${path.charAt(0).toLowerCase()}${path.slice(1)}'`;
  const missing = value === undefined;
  const named = missing ? "Value null at" : `Value '${value}' at`;
  const shown = issue.code === "invalid_value" ? named : "Value at";
  const constraint = missing ? "Member must not be null" : issue.message;
  return `${shown} ${member} failed to satisfy constraint: ${constraint}`;
}
