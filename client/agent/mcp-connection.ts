import { setTimeout as delay } from "node:timers/promises";
import { AppError } from "@cleanauth/common/app-error.ts";
import type { RequestOptions } from "@modelcontextprotocol/sdk/shared/protocol.js";
import { ErrorCode, McpError } from "@modelcontextprotocol/sdk/types.js";
import type { Exchange } from "../exchange.ts";
import { LocalizedError } from "../localized-error.ts";
import type { TellUser, TokenSource } from "../sign-in/sign-in.ts";
import { stripToLine } from "../terminal-text.ts";
import type { McpConnection, ServerEvent, ToolResult } from "./agent.ts";
import { isBrokenOff } from "./connect-error.ts";
import type { Elicitation, ElicitationAnswer } from "./elicitation.ts";
import { interrupted, untilAborted } from "./interrupted.ts";
import { completeArgument, getPrompt, readResource } from "./mcp-content.ts";
import { sessionEnded, unreachableError } from "./mcp-refusal.ts";
import { failedResult, toToolResult } from "./mcp-result.ts";
import { callMilliseconds, type McpSession, openMcpSession } from "./mcp-session.ts";

/**
 * Connects to an MCP server as a signed-in user. When the server has ended the session (it was
 * restarted, or the session was idle for too long) the next call opens another one by itself.
 *
 * @param options.serverUrl the server's MCP endpoint; HTTP+SSE when its path ends in `/sse`
 * @param options.tokens the user's tokens
 * @param options.clientVersion what the server is told about this program
 * @param options.onEvent told what the server does unasked, and whether it is there
 * @param options.onStepUp tells the user where to go on in a browser, when the server asks for more scope
 * @param options.exchange records how the server takes the token
 * @throws AppError `server_…` or `sign_in_…`
 */
export async function connectMcp(options: {
  serverUrl: string;
  tokens: TokenSource;
  clientVersion: string;
  exchange?: Exchange;
  onEvent?: (event: ServerEvent) => void;
  onStepUp?: TellUser;
}): Promise<McpConnection> {
  const { serverUrl, onEvent } = options;
  const sessionOptions = {
    ...options,
    onAway: () => void returnWhenBack(),
    onLog: createLogObserver((level, text) => onEvent?.({ type: "logged", level, text })),
    ...(onEvent === undefined
      ? {}
      : {
          onElicit: createElicitor(onEvent),
          onOffers: () => onEvent({ type: "offers_changed" }),
        }),
  };
  let session = await openMcpSession(sessionOptions);
  let isReturning = false;
  let reopening: Promise<McpSession> | undefined;
  let isClosed = false;

  /** The session in place of one that ended, opened once for all calls that found it ended. */
  async function sessionAfter(ended: McpSession): Promise<McpSession> {
    if (session !== ended) return session;
    reopening ??= openMcpSession(sessionOptions).finally(() => {
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

  /** Tries to open another session, more and more seldom, until the server is there again. */
  async function returnWhenBack(): Promise<void> {
    if (isReturning || isClosed) return;
    isReturning = true;
    onEvent?.({ type: "reachable", state: "away" });
    const lost = session;
    for (let attempt = 0; !isClosed && session === lost; attempt += 1) {
      await delay(Math.min(longestPauseMilliseconds, 1_000 * 2 ** attempt), undefined, {
        ref: false,
      });
      if (isClosed || session !== lost) break;
      try {
        await sessionAfter(lost);
      } catch (error) {
        // Only another sign-in mends that; the next question will say so.
        if (error instanceof AppError && error.code.startsWith("sign_in_")) break;
      }
    }
    isReturning = false;
    if (!isClosed && session !== lost) onEvent?.({ type: "reachable", state: "connected" });
  }

  /** Asks in the session, and in another one where the server has ended it. */
  async function inSession<Answer>(
    name: string,
    signal: AbortSignal,
    ask: (used: McpSession) => Promise<Answer>,
  ): Promise<Answer> {
    const used = session.isLost() ? await sessionAfter(session) : session;
    try {
      return await askOnce(used, name, signal, ask);
    } catch (error) {
      // The server did not do what it was asked for, so that asking again is safe.
      if (!(error instanceof AppError) || error.code !== sessionEnded) throw error;
      return askOnce(await sessionAfter(used), name, signal, ask);
    }
  }

  async function askOnce<Answer>(
    used: McpSession,
    name: string,
    signal: AbortSignal,
    ask: (used: McpSession) => Promise<Answer>,
  ): Promise<Answer> {
    try {
      return await ask(used);
    } catch (error) {
      if (signal.aborted) throw interrupted();
      if (error instanceof AppError) throw error;
      const unreachable = unreachableError(error, serverUrl);
      if (unreachable !== null) throw unreachable;
      const offence = used.offence();
      if (offence !== null) throw offence;
      if (isBrokenOff(error) || used.isLost()) throw connectionLost(serverUrl, name);
      throw error;
    }
  }

  /** The same for what is read of the server, which says why where it does not give it. */
  async function readInSession<Answer>(
    name: string,
    signal: AbortSignal,
    read: (client: McpSession["client"], options: RequestOptions) => Promise<Answer>,
  ): Promise<Answer> {
    try {
      return await inSession(name, signal, ({ client }) =>
        // A signal for this request alone: the SDK never takes its listener off again.
        read(client, { signal: AbortSignal.any([signal]), timeout: readMilliseconds }),
      );
    } catch (error) {
      throw error instanceof AppError ? error : notGiven(name, error);
    }
  }

  return {
    serverName: session.serverName,
    serverVersion: session.serverVersion,
    protocolVersion: session.protocolVersion,
    tools: () => session.tools(),
    offers: () => session.offers(),
    async callTool(name, toolArguments, signal, onProgress): Promise<ToolResult> {
      try {
        return await inSession(name, signal, async (used) =>
          toToolResult(await used.callTool(name, toolArguments, signal, onProgress)),
        );
      } catch (error) {
        if (error instanceof AppError) throw error;
        return failedResult(describeCallFailure(error));
      }
    },
    getPrompt: (name, promptArguments, signal) =>
      readInSession(name, signal, (client, requestOptions) =>
        getPrompt(client, name, promptArguments, requestOptions),
      ),
    readResource: (uri, signal) =>
      readInSession(uri, signal, (client, requestOptions) =>
        readResource(client, uri, requestOptions),
      ),
    complete: (of, argument, others, signal) =>
      readInSession(argument.name, signal, (client, requestOptions) =>
        completeArgument(client, of, argument, others, requestOptions),
      ),
    async close() {
      isClosed = true;
      await session.close();
    },
  };
}

/** One form at a time, so that no server can cover the screen with them. */
function createElicitor(tell: (event: ServerEvent) => void) {
  let isBusy = false;
  return async (
    elicitation: Elicitation | null,
    signal: AbortSignal,
  ): Promise<ElicitationAnswer> => {
    if (isBusy || signal.aborted) return { action: "cancel" };
    isBusy = true;
    const answered = new Promise<ElicitationAnswer>((answer) => {
      tell({ type: "elicited", elicitation, answer });
      if (elicitation === null) answer({ action: "decline" });
    });
    return untilAborted(answered, signal).finally(() => {
      isBusy = false;
    });
  };
}

const longestPauseMilliseconds = 30_000;

/** What a server logs without end is told in part: so many lines in so much time. */
const logBounds = { lines: 20, milliseconds: 10_000 };

function createLogObserver(
  tell: (level: string, text: string) => void,
): (level: string, text: string) => void {
  let count = 0;
  let beganAt = 0;
  return (level, text) => {
    const now = Date.now();
    if (now - beganAt > logBounds.milliseconds) {
      count = 0;
      beganAt = now;
    }
    count += 1;
    if (count <= logBounds.lines) tell(level, text);
  };
}

/** How long a prompt or a resource may take. */
const readMilliseconds = 30_000;

function notGiven(name: string, error: unknown): AppError {
  const isLate = error instanceof McpError && error.code === ErrorCode.RequestTimeout;
  const said = error instanceof McpError && !isLate ? describeCallFailure(error) : "";
  const seconds = readMilliseconds / 1000;
  const why = isLate
    ? { en: `no answer within ${seconds} seconds`, ko: `${seconds}초 안에 응답 없음` }
    : said === ""
      ? { en: "its answer is not as MCP has it", ko: "응답이 MCP 형식에 맞지 않음" }
      : { en: stripToLine(said), ko: stripToLine(said) };
  const shown = stripToLine(name, 200);
  return new LocalizedError("server_request_failed", {
    en: [
      `The server did not give ${shown}: ${why.en}`,
      "Look at what was filled in, and try again.",
    ],
    ko: [
      `서버가 ${shown} 요청에 답하지 않았습니다: ${why.ko}`,
      "입력한 값을 확인하고 다시 시도하세요.",
    ],
  });
}

function connectionLost(url: string, toolName: string): AppError {
  return new LocalizedError("server_connection_lost", {
    en: [
      `The connection to ${url} broke while ${toolName} ran; it may or may not have done its work`,
      "Check that the server runs, and what the tool did, before you ask again.",
    ],
    ko: [
      `${toolName} 실행 중에 ${url} 서버와의 연결이 끊겼습니다. 작업이 끝났는지는 알 수 없습니다`,
      "다시 묻기 전에 서버가 실행 중인지, 도구가 무엇을 했는지 확인하세요.",
    ],
  });
}

function describeCallFailure(error: unknown): string {
  if (!(error instanceof McpError)) return "The server's answer to this call is not valid.";
  if (error.message.endsWith("Request timed out")) {
    return `The tool did not answer within ${callMilliseconds / 1000} seconds.`;
  }
  return error.message.replace(/^(MCP error -?\d+: )+/, "");
}
