import type {
  JsonSchemaType,
  JsonSchemaValidator,
  jsonSchemaValidator,
} from "@modelcontextprotocol/sdk/validation";

/** How much of a result is looked at; what lies beyond is taken as it is. */
const mostValues = 100_000;
const deepestLevel = 64;

/**
 * Checks a tool's structured result against the output schema that its server gave, as far as its
 * structure goes: types, required members, members that must not be there, constants. A schema of a
 * stranger is neither compiled nor is any pattern of it run: either lets the stranger's text decide what
 * this program spends its time on.
 * https://modelcontextprotocol.io/specification/2025-11-25/server/tools#output-schema
 */
export const structureValidator: jsonSchemaValidator = {
  getValidator<T>(schema: JsonSchemaType): JsonSchemaValidator<T> {
    return (input) => {
      const problem = problemOf(input, schema);
      if (problem === null) return { valid: true, data: input as T, errorMessage: undefined };
      return { valid: false, data: undefined, errorMessage: problem };
    };
  },
};

function problemOf(input: unknown, schema: unknown): string | null {
  let values = 0;
  return visit(input, schema, "the result", 0);

  function visit(value: unknown, given: unknown, at: string, level: number): string | null {
    values += 1;
    if (given === false) return `${at} must not be there`;
    if (!isObject(given) || level > deepestLevel || values > mostValues) return null;
    const types = [given.type ?? []].flat();
    if (types.length > 0 && !types.some((type) => isOfType(value, type))) {
      return `${at} is not of type ${types.join(" or ")}`;
    }
    const allowed = "const" in given ? [given.const] : given.enum;
    if (Array.isArray(allowed) && !allowed.some((one) => mayEqual(one, value))) {
      return `${at} is none of the values that it may have`;
    }
    if (Array.isArray(value)) {
      return firstProblem(value, (item, index) =>
        visit(item, given.items, `${at}[${index}]`, level + 1),
      );
    }
    return isObject(value) ? visitMembers(value, given, at, level) : null;
  }

  function visitMembers(
    value: Readonly<Record<string, unknown>>,
    given: Readonly<Record<string, unknown>>,
    at: string,
    level: number,
  ): string | null {
    const required = Array.isArray(given.required) ? given.required : [];
    const missing = required.find((name) => !Object.hasOwn(value, String(name)));
    if (missing !== undefined) return `${at} has no ${String(missing)}`;
    const properties = isObject(given.properties) ? given.properties : {};
    // A name that fits a pattern is not known here, as no pattern is run.
    const others = isObject(given.patternProperties) ? undefined : given.additionalProperties;
    return firstProblem(Object.entries(value), ([name, member]) => {
      const known = Object.hasOwn(properties, name) ? properties[name] : others;
      return visit(member, known, `${at}.${name}`, level + 1);
    });
  }
}

function firstProblem<Item>(
  items: readonly Item[],
  problem: (item: Item, index: number) => string | null,
): string | null {
  for (const [index, item] of items.entries()) {
    const found = problem(item, index);
    if (found !== null) return found;
  }
  return null;
}

function isOfType(value: unknown, type: unknown): boolean {
  switch (type) {
    case "object":
      return isObject(value);
    case "array":
      return Array.isArray(value);
    case "null":
      return value === null;
    case "integer":
      return Number.isInteger(value);
    case "string":
    case "number":
    case "boolean":
      return typeof value === type;
    default:
      return true;
  }
}

/** Two objects may always be equal: comparing them is not worth what it could cost. */
function mayEqual(one: unknown, other: unknown): boolean {
  return one === other || (typeof one === "object" && typeof other === "object");
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
