import type { ElicitRequestFormParams } from "@modelcontextprotocol/sdk/types.js";
import { stripControlCharacters, stripToLine } from "../terminal-text.ts";

/** Something that a server wants to know from the user; all texts may be shown. */
export interface Elicitation {
  readonly message: string;
  readonly fields: readonly AskedField[];
}

/** A value that is asked for. */
export interface AskedField {
  readonly name: string;
  readonly label: string;
  /** More about it; empty for nothing. */
  readonly about: string;
  /** `choices` may be taken several at once. */
  readonly kind: "text" | "number" | "choice" | "choices";
  /** The values of a choice, as they are sent. */
  readonly choices: readonly (string | boolean)[];
  readonly required: boolean;
  /** What the server proposes, and the form begins with (SEP-1034). */
  readonly initial?: FieldValue;
}

/** What is sent of a field. */
export type FieldValue = string | number | boolean | string[];

export type ElicitationAnswer =
  | { action: "accept"; content: Record<string, FieldValue> }
  | { action: "decline" }
  | { action: "cancel" };

const mostFields = 20;
const longestProposal = 200;

/**
 * Reads what a server asks for. A server must not ask for secrets this way, and whoever does is not
 * let to: https://modelcontextprotocol.io/specification/2025-11-25/client/elicitation
 *
 * @param params of an `elicitation/create` in form mode
 * @returns null when it asks for a secret, or for what no form can hold
 */
export function parseElicitation(params: ElicitRequestFormParams): Elicitation | null {
  const { properties, required = [] } = params.requestedSchema;
  const entries = Object.entries(properties);
  if (entries.length > mostFields || secret.test(params.message)) return null;
  const fields: AskedField[] = [];
  for (const [name, schema] of entries) {
    const { title = name, description = "" } = schema as { title?: string; description?: string };
    if (asksForSecret(`${name} ${title}`, description)) return null;
    const common = {
      name,
      label: stripToLine(title, 40),
      about: stripToLine(description, 200),
      required: required.includes(name),
    };
    if (schema.type === "boolean") {
      const choices = [true, false];
      fields.push({ ...common, kind: "choice", choices, ...proposed(schema, choices) });
    } else if (schema.type === "number" || schema.type === "integer") {
      fields.push({ ...common, kind: "number", choices: [], ...proposed(schema, []) });
    } else if (schema.type === "string") {
      const choices = choicesOf(schema);
      const kind = choices.length === 0 ? "text" : "choice";
      fields.push({ ...common, kind, choices, ...proposed(schema, choices) });
    } else {
      // A list, of which MCP knows lists of choices alone.
      const { items = {} } = schema as { items?: object };
      const choices = choicesOf(items);
      if (choices.length === 0) return null;
      fields.push({
        ...common,
        kind: "choices",
        choices,
        ...proposedSome(schema.default, choices),
      });
    }
  }
  return { message: stripControlCharacters(params.message).slice(0, 2_000), fields };
}

/** A proposal that does not fit, or may not be shown as it is, is none. */
function proposed(
  schema: { readonly type: string; readonly default?: unknown },
  choices: readonly (string | boolean)[],
): { initial?: string | number | boolean } {
  const { default: initial } = schema;
  const mayBe =
    typeof initial === "string"
      ? schema.type === "string" && stripToLine(initial, longestProposal) === initial
      : typeof initial === "number"
        ? schema.type === "number" || (schema.type === "integer" && Number.isInteger(initial))
        : schema.type === "boolean" && typeof initial === "boolean";
  const isChoice = choices.length === 0 || choices.includes(initial as string | boolean);
  return mayBe && isChoice ? { initial: initial as string | number | boolean } : {};
}

function proposedSome(initial: unknown, choices: readonly string[]): { initial?: string[] } {
  if (!Array.isArray(initial)) return {};
  return { initial: choices.filter((choice) => initial.includes(choice)) };
}

function choicesOf(schema: object): string[] {
  const given = schema as { enum?: string[]; oneOf?: Titled[]; anyOf?: Titled[] };
  const values = given.enum ?? (given.oneOf ?? given.anyOf ?? []).map((each) => each.const);
  return values.filter((value) => stripToLine(value, 80) === value).slice(0, 100);
}

interface Titled {
  readonly const: string;
}

/** A warning may name a short word, as in "do not give us your pin", and asks for nothing. */
function asksForSecret(name: string, description: string): boolean {
  const asked = description.replaceAll(warning, "");
  return secret.test(`${name} ${asked}`) || longSecret.test(description);
}

const warning = /\b(do not|don't|never) (give|send|tell|enter|share)\b[^.;:)]*/gi;
const longSecret =
  /pass(word|wd|phrase|code)|secret|token|api.?key|credential|private.?key|비밀|암호|토큰|인증 ?(번호|코드)/i;
const secret = new RegExp(`${longSecret.source}|\\b(otp|pin|cvv|ssn)\\b`, "i");
