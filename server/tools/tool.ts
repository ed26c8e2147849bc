import {
  type GroupName,
  qualifyScope,
  type ScopeName,
} from "@cleanauth/common/scopes-and-groups.ts";
import type { ToolAnnotations } from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";
import type { Caller } from "../auth/caller.ts";
import type { Access } from "../auth/policy.ts";

/** What a tool came to. A tool that throws instead has a defect. */
export type ToolOutcome =
  | {
      readonly kind: "done";
      /** For a person or a model to read. */
      readonly text: string;
      /** The same for programs, in the form of the tool's output schema. */
      readonly structured: Readonly<Record<string, unknown>>;
    }
  /** Says what went wrong and what to do, to a model or a person. */
  | { readonly kind: "failed" | "invalid-arguments"; readonly text: string };

/** A tool as the registry knows it: what it takes and gives is described, not typed. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly annotations: ToolAnnotations;
  readonly access: Access;
  readonly inputSchema: ObjectSchema;
  readonly outputSchema: ObjectSchema;
  /**
   * Checks the arguments and runs the tool.
   *
   * @param args whatever the client sent
   * @param caller whose call it is
   */
  call(args: unknown, caller: Caller, handle: ToolCallHandle): Promise<ToolOutcome>;
}

/** What a tool may know of the call that it answers. */
export interface ToolCallHandle {
  /** Aborts when nobody waits for the outcome any more. Made when it is read, and few tools read it. */
  readonly signal: AbortSignal;
}

/** A JSON schema, dialect 2020-12, of an object. */
export type ObjectSchema = { readonly type: "object" } & Readonly<Record<string, unknown>>;

/** A tool as it is written. */
export interface ToolDefinition<Input extends z.ZodObject, Output extends z.ZodObject> {
  readonly name: string;
  readonly title: string;
  /** Written for the model that has to choose: what the tool does, when to use it, when not. */
  readonly description: string;
  readonly annotations: ToolAnnotations;
  readonly access: DeclaredAccess;
  readonly input: Input;
  readonly output: Output;
  run(
    args: z.output<Input>,
    caller: Caller,
    handle: ToolCallHandle,
  ): Promise<ToolOutcomeOf<z.input<Output>>>;
}

/** {@link Access} in the pool's own vocabulary, where a name that it lacks does not compile. */
export type DeclaredAccess =
  | "signed-in"
  | { readonly scope?: ScopeName; readonly groups: readonly GroupName[] };

type ToolOutcomeOf<Structured> =
  | { readonly kind: "done"; readonly text: string; readonly structured: Structured }
  | { readonly kind: "failed"; readonly text: string };

/**
 * Makes a tool from its definition: compiles its schemas, once, and puts the check of its arguments
 * in front of it.
 *
 * @param definition the tool as it is written
 */
export function defineTool<Input extends z.ZodObject, Output extends z.ZodObject>(
  definition: ToolDefinition<Input, Output>,
): Tool {
  const { name, title, description, annotations, access, input, output } = definition;
  const strictInput = input.strict();
  return {
    name,
    title,
    description,
    annotations,
    access: qualify(access),
    inputSchema: objectSchema(strictInput, "input"),
    outputSchema: objectSchema(output, "output"),
    async call(args, caller, handle) {
      const parsed = strictInput.safeParse(args ?? {});
      if (!parsed.success) {
        return { kind: "invalid-arguments", text: describeProblems(name, parsed.error) };
      }
      return definition.run(parsed.data as z.output<Input>, caller, handle);
    },
  };
}

function qualify(access: DeclaredAccess): Access {
  if (access === "signed-in" || access.scope === undefined) return access as Access;
  return { groups: access.groups, scope: qualifyScope(access.scope) };
}

function objectSchema(schema: z.ZodObject, io: "input" | "output"): ObjectSchema {
  // 2020-12 is what MCP takes a schema for that names no dialect.
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, target: "draft-2020-12" });
  return { ...rest, type: "object" };
}

/** A result of a failed call is read by a model, which has to see every mistake at once. */
function describeProblems(tool: string, error: z.ZodError): string {
  const problems = error.issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => `${key.slice(0, 64)}: there is no such argument`)
      : [`${issue.path.join(".") || "arguments"}: ${issue.message}`],
  );
  const shown = problems.slice(0, 20);
  return `Invalid arguments for ${tool}. Correct them and call again:\n- ${shown.join("\n- ")}`;
}
