import { z } from "zod";

const hook = z.object({
  resource: z.object({ addr: z.string() }),
  action: z.string().optional(),
  elapsed_seconds: z.number().optional(),
});

const diagnostic = z.object({
  severity: z.enum(["error", "warning"]),
  summary: z.string(),
  detail: z.string().default(""),
  address: z.string().optional(),
});

const known = z.discriminatedUnion("type", [
  z.object({ type: z.literal("apply_start"), hook }),
  z.object({ type: z.literal("apply_progress"), hook }),
  z.object({ type: z.literal("apply_complete"), hook }),
  z.object({ type: z.literal("apply_errored"), hook }),
  z.object({ type: z.literal("diagnostic"), diagnostic }),
]);

/** What Terraform says with `-json`, as far as it is listened to. */
export type TerraformMessage = z.output<typeof known>;
export type Diagnostic = z.output<typeof diagnostic>;

/**
 * Parses a line of Terraform's machine-readable output.
 * https://developer.hashicorp.com/terraform/internals/machine-readable-ui
 *
 * @param line one line of stdout
 * @returns the message, or `null` for one that nobody here listens to, and for text that is no JSON
 */
export function parseMessage(line: string): TerraformMessage | null {
  try {
    return known.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}
