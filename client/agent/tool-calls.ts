import type { ToolResultBlock } from "@aws-sdk/client-bedrock-runtime";
import { stripToLine } from "../terminal-text.ts";
import type { AgentEvent, McpConnection, Tool, ToolCall, ToolResult } from "./agent.ts";
import type { ToolUse } from "./assistant-turn.ts";
import { untilAborted } from "./interrupted.ts";

/** How many tools that only read may run at once. */
const mostAtOnce = 8;

type ToolResultEvent = Extract<AgentEvent, { type: "tool_result" }>;

interface PlannedCall {
  use: ToolUse;
  call: ToolCall;
  /** Undefined when the server has no tool of that name. */
  tool: Tool | undefined;
}

/**
 * Runs the tools that the model asked for in one turn. Tools that only read run at the same time where
 * they follow one another; all others run alone, in the order in which they were asked for, and
 * after `approve` said yes.
 *
 * @param uses what the model asked for
 * @param options.tools the tools by the names that the model knows them by
 * @returns one result for each use, in their order: Bedrock wants all of them in one message
 * @throws AppError `server_…` when the server is gone, `interrupted` when the signal stopped it
 */
export async function* runToolCalls(
  uses: readonly ToolUse[],
  options: {
    tools: ReadonlyMap<string, Tool>;
    connection: McpConnection;
    approve: (call: ToolCall, tool: Tool) => Promise<boolean>;
    signal: AbortSignal;
    onProgress?: ((callId: string, text: string) => void) | undefined;
  },
): AsyncGenerator<AgentEvent, ToolResultBlock[]> {
  const { tools, signal } = options;
  const blocks: ToolResultBlock[] = [];
  for (const batch of batches(uses.map((use) => planCall(use, tools)))) {
    for (const { call } of batch) yield { type: "tool_call", ...call };
    const running = new Map(
      batch.map((planned) => {
        const run = untilAborted(runCall(planned, options), signal);
        return [planned, run.then((event) => ({ planned, event }))];
      }),
    );
    const events = new Map<PlannedCall, ToolResultEvent>();
    while (running.size > 0) {
      const { planned, event } = await Promise.race(running.values());
      running.delete(planned);
      events.set(planned, event);
      yield event;
    }
    for (const planned of batch) blocks.push(resultBlock(planned.use, events.get(planned)));
  }
  return blocks;
}

function planCall(use: ToolUse, tools: ReadonlyMap<string, Tool>): PlannedCall {
  const tool = tools.get(use.name);
  const name = tool?.name ?? stripToLine(use.name, 100);
  return { use, tool, call: { id: use.id, name, arguments: use.input ?? {} } };
}

/** Cuts the calls into groups: each is run at once, one group after the other. */
function batches(planned: readonly PlannedCall[]): PlannedCall[][] {
  const groups: PlannedCall[][] = [];
  let group: PlannedCall[] = [];
  for (const next of planned) {
    const joins =
      next.tool?.readOnly === true && group.every(({ tool }) => tool?.readOnly === true);
    if (group.length > 0 && (!joins || group.length === mostAtOnce)) {
      groups.push(group);
      group = [];
    }
    group.push(next);
  }
  return group.length === 0 ? groups : [...groups, group];
}

async function runCall(
  { use, call, tool }: PlannedCall,
  options: {
    connection: McpConnection;
    approve: (call: ToolCall, tool: Tool) => Promise<boolean>;
    signal: AbortSignal;
    onProgress?: ((callId: string, text: string) => void) | undefined;
  },
): Promise<ToolResultEvent> {
  if (tool === undefined) return failed(call, `There is no tool named ${call.name}.`);
  if (use.input === null) return failed(call, "The arguments were no JSON object.");
  if (!tool.readOnly && !(await options.approve(call, tool))) {
    return { ...failed(call, "Not run: the user declined it."), outcome: "declined" };
  }
  const began = performance.now();
  const { connection, signal, onProgress } = options;
  const result = await connection.callTool(tool.name, call.arguments, signal, (text) =>
    onProgress?.(call.id, text),
  );
  return resultEvent(call, result, performance.now() - began);
}

function failed(call: ToolCall, text: string): ToolResultEvent {
  return resultEvent(call, { isError: true, text }, 0);
}

function resultEvent(call: ToolCall, result: ToolResult, milliseconds: number): ToolResultEvent {
  return {
    type: "tool_result",
    id: call.id,
    name: call.name,
    outcome: result.isError ? "error" : "ok",
    text: result.text,
    ...(result.structuredContent === undefined
      ? {}
      : { structuredContent: result.structuredContent }),
    durationMilliseconds: Math.round(milliseconds),
  };
}

/**
 * The text is what the tool wrote for a model to read; the structured form says the same again and
 * would only be paid for twice. Bedrock takes no empty text.
 */
function resultBlock(use: ToolUse, event: ToolResultEvent | undefined): ToolResultBlock {
  const text = event?.text.trim() ? event.text : "(The tool returned nothing.)";
  return {
    toolUseId: use.id,
    content: [{ text }],
    status: event?.outcome === "ok" ? "success" : "error",
  };
}
