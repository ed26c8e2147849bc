import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { AppError } from "@cleanauth/common/app-error.ts";
import { parseJson } from "@cleanauth/common/parse-json.ts";
import { z } from "zod";
import { formatTable } from "../terminal/table.ts";

/**
 * What the stack tells: ids, names and commands, never a secret. An empty string stands for what
 * this stack does not have, for instance the public client of a given pool without one.
 */
const stackOutputsSchema = z.object({
  InstancePublicDNS: z.string(),
  InstancePublicIP: z.string(),
  InstanceId: z.string().startsWith("i-"),
  SSMConnectCommand: z.string(),
  ClientConnectionCommand: z.string(),
  SecurityGroupUpdateCommand: z.string(),
  SecurityGroupUpdateCommand2: z.string(),
  SecurityGroupId: z.string().startsWith("sg-"),
  /** Absent in stacks that were deployed before there was such a role. */
  RuleExpiryRoleArn: z.string().optional(),
  ArtifactBucket: z.string().min(3),
  CognitoUserPoolId: z.string().includes("_"),
  CognitoClientId: z.string().min(1),
  CognitoPublicClientId: z.string(),
  CognitoDomain: z.string(),
  CognitoRegion: z.string().min(1),
  ClientSecretParameter: z.string(),
  Region: z.string().min(1),
  AccountId: z.string().min(1),
});

export type StackOutputs = z.output<typeof stackOutputsSchema>;

/** Where `make deploy` leaves the outputs for the other programs, seen from the project directory. */
export const stackOutputsFile = ".cleanauth/outputs.json";

/**
 * Parses the outputs by name.
 *
 * @param json name and value of each output
 * @throws AppError `stack_outputs_incomplete` that names what is missing or wrong
 */
export function parseStackOutputs(json: unknown): StackOutputs {
  const result = stackOutputsSchema.safeParse(json);
  if (result.success) return result.data;
  const names = result.error.issues.map((issue) => issue.path.join(".") || "all");
  throw new AppError(
    "stack_outputs_incomplete",
    `The stack's outputs are incomplete: ${[...new Set(names)].join(", ")}`,
    "Run `make deploy` to complete the stack.",
  );
}

/**
 * Reads what the last `make deploy` or `make outputs` left.
 *
 * @param file path of the file
 * @throws AppError `stack_outputs_missing` when there is no such file, `stack_outputs_incomplete`
 *   when it is not what it should be
 */
export function readStackOutputs(file: string = stackOutputsFile): StackOutputs {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new AppError(
      "stack_outputs_missing",
      `Cannot read ${file}: ${(error as NodeJS.ErrnoException).code}`,
      "Run `make deploy`, or `make outputs` where the stack is deployed already.",
      { cause: error },
    );
  }
  return parseStackOutputs(parseJson(text));
}

/** Leaves the outputs for the other programs, readable by this user alone. */
export function writeStackOutputs(outputs: StackOutputs, file: string = stackOutputsFile): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  // Written beside and moved, so that nobody reads half of it.
  writeFileSync(`${file}.new`, `${JSON.stringify(outputs, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** Takes the outputs away with the stack. */
export function removeStackOutputs(file: string = stackOutputsFile): void {
  rmSync(file, { force: true });
}

/** The outputs as a table of two columns, a line each. */
export function formatStackOutputs(outputs: StackOutputs): readonly string[] {
  return formatTable(Object.entries(outputs).map(([name, value]) => [name, value || "-"]));
}
