import { AjvJsonSchemaValidator } from "@modelcontextprotocol/sdk/validation/ajv-provider.js";
import type { Caller } from "../auth/caller.ts";
import type { Tool, ToolOutcome } from "../tools/tool.ts";

export const demoCaller: Caller = {
  subject: "11111111-2222-4333-8444-555555555555",
  username: "demo",
  groups: ["user"],
  scopes: ["aws.cognito.signin.user.admin"],
  clientId: "1example23456789",
  expiresAt: 2_000_000_000,
};

const validator = new AjvJsonSchemaValidator();

/**
 * Calls a tool, and checks that a structured result fits the tool's own output schema.
 */
export async function callTool(
  tool: Tool,
  args: unknown,
  caller: Caller = demoCaller,
): Promise<ToolOutcome> {
  const outcome = await tool.call(args, caller, new AbortController());
  if (outcome.kind === "done") {
    const checked = validator.getValidator(tool.outputSchema)(outcome.structured);
    if (!checked.valid) throw new Error(`${tool.name}: ${checked.errorMessage}`);
  }
  return outcome;
}
