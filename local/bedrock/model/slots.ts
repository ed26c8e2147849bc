import { z } from "zod";
import { type CodeIndex, codeFormOf, codeIndexFor } from "./codes.ts";
import { stemEnglish } from "./english.ts";
import { type Role, rolesOf } from "./roles.ts";
import { wordsOfIdentifier } from "./tokens.ts";

/** A place that a tool's input schema keeps for a value. */
export interface Slot {
  /** Where the value goes; longer than one for a property of an inner object. */
  path: readonly string[];
  name: string;
  description: string;
  kind: "string" | "number" | "integer" | "boolean" | "array" | "unknown";
  isRequired: boolean;
  /** The values of an enumeration, or of a constant. */
  choices: readonly (string | number)[];
  /** The stems of each of them. */
  choiceStems: readonly (readonly string[])[];
  format: string;
  pattern: RegExp | undefined;
  minimum: number;
  maximum: number;
  /** The longest string. */
  maximumLength: number;
  /** What an array holds. */
  item: Slot | undefined;
  roles: ReadonlySet<Role>;
  /** What a code that goes here looks like; `undefined` where none does. */
  codeForm: RegExp | undefined;
  /** The table that the codes or names come from, where one is spoken of. */
  codeIndex: CodeIndex | undefined;
  /** Stems of name and description, for words that stand next to a value. */
  nameStems: ReadonlySet<string>;
  descriptionStems: ReadonlySet<string>;
}

const propertySchema = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  title: z.string().optional(),
  description: z.string().optional(),
  enum: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
  format: z.string().optional(),
  pattern: z.string().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  exclusiveMaximum: z.number().optional(),
  maxLength: z.number().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  items: z.unknown().optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
});

type PropertySchema = z.infer<typeof propertySchema>;

/**
 * Lists the places of an object schema in its own order, those of inner objects in line.
 *
 * @param schema JSON Schema of an object
 */
export function parseSlots(schema: unknown): Slot[] {
  return slotsOf(parseProperty(schema), [], true);
}

function slotsOf(schema: PropertySchema, path: readonly string[], isRequired: boolean): Slot[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, value]) => {
    const property = parseProperty(value);
    const required = isRequired && (schema.required ?? []).includes(name);
    return property.properties === undefined
      ? slotOf(property, [...path, name], name, required)
      : slotsOf(property, [...path, name], required);
  });
}

function slotOf(
  property: PropertySchema,
  path: readonly string[],
  name: string,
  isRequired: boolean,
): Slot {
  const values = property.const === undefined ? (property.enum ?? []) : [property.const];
  const description = (property.description ?? property.title ?? "").normalize("NFC");
  const nameStems = new Set(wordsOfIdentifier(name).map(stemEnglish));
  const descriptionStems = new Set(wordsOfIdentifier(description).map(stemEnglish));
  const choices = values.filter((value) => typeof value === "string" || typeof value === "number");
  const kind = kindOf(property, values);
  const pattern = regularExpression(property.pattern);
  const takesCodes = kind === "string" && values.length === 0 && property.format === undefined;
  return {
    path,
    name,
    description,
    kind,
    isRequired,
    choices,
    choiceStems: choices.map((value) => wordsOfIdentifier(String(value)).map(stemEnglish)),
    format: property.format ?? "",
    pattern,
    minimum: property.minimum ?? property.exclusiveMinimum ?? Number.NEGATIVE_INFINITY,
    maximum: property.maximum ?? property.exclusiveMaximum ?? Number.POSITIVE_INFINITY,
    maximumLength: property.maxLength ?? Number.POSITIVE_INFINITY,
    item:
      property.items === undefined
        ? undefined
        : slotOf(parseProperty(property.items), path, name, isRequired),
    roles: rolesOf(nameStems, descriptionStems),
    codeForm: takesCodes ? codeFormOf(name, description, pattern) : undefined,
    codeIndex: codeIndexFor(nameStems, descriptionStems),
    nameStems,
    descriptionStems,
  };
}

/** Looks through the alternatives that make a value optional: `anyOf: [{…}, { type: "null" }]`. */
function parseProperty(value: unknown): PropertySchema {
  const parsed = propertySchema.safeParse(value);
  if (!parsed.success) return {};
  const { anyOf, oneOf, ...own } = parsed.data;
  const [first] = (anyOf ?? oneOf ?? []).map(parseProperty).filter(({ type }) => type !== "null");
  return { ...first, ...own };
}

function kindOf({ type }: PropertySchema, values: readonly unknown[]): Slot["kind"] {
  const named = Array.isArray(type) ? type.find((one) => one !== "null") : type;
  const kind = named ?? (values.length > 0 ? typeof values[0] : "unknown");
  return (
    (["string", "number", "integer", "boolean", "array"].find((one) => one === kind) as
      | Slot["kind"]
      | undefined) ?? "unknown"
  );
}

/**
 * A pattern that can be tried on a word without fear: one that repeats a repetition may take for ever
 * and counts as none.
 */
function regularExpression(source: string | undefined): RegExp | undefined {
  if (source === undefined || source.length > 300 || /[+*}][^()[\]]*\)[+*{]/.test(source)) {
    return undefined;
  }
  try {
    return new RegExp(source, "u");
  } catch {
    return undefined;
  }
}
