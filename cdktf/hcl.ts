import { TerraformElement, type TerraformStack } from "cdktf";

type Json = string | number | boolean | null | readonly Json[] | JsonObject;
interface JsonObject {
  readonly [name: string]: Json;
}

/**
 * Writes a stack as plain HCL: the way out of CDKTF, whose own HCL leaves out empty defaults, writes
 * conditions as attributes and does not escape quotes, so that Terraform refuses it.
 * https://developer.hashicorp.com/terraform/language/syntax/configuration
 *
 * @param stack the stack, all of it declared
 * @returns one file's text; `terraform fmt` aligns it
 */
export function toHcl(stack: TerraformStack): string {
  const json = withoutComments(stack.toTerraform() as JsonObject) as Record<string, JsonObject>;
  const isBlock = blockNames(stack);
  const {
    terraform = {},
    provider = {},
    variable = {},
    data = {},
    resource = {},
    output = {},
  } = json;
  return [
    terraformBlock(terraform),
    ...labelled("provider", provider, isBlock),
    ...labelled("variable", variable, isBlock),
    ...Object.entries(data).flatMap(([type, blocks]) =>
      labelled(`data "${type}"`, blocks as JsonObject, isBlock, `data.${type}`),
    ),
    ...Object.entries(resource).flatMap(([type, blocks]) =>
      labelled(`resource "${type}"`, blocks as JsonObject, isBlock, `resource.${type}`),
    ),
    ...labelled("output", output, isBlock),
  ].join("\n\n");
}

type IsBlock = (path: string) => boolean;

// JSON writes a block and an attribute that holds an object alike. Which is which, each element of
// CDKTF knows from the provider's schema.
function blockNames(stack: TerraformStack): IsBlock {
  const paths = new Set<string>();
  const visit = (value: unknown, path: string): void => {
    if (Array.isArray(value)) {
      for (const item of value) visit(item, path);
    } else if (typeof value === "object" && value !== null) {
      for (const [name, attribute] of Object.entries(value)) {
        const inner = `${path}.${name}`;
        if (attribute?.isBlock || attribute?.is_block) paths.add(inner);
        if (attribute?.value !== undefined) visit(attribute.value, inner);
      }
    }
  };
  for (const element of stack.node.findAll()) {
    if (!TerraformElement.isTerraformElement(element)) continue;
    const { provider, resource, data } = element.toHclTerraform();
    for (const [kind, byType] of Object.entries({ resource, data })) {
      for (const [type, byName] of Object.entries(byType ?? {})) {
        visit(Object.values(byName as object), `${kind}.${type}`);
      }
    }
    for (const [name, body] of Object.entries(provider ?? {})) visit(body, `provider.${name}`);
  }
  return (path) => paths.has(path) || /\.lifecycle(\.(pre|post)condition)?$/.test(path);
}

function terraformBlock(terraform: JsonObject): string {
  const { backend = {}, required_providers: providers = {}, ...settings } = terraform;
  const backends = Object.entries(backend as JsonObject).map(([type, body]) =>
    block(`backend "${type}"`, attributes(body as JsonObject)),
  );
  const lines = [attributes(settings), ...backends];
  lines.push(block("required_providers", attributes(providers as JsonObject)));
  return block("terraform", lines.join("\n"));
}

function labelled(keyword: string, blocks: JsonObject, isBlock: IsBlock, path?: string): string[] {
  return Object.entries(blocks).flatMap(([label, bodies]) =>
    [bodies].flat().map((body) => {
      const inner = path ?? `${keyword}.${label}`;
      return block(`${keyword} "${label}"`, attributes(body as JsonObject, isBlock, inner));
    }),
  );
}

function attributes(body: JsonObject, isBlock: IsBlock = () => false, path = ""): string {
  return Object.entries(body)
    .map(([name, value]) => {
      const inner = `${path}.${name}`;
      if (!isBlock(inner)) return `${name} = ${attributeValue(name, value, path)}`;
      return [value]
        .flat()
        .map((item) => block(name, attributes(item as JsonObject, isBlock, inner)))
        .join("\n");
    })
    .join("\n");
}

function block(header: string, body: string): string {
  if (body === "") return `${header} {}`;
  return `${header} {\n${body.replace(/^(?=.)/gm, "  ")}\n}`;
}

// Three attributes hold names where all others hold values.
function attributeValue(name: string, value: Json, path: string): string {
  if (name === "depends_on" || name === "ignore_changes") return `[${[value].flat().join(", ")}]`;
  if (name === "type" && path.startsWith("variable.")) return String(value);
  return expression(value);
}

function expression(value: Json): string {
  if (typeof value === "string") return template(value);
  if (Array.isArray(value)) return `[${value.map(expression).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value);
    return `{\n${entries.map(([key, item]) => `  ${JSON.stringify(key)} = ${expression(item)}`).join("\n")}\n}`;
  }
  return String(value);
}

function template(text: string): string {
  const parts = templateParts(text);
  const [first] = parts;
  if (parts.length === 1 && first?.kind === "reference") return first.text;
  const written = parts.map((part) =>
    part.kind === "reference" ? `\${${part.text}}` : JSON.stringify(part.text).slice(1, -1),
  );
  return `"${written.join("")}"`;
}

interface TemplatePart {
  readonly kind: "literal" | "reference";
  readonly text: string;
}

/** Splits a template at its references; what is escaped as `$${` stays part of the literal. */
function templateParts(text: string): TemplatePart[] {
  const parts: TemplatePart[] = [];
  let literal = "";
  for (let at = 0; at < text.length; ) {
    if (text.startsWith("$${", at)) {
      literal += "$${";
      at += 3;
    } else if (text.startsWith("${", at)) {
      const end = endOfReference(text, at + 2);
      if (literal !== "") parts.push({ kind: "literal", text: literal });
      parts.push({ kind: "reference", text: text.slice(at + 2, end) });
      literal = "";
      at = end + 1;
    } else {
      literal += text[at];
      at += 1;
    }
  }
  if (literal !== "" || parts.length === 0) parts.push({ kind: "literal", text: literal });
  return parts;
}

// The brace that closes a reference, past braces of its own and past quoted text.
function endOfReference(text: string, start: number): number {
  let depth = 1;
  let isQuoted = false;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at];
    if (character === "\\") at += 1;
    else if (character === '"') isQuoted = !isQuoted;
    else if (!isQuoted && character === "{") depth += 1;
    else if (!isQuoted && character === "}") depth -= 1;
    if (depth === 0) return at;
  }
  throw new Error(`A reference without an end: ${text}`);
}

function withoutComments(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutComments);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== "//")
      .map(([name, item]) => [name, withoutComments(item)]),
  );
}
