import { AppError } from "@cleanauth/common/app-error.ts";
import { ErrorCode, McpError } from "@modelcontextprotocol/sdk/types.js";
import { LocalizedError } from "../localized-error.ts";
import { stripToLine } from "../terminal-text.ts";
import { notMcpError, unreachableError } from "./mcp-refusal.ts";

/** How long opening a session, and each of its lists, may take. */
export const connectMilliseconds = 15_000;

/** Marks the error that stands for an answer which broke off; no server can send this very object. */
export const brokeOff = { brokeOff: true };

/** Whether a call ended without an answer because the connection did. */
export function isBrokenOff(error: unknown): boolean {
  return error instanceof McpError && error.data === brokeOff;
}

/** Words what kept a session from being opened. */
export function connectError(error: unknown, url: string): AppError {
  if (error instanceof AppError) return error;
  const unreachable = unreachableError(error, url);
  if (unreachable !== null) return unreachable;
  const said = stripToLine(error instanceof Error ? error.message : String(error));
  if (/protocol version is not supported/i.test(said)) {
    return new LocalizedError("server_protocol_version", {
      en: [
        `${url} speaks a version of MCP that this client does not: ${said}`,
        "Use a client and a server of about the same age.",
      ],
      ko: [
        `${url} 서버의 MCP 버전을 이 클라이언트가 지원하지 않습니다: ${said}`,
        "비슷한 시기에 나온 클라이언트와 서버를 쓰세요.",
      ],
    });
  }
  if (error instanceof McpError && error.code === ErrorCode.RequestTimeout) return noAnswer(url);
  if (error instanceof McpError && !isBrokenOff(error)) {
    return new LocalizedError("server_rejected_request", {
      en: [`${url} did not open a session: ${said}`, "Look into the server's log."],
      ko: [`${url} 서버가 세션을 열지 않았습니다: ${said}`, "서버 로그를 확인하세요."],
    });
  }
  return notMcpError(url, { en: "its answer cannot be read", ko: "응답을 읽을 수 없음" });
}

/** The server did not answer in time. */
export function noAnswer(url: string): AppError {
  const seconds = connectMilliseconds / 1000;
  return new LocalizedError("server_unreachable", {
    en: [
      `${url} did not answer within ${seconds} seconds`,
      "Check that the server runs and is not overloaded.",
    ],
    ko: [
      `${url} 서버가 ${seconds}초 안에 답하지 않았습니다`,
      "서버가 실행 중인지, 과부하가 아닌지 확인하세요.",
    ],
  });
}
