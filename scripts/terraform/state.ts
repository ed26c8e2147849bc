import { chmodSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const stateSchema = z.object({
  outputs: z.record(z.string(), z.object({ value: z.unknown() })).default({}),
  resources: z
    .array(z.object({ mode: z.string(), type: z.string(), name: z.string() }))
    .default([]),
});

/** What the programs need to know of a state; the rest of it, secrets among it, is left behind. */
export interface TerraformState {
  /** Types of the resources that were made. */
  readonly resourceTypes: ReadonlySet<string>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/**
 * Parses what `terraform state pull` prints.
 *
 * @param text the state; nothing at all before the first apply
 */
export function parseState(text: string): TerraformState {
  if (text.trim() === "") return { resourceTypes: new Set(), outputs: {} };
  const { outputs, resources } = stateSchema.parse(JSON.parse(text));
  return {
    resourceTypes: new Set(
      resources.filter(({ mode }) => mode === "managed").map(({ type }) => type),
    ),
    outputs: Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value])),
  };
}

/**
 * Takes a local state away from everybody else: it holds the app client's secret, and a file that is
 * there already keeps the mode that it was made with.
 *
 * @param stackName the stack's name
 */
export function protectLocalState(stackName: string): void {
  const file = localStateFile(stackName);
  for (const path of [file, `${file}.backup`]) if (existsSync(path)) chmodSync(path, 0o600);
}

/** Where the stack keeps its state when STATE_BUCKET is not set, seen from the project directory. */
export function localStateFile(stackName: string): string {
  return `terraform.${stackName}.tfstate`;
}

/** Whether the local state holds anything that was made. */
export function holdsLocalState(stackName: string): boolean {
  const file = localStateFile(stackName);
  return existsSync(file) && parseState(readFileSync(file, "utf8")).resourceTypes.size > 0;
}

const initialisedSchema = z.object({ backend: z.object({ type: z.string() }) });

/**
 * The kind of place that Terraform last found the state in, as it notes down at `init`.
 *
 * @param directory the stack's directory
 * @returns `local`, `s3`, or `null` before the first `init`
 */
export function lastBackend(directory: string): string | null {
  const file = join(directory, ".terraform", "terraform.tfstate");
  if (!existsSync(file)) return null;
  return (
    initialisedSchema.safeParse(JSON.parse(readFileSync(file, "utf8"))).data?.backend.type ?? null
  );
}
