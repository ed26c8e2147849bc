import { parseArgs } from "node:util";
import { AppError } from "@cleanauth/common/app-error.ts";

/**
 * Reads a command line that has nothing but switches.
 *
 * @param commandLine without the program's name
 * @param names the switches there are, without their dashes
 * @throws AppError `usage_arguments` for anything else
 */
export function readFlags<Name extends string>(
  commandLine: readonly string[],
  names: readonly Name[],
): Readonly<Record<Name, boolean>> {
  const options = Object.fromEntries(names.map((name) => [name, { type: "boolean" as const }]));
  try {
    const { values } = parseArgs({ args: [...commandLine], options });
    return Object.fromEntries(names.map((name) => [name, values[name] === true])) as Record<
      Name,
      boolean
    >;
  } catch (error) {
    const known = names.map((name) => `--${name}`).join(" ") || "no arguments";
    throw new AppError(
      "usage_arguments",
      (error as Error).message.split(". ")[0] ?? "Wrong arguments",
      `Usage: ${known}`,
      { cause: error },
    );
  }
}
