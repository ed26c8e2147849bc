import { AppError } from "@cleanauth/common/app-error.ts";
import { z } from "zod";
import { joinLines, type ShellScript, sh, trustedScript } from "./shell-script.ts";

/** Something that is true of a host: how to read it there, and what its output means. */
export interface Fact<Value> {
  /** Prints the fact; changes nothing, whatever the host is like. */
  readonly read: ShellScript;
  /** Gets the whole output, empty where the host has nothing to say. */
  parse(output: string): Value;
}

/** Facts by name. `any` on purpose: a role's facts differ in type, {@link ValuesOf} keeps each. */
// biome-ignore lint/suspicious/noExplicitAny: the type of each fact is recovered by ValuesOf.
export type FactDefinitions = Readonly<Record<string, Fact<any>>>;

export type ValuesOf<Definitions extends FactDefinitions> = {
  readonly [Name in keyof Definitions]: Definitions[Name] extends Fact<infer Value> ? Value : never;
};

/** Every fact's output by its full name, `role.fact`. */
export type RawFacts = Readonly<Record<string, string>>;

/** Declares a fact; keeps the type of its value. */
export function fact<Value>(read: ShellScript, parse: (output: string) => Value): Fact<Value> {
  return { read, parse };
}

/**
 * One script that reads every fact and prints them as one JSON object, each value in base64: so any
 * byte a fact prints survives a shell that has no JSON.
 *
 * @param facts facts by full name
 */
export function gatherScript(facts: FactDefinitions): ShellScript {
  const entries = Object.entries(facts).map(
    ([name, { read }], index) =>
      sh`printf ${`${index === 0 ? "" : ","}"${name}":"`}
(
${read}
) </dev/null 2>/dev/null | base64 | tr -d '\n'
printf '"'`,
  );
  return joinLines([trustedScript("printf '{'"), ...entries, trustedScript("printf '}\\n'")]);
}

/**
 * Reads what the script of {@link gatherScript} printed.
 *
 * @throws AppError `host_facts_unreadable` when it is not that
 */
export function parseRawFacts(output: string): RawFacts {
  try {
    const encoded = z.record(z.string(), z.base64()).parse(JSON.parse(output));
    return Object.fromEntries(
      Object.entries(encoded).map(([name, value]) => [
        name,
        Buffer.from(value, "base64").toString("utf8"),
      ]),
    );
  } catch (cause) {
    throw new AppError(
      "host_facts_unreadable",
      `The host answered with something that is not its facts: ${JSON.stringify(output.slice(0, 120))}`,
      "Look at the host's shell: `sh`, `base64` and `tr` have to work there.",
      { cause },
    );
  }
}
