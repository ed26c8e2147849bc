import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { z } from "zod";
import { AppError } from "./app-error.ts";

/** Names and values as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Joins the process environment with a `.env` file. What the environment says wins; an empty value
 * counts as not given, so that `NAME=` in a shell or a file turns a setting off.
 *
 * @param processEnvironment usually `process.env`
 * @param files paths of files in `.env` form, the most important first; a missing one is skipped
 * @returns the joined variables
 * @throws AppError `environment_file_unreadable` when a file is there but cannot be read
 */
export function readEnvironment(
  processEnvironment: Environment,
  files: readonly string[] = [".env"],
): Environment {
  const layers = [processEnvironment, ...files.map(readEnvironmentFile)];
  const joined: Record<string, string> = {};
  for (const layer of layers) {
    for (const [name, value] of Object.entries(layer)) {
      if (name in joined || value === undefined) continue;
      joined[name] = value;
    }
  }
  return Object.fromEntries(Object.entries(joined).filter(([, value]) => value.trim() !== ""));
}

function readEnvironmentFile(path: string): Environment {
  try {
    return parseEnv(readFileSync(path, "utf8")) as Environment;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw new AppError(
      "environment_file_unreadable",
      `Cannot read ${path}: ${(error as NodeJS.ErrnoException).code ?? error}`,
      "Make it a file that you may read, or remove it.",
      { cause: error },
    );
  }
}

/**
 * Parses settings from the environment with a schema whose keys are the variables' names.
 *
 * @param schema an object schema; each key is the name of an environment variable
 * @param environment what {@link readEnvironment} returned
 * @returns the typed settings
 * @throws AppError `configuration_invalid` that names every wrong variable at once, and shows no value
 */
export function parseSettings<Schema extends z.ZodType>(
  schema: Schema,
  environment: Environment,
): z.output<Schema> {
  const result = schema.safeParse(environment);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => {
    const name = issue.path.join(".");
    const missing = name !== "" && environment[name] === undefined;
    return `${name || "environment"} ${missing ? "is not set" : issue.message}`;
  });
  throw new AppError(
    "configuration_invalid",
    `Wrong configuration: ${[...new Set(problems)].join("; ")}`,
    "Set it in the environment or in .env; .env.example explains each variable.",
  );
}

/** `1`, `true`, `yes`, `on` and their opposites, in any case. */
export const booleanSetting = z
  .enum(["1", "true", "yes", "on", "0", "false", "no", "off"], {
    error: "must be 1 or 0",
  })
  .transform((value) => ["1", "true", "yes", "on"].includes(value));

/**
 * A whole number between two bounds, both allowed.
 *
 * @param minimum the smallest value
 * @param maximum the largest value
 */
export function integerSetting(minimum: number, maximum: number) {
  const message = `must be a whole number from ${minimum} to ${maximum}`;
  return z
    .string()
    .regex(/^\d{1,15}$/, message)
    .transform(Number)
    .refine((value) => value >= minimum && value <= maximum, message);
}

/** An absolute http or https URL without user name, password, query or fragment; no slash at its end. */
export const urlSetting = z.string().transform((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isPlain =
    url !== null &&
    ["http:", "https:"].includes(url.protocol) &&
    `${url.username}${url.password}${url.search}${url.hash}` === "";
  if (!isPlain) {
    context.addIssue({ code: "custom", message: "must be an http or https URL" });
    return z.NEVER;
  }
  return url.href.replace(/\/+$/, "");
});
