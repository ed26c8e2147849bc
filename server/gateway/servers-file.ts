import { z } from "zod";
import type { Access } from "../auth/policy.ts";
import { isRecord, type Mistake, mistakesOfEntry } from "./entry-mistakes.ts";

/** An MCP server behind this one, as the servers file describes it. */
export interface UpstreamDefinition {
  /** The prefix of everything that it offers. */
  readonly name: string;
  readonly reach: StdioReach | HttpReach;
  readonly access: Access;
  /** What is asked for single tools in place of {@link access}, by the tool's own name. */
  readonly toolAccess: ReadonlyMap<string, Access>;
  /** Whether all users share one process (or HTTP session), or each has one of their own. */
  readonly process: "shared" | "per-user";
  /** What the server is told about the caller, beside nothing. */
  readonly identity: "none" | "environment" | "header";
  readonly limits: UpstreamLimits;
  /** Whether the audit log keeps the arguments of calls. */
  readonly auditsArguments: boolean;
}

/** A program that speaks MCP over its standard streams. */
export interface StdioReach {
  readonly kind: "stdio";
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, Value>>;
  readonly cwd: string | undefined;
}

/** A server that speaks Streamable HTTP and knows nothing of users. */
export interface HttpReach {
  readonly kind: "http";
  readonly url: string;
  readonly headers: Readonly<Record<string, Value>>;
}

/** A value, or the name of the SSM parameter that holds it. */
export type Value = string | { readonly parameter: string };

export interface UpstreamLimits {
  /** A process or session that nobody has used for so long is ended. */
  readonly idleSeconds: number;
  /** How long a call may take; progress starts the time anew. */
  readonly callSeconds: number;
  /** Calls that one process answers at a time; further ones are refused. */
  readonly concurrentCalls: number;
  /** How many processes there may be at once, where each user has one. */
  readonly processes: number;
}

/** What reading a servers file came to: all of its servers, or every mistake with its place. */
export type ServersFile =
  | { readonly servers: readonly UpstreamDefinition[] }
  | { readonly mistakes: readonly string[] };

const text = z.string().max(8_192);
const value = z.union(
  [text, z.strictObject({ parameter: z.string().regex(/^[\w./-]{1,1011}$/) })],
  {
    error: 'must be a text, or { "parameter": NAME } for an SSM parameter',
  },
);
const accessFields = {
  groups: z.array(z.string().min(1).max(128)).optional(),
  scope: z
    .string()
    .regex(
      /^[\x21\x23-\x5b\x5d-\x7e]+$/,
      "must be a scope as tokens carry it, as in mcp-auth/files:read",
    )
    .optional(),
};

const ownFields = z.strictObject({
  ...accessFields,
  tools: z.record(z.string(), z.strictObject(accessFields)).default({}),
  process: z.enum(["shared", "per-user"]).default("shared"),
  identity: z.enum(["none", "environment", "header"]).default("none"),
  idleSeconds: z.int().min(1).max(86_400).default(600),
  callSeconds: z.int().min(1).max(3_600).default(60),
  concurrentCalls: z.int().min(1).max(1_000).default(16),
  processes: z.int().min(1).max(1_000).default(50),
  auditArguments: z.boolean().default(false),
  // What make bootstrap compares with what npm installs on a host.
  integrity: z.string().optional(),
});

const server = z.object({
  type: z.enum(["stdio", "http", "streamable-http", "streamableHttp"]).optional(),
  command: text.min(1).optional(),
  args: z.array(text).default([]),
  env: z.record(z.string().regex(/^[A-Za-z_]\w*$/), value).default({}),
  cwd: text.min(1).optional(),
  url: z.url({ protocol: /^https?$/ }).optional(),
  headers: z.record(z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/), value).default({}),
  disabled: z.boolean().default(false),
  cleanauth: ownFields.prefault({}),
});

const file = z.object({ mcpServers: z.record(z.string(), server) });

/** Members of these may use a server whose entry names nobody: every user that make user creates. */
const usualGroups = ["user", "admin"];

/**
 * Reads a file in the form that desktop clients use, with additions of this project under the key
 * `cleanauth`. Unknown keys beside that one are passed over, since each client has some of its own.
 *
 * @param json the file's text
 */
export function parseServersFile(json: string): ServersFile {
  let content: unknown;
  try {
    content = JSON.parse(json);
  } catch (error) {
    return { mistakes: [`It is no JSON: ${error instanceof Error ? error.message : error}`] };
  }
  const parsed = file.safeParse(content);
  const mistakes = [
    ...(parsed.success ? [] : parsed.error.issues.map(mistakeOf)),
    ...mistakesBetweenKeys(content),
  ];
  if (!parsed.success || mistakes.length > 0) return { mistakes: inOrder(mistakes, content) };
  const servers = Object.entries(parsed.data.mcpServers)
    .filter(([, { disabled }]) => !disabled)
    .map(([name, entry]) => defineUpstream(name, entry));
  return { servers };
}

function mistakeOf(issue: z.core.$ZodIssue): Mistake {
  const path = issue.path.map(String);
  if (issue.code !== "unrecognized_keys") return { path, message: issue.message };
  return { path, message: `does not know ${issue.keys.join(", ")}` };
}

function mistakesBetweenKeys(content: unknown): Mistake[] {
  return Object.entries(serversOf(content)).flatMap(([name, entry]) =>
    [...mistakesOfEntry(name, entry, Object.keys(ownFields.shape))].map(({ path, message }) => ({
      path: ["mcpServers", ...path],
      message,
    })),
  );
}

function serversOf(content: unknown): Readonly<Record<string, unknown>> {
  return isRecord(content) && isRecord(content.mcpServers) ? content.mcpServers : {};
}

/** Each with its place, those of one server together, as the servers stand in the file. */
function inOrder(mistakes: readonly Mistake[], content: unknown): string[] {
  const names = Object.keys(serversOf(content));
  const place = ({ path }: Mistake) => names.indexOf(path[1] ?? "");
  return [...mistakes]
    .sort((one, other) => place(one) - place(other))
    .map(({ path, message }) => `${path.join(".") || "the file"}: ${message}`);
}

function defineUpstream(name: string, entry: z.output<typeof server>): UpstreamDefinition {
  const { cleanauth: own, command, url } = entry;
  return {
    name,
    reach:
      command === undefined
        ? { kind: "http", url: url ?? "", headers: entry.headers }
        : { kind: "stdio", command, args: entry.args, env: entry.env, cwd: entry.cwd },
    access: accessOf(own),
    toolAccess: toolAccessOf(name, own.tools),
    process: own.process,
    identity: own.identity,
    limits: {
      idleSeconds: own.idleSeconds,
      callSeconds: own.callSeconds,
      concurrentCalls: own.concurrentCalls,
      processes: own.process === "shared" ? 1 : own.processes,
    },
    auditsArguments: own.auditArguments,
  };
}

/** A tool may be named as the server names it, or as callers see it, with the server's name in front. */
function toolAccessOf(name: string, tools: Readonly<Record<string, GivenAccess>>) {
  const prefix = `${name}.`;
  const seen = Object.entries(tools).filter(([tool]) => tool.startsWith(prefix));
  return new Map(
    [
      ...seen.map(([tool, it]) => [tool.slice(prefix.length), it] as const),
      ...Object.entries(tools),
    ].map(([tool, it]) => [tool, accessOf(it)]),
  );
}

interface GivenAccess {
  readonly groups?: string[] | undefined;
  readonly scope?: string | undefined;
}

function accessOf({ groups, scope }: GivenAccess): Access {
  if (groups === undefined && scope === undefined) return { groups: usualGroups };
  return { groups: groups ?? [], ...(scope !== undefined && { scope }) };
}
