import { parseArgs } from "node:util";
import { AppError } from "@cleanauth/common/app-error.ts";
import type { Selection } from "./selection.ts";

/** What an operator asked for on the command line, in Ansible's words. */
export interface RunArguments extends Selection {
  readonly check: boolean;
  readonly diff: boolean;
  readonly verbose: boolean;
  readonly json: boolean;
  readonly limit?: readonly string[];
  readonly forks: number;
}

export const runArgumentsUsage =
  "[--check] [--diff] [--tags a,b] [--skip-tags a,b] [--limit i-…,i-…] [--start-at-task NAME] [--forks 5] [-v] [--json]";

/**
 * Parses a command line.
 *
 * @param commandLine without the program's name
 * @throws AppError `usage_arguments`
 */
export function parseRunArguments(commandLine: readonly string[]): RunArguments {
  const { values } = parseOrFail(commandLine);
  const forks = Number(values.forks);
  if (!/^\d{1,3}$/.test(values.forks) || forks < 1) {
    throw usageError(`--forks ${values.forks} is not a whole number from 1 to 999`);
  }
  const lists = {
    tags: list("--tags", values.tags),
    skipTags: list("--skip-tags", values["skip-tags"]),
    limit: list("--limit", values.limit),
    startAtTask: values["start-at-task"],
  };
  const given = Object.fromEntries(
    Object.entries(lists).filter(([, value]) => value !== undefined),
  );
  const { check, diff, verbose, json } = values;
  return { check, diff, verbose, json, forks, ...given };
}

function parseOrFail(commandLine: readonly string[]) {
  try {
    return parseArgs({
      args: [...commandLine],
      options: {
        check: { type: "boolean", short: "C", default: false },
        diff: { type: "boolean", short: "D", default: false },
        verbose: { type: "boolean", short: "v", default: false },
        json: { type: "boolean", default: false },
        tags: { type: "string", short: "t" },
        "skip-tags": { type: "string" },
        limit: { type: "string", short: "l" },
        "start-at-task": { type: "string" },
        forks: { type: "string", short: "f", default: "5" },
      },
    });
  } catch (error) {
    throw usageError((error as Error).message.split(". ")[0] ?? "");
  }
}

function list(option: string, value: string | undefined): readonly string[] | undefined {
  if (value === undefined) return undefined;
  const members = value.split(",").map((member) => member.trim());
  if (members.includes(""))
    throw usageError(`${option} ${JSON.stringify(value)} has an empty member`);
  return members;
}

function usageError(message: string): AppError {
  return new AppError("usage_arguments", message, `Usage: ${runArgumentsUsage}`);
}
