import { z } from "zod";
import type { ConverseBody } from "./converse-request.ts";
import { ServiceError } from "./service-error.ts";

/**
 * Checks the tools that a request offers: names that differ, input schemas that are schemas of an
 * object, a choice that is among them.
 *
 * @throws ServiceError `ValidationException` with the service's words
 */
export function checkTools({ tools, toolChoice }: NonNullable<ConverseBody["toolConfig"]>): void {
  const names = new Set<string>();
  for (const [index, { toolSpec }] of tools.entries()) {
    if (toolSpec === undefined) continue;
    if (names.has(toolSpec.name)) {
      refuse(`The tool ${toolSpec.name} is already defined at toolConfig.tools.${index}.`);
    }
    names.add(toolSpec.name);
    const schema = toolSpec.inputSchema.json;
    if (!rootSchema.safeParse(schema).success) {
      refuse(
        `The value at toolConfig.tools.${index}.toolSpec.inputSchema.json.type must be one of the following: object.`,
      );
    }
    if (!jsonSchema.safeParse(schema).success) {
      refuse(
        `The model returned the following errors: tools.${index}.custom.input_schema: JSON schema is invalid. It must match JSON Schema draft 2020-12 (https://json-schema.org/draft/2020-12). Learn more about tool use at https://docs.claude.com/en/docs/tool-use.`,
      );
    }
  }
  const chosen = toolChoice?.tool?.name;
  if (chosen !== undefined && !names.has(chosen)) {
    refuse(
      `The tool ${chosen} at toolConfig.toolChoice.tool.name is not defined in toolConfig.tools.`,
    );
  }
}

const rootSchema = z.looseObject({ type: z.literal("object") });

const typeName = z.enum(["string", "number", "integer", "boolean", "object", "array", "null"]);

/** The keywords of JSON Schema that tools use; others may hold anything, as the draft allows. */
const jsonSchema: z.ZodType = z.lazy(() =>
  z.union([
    z.boolean(),
    z.looseObject({
      type: z.union([typeName, z.array(typeName).min(1)]).optional(),
      description: z.string().optional(),
      properties: z.record(z.string(), jsonSchema).optional(),
      required: z.array(z.string()).optional(),
      items: jsonSchema.optional(),
      additionalProperties: jsonSchema.optional(),
      enum: z.array(z.unknown()).optional(),
      anyOf: z.array(jsonSchema).min(1).optional(),
      oneOf: z.array(jsonSchema).min(1).optional(),
      allOf: z.array(jsonSchema).min(1).optional(),
      minimum: z.number().optional(),
      maximum: z.number().optional(),
      minLength: z.int().min(0).optional(),
      maxLength: z.int().min(0).optional(),
      pattern: z.string().refine(isRegularExpression).optional(),
      format: z.string().optional(),
    }),
  ]),
);

function isRegularExpression(source: string): boolean {
  return ["u", ""].some((flags) => {
    try {
      new RegExp(source, flags);
      return true;
    } catch {
      return false;
    }
  });
}

function refuse(message: string): never {
  throw new ServiceError("ValidationException", message);
}
