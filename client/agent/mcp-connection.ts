import { AppError } from "@cleanauth/common/app-error.ts";
import { McpError } from "@modelcontextprotocol/sdk/types.js";
import type { Exchange } from "../exchange.ts";
import type { TokenSource } from "../sign-in/sign-in.ts";
import type { McpConnection, ToolResult } from "./agent.ts";
import { interrupted } from "./interrupted.ts";
import { sessionEnded, unreachableError } from "./mcp-refusal.ts";
import { failedResult, toToolResult } from "./mcp-result.ts";
import { callMilliseconds, isBrokenOff, type McpSession, openMcpSession } from "./mcp-session.ts";

/**
 * Connects to an MCP server as a signed-in user. When the server has ended the session (it was
 * restarted, or the session was idle for too long) the next call opens another one by itself.
 *
 * @param options.serverUrl the server's MCP endpoint; HTTP+SSE when its path ends in `/sse`
 * @param options.tokens the user's tokens
 * @param options.clientVersion what the server is told about this program
 * @param options.exchange records how the server takes the token
 * @throws AppError `server_…` or `sign_in_…`
 */
export async function connectMcp(options: {
  serverUrl: string;
  tokens: TokenSource;
  clientVersion: string;
  exchange?: Exchange;
}): Promise<McpConnection> {
  const { serverUrl } = options;
  let session = await openMcpSession(options);
  let reopening: Promise<McpSession> | undefined;
  let isClosed = false;

  /** The session in place of one that ended, opened once for all calls that found it ended. */
  async function sessionAfter(ended: McpSession): Promise<McpSession> {
    if (session !== ended) return session;
    reopening ??= openMcpSession(options).finally(() => {
      reopening = undefined;
    });
    const opened = await reopening;
    if (session === ended) {
      session = opened;
      // Stops what its transport still tries by itself.
      void ended.close();
    }
    // Closed in the meantime: nothing may be left behind on the server.
    if (isClosed) await opened.close();
    return opened;
  }

  async function callOnce(
    used: McpSession,
    name: string,
    toolArguments: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<ToolResult> {
    try {
      return toToolResult(await used.callTool(name, toolArguments, signal));
    } catch (error) {
      if (signal.aborted) throw interrupted();
      if (error instanceof AppError) throw error;
      const unreachable = unreachableError(error, serverUrl);
      if (unreachable !== null) throw unreachable;
      const offence = used.offence();
      if (offence !== null) throw offence;
      if (isBrokenOff(error) || used.isLost()) throw connectionLost(serverUrl, name);
      return failedResult(describeCallFailure(error));
    }
  }

  return {
    serverName: session.serverName,
    serverVersion: session.serverVersion,
    protocolVersion: session.protocolVersion,
    tools: () => session.tools(),
    async callTool(name, toolArguments, signal) {
      const used = session.isLost() ? await sessionAfter(session) : session;
      try {
        return await callOnce(used, name, toolArguments, signal);
      } catch (error) {
        // The server did not run the tool, so that asking again is safe.
        if (!(error instanceof AppError) || error.code !== sessionEnded) throw error;
        return callOnce(await sessionAfter(used), name, toolArguments, signal);
      }
    },
    async close() {
      isClosed = true;
      await session.close();
    },
  };
}

function connectionLost(url: string, toolName: string): AppError {
  return new AppError(
    "server_connection_lost",
    `The connection to ${url} broke while ${toolName} ran; it may or may not have done its work`,
    "Check that the server runs, and what the tool did, before you ask again.",
  );
}

function describeCallFailure(error: unknown): string {
  if (!(error instanceof McpError)) return "The server's answer to this call is not valid.";
  if (error.message.endsWith("Request timed out")) {
    return `The tool did not answer within ${callMilliseconds / 1000} seconds.`;
  }
  return error.message.replace(/^MCP error -?\d+: /, "");
}
