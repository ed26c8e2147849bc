import { AppError } from "@cleanauth/common/app-error.ts";

/**
 * Writes variables as a file for Node's `--env-file`, sorted by name. Values are quoted with a mark
 * that they do not contain: the format knows no escapes in single quotes and backticks.
 * https://nodejs.org/docs/latest-v24.x/api/environment_variables.html#dotenv
 *
 * @throws AppError `configuration_value_unwritable` for a value with a line break or every mark
 */
export function formatEnvironmentFile(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${quoteValue(name, value)}\n`)
    .join("");
}

function quoteValue(name: string, value: string): string {
  if (/^[\w./:@+,-]*$/.test(value)) return value;
  const mark = ["'", "`"].find((each) => !value.includes(each));
  if (mark !== undefined && !/[\r\n]/.test(value)) return `${mark}${value}${mark}`;
  throw new AppError(
    "configuration_value_unwritable",
    `The value of ${name} cannot be written into a file of settings`,
    "Leave out line breaks, and one kind of quotation mark.",
  );
}
