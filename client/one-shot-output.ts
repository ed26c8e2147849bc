import type { Writable } from "node:stream";
import { AppError } from "@cleanauth/common/app-error.ts";
import { exitCodeOf } from "@cleanauth/common/exit-code.ts";
import type { AgentEvent, McpConnection, Tool } from "./agent/agent.ts";
import { isHttpSse } from "./agent/mcp-url.ts";
import type { Language } from "./chat/language.ts";
import { commandLineTexts } from "./chat/texts/command-line-texts.ts";
import { columnsOf } from "./chat/width.ts";
import { wordingOf } from "./localized-error.ts";
import type { TokenSource } from "./sign-in/sign-in.ts";
import { stripControlCharacters, stripToLine } from "./terminal-text.ts";

/** Where a one-shot command writes what happens, for people or for programs. */
export interface OneShotOutput {
  signedIn(tokens: TokenSource): void;
  connected(connection: McpConnection, serverUrl: string): void;
  tools(tools: readonly Tool[]): void;
  event(event: AgentEvent): void;
  /** What failed; on stderr it is told by the main program. */
  failed(error: unknown): void;
  /** Called last, also after a failure. */
  end(): void;
}

/**
 * The answer on stdout and nothing else there; tool calls and notices as short lines on stderr.
 *
 * @param stdout where the answer goes
 * @param stderr where everything else goes
 * @param language of what is said beside the answer
 */
export function createTextOutput(
  stdout: Writable,
  stderr: Writable,
  language: Language = "en",
): OneShotOutput {
  const texts = commandLineTexts[language];
  let isMidLine = false;

  function endLine(): void {
    if (isMidLine) stdout.write("\n");
    isMidLine = false;
  }

  function note(text: string): void {
    endLine();
    stderr.write(`${text}\n`);
  }

  return {
    signedIn() {},
    connected() {},
    failed() {},
    tools(tools) {
      const rows = tools.map((tool) => [tool.name, texts.effects[effectOf(tool)]] as const);
      const widths = [0, 1].map((column) =>
        Math.max(0, ...rows.map((row) => columnsOf(row[column] ?? ""))),
      );
      for (const [index, tool] of tools.entries()) {
        const cells = rows[index]?.map((text, column) =>
          text.padEnd(text.length + (widths[column] ?? 0) - columnsOf(text)),
        );
        stdout.write(`${[...(cells ?? []), firstSentence(tool)].join("  ").trimEnd()}\n`);
      }
      if (tools.length === 0) note(texts.noTools);
    },
    event(event) {
      switch (event.type) {
        case "text":
          stdout.write(event.text);
          if (event.text !== "") isMidLine = !event.text.endsWith("\n");
          return;
        case "tool_call":
          return note(stripToLine(`→ ${event.name} ${JSON.stringify(event.arguments)}`, 200));
        case "tool_result":
          return note(describeResult(event, texts));
        case "notice":
          return note(event.text[language]);
        case "retrying":
          return note(retryLine(event, language));
        case "done":
          return;
      }
    },
    end: endLine,
  };
}

/** What a tool may do, in a word. */
function effectOf(tool: Tool): "reads" | "changes" | "destructive" {
  if (tool.readOnly) return "reads";
  return tool.destructive ? "destructive" : "changes";
}

function firstSentence({ description }: Tool): string {
  return stripToLine(description.split(/(?<=[.!?。])\s|\n/, 1)[0] ?? "", 200);
}

function retryLine(
  { reason, delayMilliseconds }: Extract<AgentEvent, { type: "retrying" }>,
  language: Language,
): string {
  const seconds = Math.max(1, Math.round(delayMilliseconds / 1000));
  return commandLineTexts[language].retrying(reason[language], seconds);
}

function describeResult(
  result: Extract<AgentEvent, { type: "tool_result" }>,
  texts: (typeof commandLineTexts)["en"],
): string {
  switch (result.outcome) {
    case "ok":
      return `✓ ${result.name} (${result.durationMilliseconds} ms)`;
    case "error":
      return stripToLine(`✗ ${result.name}: ${result.text}`, 300);
    case "declined":
      return texts.declined(result.name);
  }
}

/**
 * One JSON object a line on stdout, with what it is in `type`.
 *
 * @param stdout where the lines go
 * @param language of what is worded for people
 */
export function createJsonOutput(stdout: Writable, language: Language = "en"): OneShotOutput {
  function write(line: object): void {
    stdout.write(`${toJsonLine(line)}\n`);
  }

  return {
    signedIn({ identity, expiresAtMilliseconds }) {
      const expiresAt = new Date(expiresAtMilliseconds()).toISOString();
      write({ type: "signed_in", ...identity, expiresAt });
    },
    connected(connection, serverUrl) {
      write({
        type: "connected",
        server: connection.serverName,
        version: connection.serverVersion,
        protocolVersion: connection.protocolVersion,
        transport: isHttpSse(serverUrl) ? "sse" : "streamable-http",
        tools: connection.tools().map(({ name }) => name),
      });
    },
    tools(tools) {
      for (const tool of tools) write({ type: "tool", ...tool });
    },
    event(event) {
      if (event.type === "notice") write({ ...event, text: event.text[language] });
      else if (event.type !== "retrying") write(event);
      else write({ type: "notice", text: retryLine(event, language) });
    },
    failed(error) {
      const [message, hint] = wordingOf(error)[language];
      write({
        type: "error",
        code: error instanceof AppError ? error.code : "unexpected",
        message: stripControlCharacters(message),
        hint,
        exitCode: exitCodeOf(error),
      });
    },
    end() {},
  };
}

/**
 * JSON that loses nothing and does nothing to a terminal: what `JSON.stringify` leaves as it is of
 * C1, bidirectional controls and line separators is escaped, too.
 */
function toJsonLine(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
