import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { getPriority, setPriority } from "node:os";
import type { Logger } from "@cleanauth/common/log.ts";
import { getDefaultEnvironment } from "@modelcontextprotocol/sdk/client/stdio.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type {
  JSONRPCMessage,
  JSONRPCResponse,
  RequestId,
} from "@modelcontextprotocol/sdk/types.js";
import { readPacedLines } from "./paced-lines.ts";
import { leftOutMilliseconds, unaskedMilliseconds } from "./read-pace.ts";
import { logStrayOutput } from "./stray-output.ts";
import { longestMessageBytes, tooLongAnswer } from "./upstream-error.ts";

const longestUnreadBytes = 4 * 1024 * 1024;
const longestErrorBytes = 64 * 1024;
const patienceMilliseconds = 2_000;

export interface ProgramToRun {
  readonly command: string;
  readonly args: readonly string[];
  /** What it gets beside the few variables that every program needs; nothing else of this process. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string | undefined;
}

/**
 * Runs an MCP server as a process of its own and speaks to it over its standard streams. In place of
 * the SDK's transport: this one ends the whole process group (`npx` starts the server as a child of
 * its own), reads a flood no faster than it can be borne, and survives output that is no message.
 * https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#stdio
 */
export class StdioTransport implements Transport {
  onmessage?: NonNullable<Transport["onmessage"]>;
  onclose?: () => void;
  onerror?: (error: Error) => void;
  readonly #program: ProgramToRun;
  readonly #logger: Logger;
  #child: ChildProcessWithoutNullStreams | undefined;
  /** Requests that the process has yet to answer. */
  readonly #awaited = new Set<RequestId>();
  #delivered: Promise<unknown> = Promise.resolve();

  constructor(program: ProgramToRun, logger: Logger) {
    this.#program = program;
    this.#logger = logger;
  }

  /** @throws when the program cannot be started */
  async start(): Promise<void> {
    const { command, args, env, cwd } = this.#program;
    const child = spawn(command, [...args], {
      env: { ...getDefaultEnvironment(), ...env },
      cwd,
      stdio: ["pipe", "pipe", "pipe"],
      // A group of its own, so that it can be ended with all that it has started.
      detached: true,
    });
    await new Promise<void>((resolve, reject) => {
      child.once("spawn", resolve).once("error", (error) => {
        // Node blames the program for a folder that is not there.
        const isFolder = cwd === undefined || existsSync(cwd);
        reject(isFolder ? error : new Error(`There is no folder ${cwd}`, { cause: error }));
      });
    });
    lowerPriority(child);
    this.#child = child;
    child.on("error", (error) => this.onerror?.(error));
    // What it is told while it ends is lost with it.
    child.stdin.on("error", () => {});
    const readRest = this.#read(child);
    child.once("exit", (code, signal) => {
      this.#logger.info({ code, signal }, "upstream ended");
      // What it has started may hold its streams open.
      endGroup(child, "SIGKILL");
      readRest();
    });
    child.once("close", () => {
      this.#child = undefined;
      this.onclose?.();
    });
  }

  /** @returns reads what is left, once the process has ended */
  #read({ stdout, stderr }: ChildProcessWithoutNullStreams): () => void {
    const stray = logStrayOutput(this.#logger);
    let hasEnded = false;
    const restOfOutput = readPacedLines(stdout, {
      longestBytes: longestMessageBytes,
      onLine: (line) => {
        const message = parseMessage(line);
        const isAnswer = message !== null && !("method" in message);
        const isAwaited = isAnswer && this.#isAwaited(message);
        if (message === null) stray(line, "upstream wrote what is no message");
        else if (isAnswer && !isAwaited) stray(line, "upstream answered what it was not asked");
        // Of a flood that its end has cut short, only answers are still of use.
        else if (isAwaited || !hasEnded) this.#deliver(message);
        if (isAwaited) return 0;
        return message === null || isAnswer ? leftOutMilliseconds : unaskedMilliseconds;
      },
      onTooLong: (first, last) => {
        stray(first, "upstream wrote too long a message");
        const id = this.#findAwaited(`${last} ${first}`);
        if (id !== undefined) this.#deliver({ jsonrpc: "2.0", id, error: tooLongAnswer });
      },
    });
    const restOfErrors = readPacedLines(stderr, {
      longestBytes: longestErrorBytes,
      onLine: (line) => {
        stray(line, "upstream's standard error");
        return leftOutMilliseconds;
      },
      onTooLong: () => {},
    });
    return () => {
      hasEnded = true;
      restOfOutput();
      restOfErrors();
    };
  }

  #isAwaited({ id }: JSONRPCResponse): boolean {
    return id !== undefined && this.#awaited.delete(id);
  }

  /** The id of an answer that was passed over: it stands at the beginning or at the end. */
  #findAwaited(ends: string): RequestId | undefined {
    const ids = [...ends.matchAll(/"id"\s*:\s*(\d+)/g)].map(([, id]) => Number(id));
    return ids.find((id) => this.#awaited.delete(id));
  }

  /**
   * Hands messages over one at a time. The SDK looks at a notification a moment later than at a
   * response: the last progress of a call would come too late if its result came in the same turn.
   */
  #deliver(message: JSONRPCMessage): void {
    this.#delivered = this.#delivered
      .then(() => this.onmessage?.(message))
      .catch((error) => this.onerror?.(error));
  }

  /** @throws when the process is gone, or reads so slowly that too much waits for it */
  async send(message: JSONRPCMessage): Promise<void> {
    const stdin = this.#child?.stdin;
    if (stdin === undefined || stdin.destroyed) throw new Error("The process has ended");
    if (stdin.writableLength > longestUnreadBytes) {
      throw new Error("The process does not read what it is sent");
    }
    if ("method" in message && "id" in message) this.#awaited.add(message.id);
    else if ("method" in message && message.method === "notifications/cancelled") {
      this.#awaited.delete(message.params?.requestId as RequestId);
    }
    stdin.write(`${JSON.stringify(message)}\n`);
  }

  /** Closes its input, as MCP asks; what has not ended some seconds later is ended. */
  async close(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
    child.stdin.end();
    const timers = [
      setTimeout(() => endGroup(child, "SIGTERM"), patienceMilliseconds),
      setTimeout(() => endGroup(child, "SIGKILL"), 2 * patienceMilliseconds),
    ];
    await closed;
    for (const timer of timers) clearTimeout(timer);
  }
}

function parseMessage(line: string): JSONRPCMessage | null {
  // To fail at parsing takes longer than to parse.
  if (!line.startsWith("{")) return null;
  try {
    const json: unknown = JSON.parse(line);
    const isMessage = typeof json === "object" && json !== null && "jsonrpc" in json;
    return isMessage && json.jsonrpc === "2.0" ? (json as JSONRPCMessage) : null;
  } catch {
    return null;
  }
}

/**
 * Upstreams give way to whoever signs people in and answers the others: one that starts or computes keeps
 * them waiting less.
 */
function lowerPriority({ pid }: ChildProcessWithoutNullStreams): void {
  try {
    if (pid !== undefined) setPriority(pid, Math.min(getPriority() + 5, 19));
  } catch {
    // It has ended already, or the system has no priorities.
  }
}

function endGroup({ pid }: ChildProcessWithoutNullStreams, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // Nobody of the group is left.
  }
}
