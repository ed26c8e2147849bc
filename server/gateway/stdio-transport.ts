import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import type { Logger } from "@cleanauth/common/log.ts";
import { getDefaultEnvironment } from "@modelcontextprotocol/sdk/client/stdio.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import { cutLines } from "./lines.ts";
import { logStrayOutput } from "./stray-output.ts";

const longestMessageBytes = 4 * 1024 * 1024;
const longestUnreadBytes = 4 * 1024 * 1024;
/** A process that writes faster than this is read no faster: parsing it would take the server's time. */
const bytesPerTurn = 256 * 1024;
const turnMilliseconds = 25;
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
      child.once("spawn", resolve).once("error", reject);
    });
    this.#child = child;
    child.on("error", (error) => this.onerror?.(error));
    // What it is told while it ends is lost with it.
    child.stdin.on("error", () => {});
    child.once("exit", (code, signal) => {
      this.#logger.info({ code, signal }, "upstream ended");
      // What it has started may hold its streams open.
      endGroup(child, "SIGKILL");
    });
    child.once("close", () => {
      this.#child = undefined;
      this.onclose?.();
    });
    this.#read(child);
  }

  #read({ stdout, stderr }: ChildProcessWithoutNullStreams): void {
    const stray = logStrayOutput(this.#logger);
    const cutMessages = cutLines(
      longestMessageBytes,
      (line) => {
        const message = parseMessage(line);
        if (message === null) stray(line, "upstream wrote what is no message");
        else this.#deliver(message);
      },
      () => this.#logger.warn({ longestMessageBytes }, "upstream wrote too long a message"),
    );
    let read = 0;
    stdout.on("data", (chunk: Buffer) => {
      cutMessages(chunk);
      read += chunk.length;
      if (read <= bytesPerTurn || stdout.isPaused()) return;
      stdout.pause();
      setTimeout(() => {
        read = 0;
        stdout.resume();
      }, turnMilliseconds);
    });
    const cutErrors = cutLines(
      64 * 1024,
      (line) => stray(line, "upstream's standard error"),
      () => {},
    );
    stderr.on("data", cutErrors);
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
  try {
    const json: unknown = JSON.parse(line);
    const isMessage = typeof json === "object" && json !== null && "jsonrpc" in json;
    return isMessage && json.jsonrpc === "2.0" ? (json as JSONRPCMessage) : null;
  } catch {
    return null;
  }
}

function endGroup({ pid }: ChildProcessWithoutNullStreams, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // Nobody of the group is left.
  }
}
