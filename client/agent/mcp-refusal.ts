import type { LocalizedText } from "../chat/language.ts";
import { LocalizedError } from "../localized-error.ts";
import { describeNetworkFailure } from "../network-failure.ts";
import { stripToLine } from "../terminal-text.ts";

/** An HTTP answer that is no success, reduced to what its meaning depends on. */
export interface Refusal {
  status: number;
  /** Where the request went, as people may see it: origin and path. */
  url: string;
  /** Whether it was the first request, which opens a session. */
  opensSession: boolean;
  /** Whether it carried a session's id. */
  hasSession: boolean;
  /** What the body said about it; empty when it said nothing that can be shown. */
  reason: string;
  wwwAuthenticate: string | null;
  retryAfter: string | null;
  location: string | null;
}

/** The code of the error that means: open a new session and ask again. */
export const sessionEnded = "server_session_ended";

/**
 * Words an HTTP answer that is no success.
 * https://modelcontextprotocol.io/specification/2025-11-25/basic/transports
 *
 * @param refusal the answer
 * @returns an error whose code begins with `server_`
 */
export function refusalError(refusal: Refusal): LocalizedError {
  const { status, url, opensSession, hasSession, reason } = refusal;
  const said = reason === "" ? "" : `: ${reason}`;
  if (status >= 300 && status < 400) return redirectError(refusal);
  if (status === 401) return unauthorizedError(refusal);
  if (status === 403) return forbiddenError(refusal);
  const pause = waitingTime(refusal.retryAfter);
  if (status === 429) {
    return new LocalizedError("server_rate_limited", {
      en: [`${url} takes no more requests of this user just now`, `Try again ${pause.en}.`],
      ko: [
        `지금은 ${url} 서버가 이 사용자의 요청을 더 받지 않습니다`,
        `${pause.ko} 다시 시도하세요.`,
      ],
    });
  }
  // The specification asks for 404; many servers answer 400 for a session that they have forgotten.
  if (hasSession && (status === 404 || (status === 400 && /session/i.test(reason)))) {
    return new LocalizedError(sessionEnded, {
      en: [`${url} has ended the session`, "Connect again."],
      ko: [`${url} 서버가 세션을 끝냈습니다`, "다시 연결하세요."],
    });
  }
  if (opensSession && [404, 405, 406, 410, 415, 501].includes(status)) {
    return notMcpError(url, { en: `it answered ${status}${said}`, ko: `${status} 응답${said}` });
  }
  if (status >= 500) {
    return new LocalizedError("server_failed", {
      en: [
        `${url} failed with ${status}${said}`,
        `Try again ${pause.en}; if it stays, look into the server's log.`,
      ],
      ko: [
        `${url} 서버에서 오류가 났습니다(${status})${said}`,
        `${pause.ko} 다시 시도하세요. 그래도 같으면 서버 로그를 확인하세요.`,
      ],
    });
  }
  return new LocalizedError("server_rejected_request", {
    en: [
      `${url} did not accept the request (${status}${said})`,
      "Check that the URL is that of an MCP server and that client and server are of the same version.",
    ],
    ko: [
      `${url} 서버가 요청을 받아들이지 않았습니다(${status}${said})`,
      "MCP 서버의 URL이 맞는지, 클라이언트와 서버의 버전이 같은지 확인하세요.",
    ],
  });
}

/** Something else than an MCP server answered. */
export function notMcpError(url: string, because: LocalizedText): LocalizedError {
  return new LocalizedError("server_not_mcp", {
    en: [
      `${url} is no MCP server: ${because.en}`,
      "Check SERVER_URL: the endpoint's path usually is /mcp or /sse.",
    ],
    ko: [
      `${url}은(는) MCP 서버가 아닙니다: ${because.ko}`,
      "SERVER_URL을 확인하세요. 엔드포인트의 경로는 보통 /mcp 또는 /sse입니다.",
    ],
  });
}

/** The server said more than anybody would want to hear. */
export function floodError(url: string): LocalizedError {
  return new LocalizedError("server_floods", {
    en: [
      `${url} sends more than this client takes in, so the connection is closed`,
      "Do not use this server, or ask whoever runs it to mend it.",
    ],
    ko: [
      `${url} 서버가 받을 수 있는 것보다 많이 보내서 연결을 끊었습니다`,
      "이 서버를 쓰지 말거나, 운영자에게 고쳐 달라고 하세요.",
    ],
  });
}

/**
 * Words a connection that did not come about or broke.
 *
 * @param error what fetch threw
 * @param url where the request went
 * @returns null for an error that is not about the network
 */
export function unreachableError(error: unknown, url: string): LocalizedError | null {
  const words = describeNetworkFailure(error);
  if (words === null) return null;
  const hint = hintFor(words);
  return new LocalizedError(
    "server_unreachable",
    {
      en: [`${url} cannot be reached: ${words.en}`, hint.en],
      ko: [`${url}에 연결할 수 없습니다: ${words.ko}`, hint.ko],
    },
    { cause: error },
  );
}

function hintFor(words: LocalizedText): LocalizedText {
  if (words.en.includes("certificate")) {
    return {
      en: "Give the authority's certificate in NODE_EXTRA_CA_CERTS, or correct the host name.",
      ko: "기관의 인증서를 NODE_EXTRA_CA_CERTS로 주거나, 호스트 이름을 바로잡으세요.",
    };
  }
  if (words.en.includes("speak TLS")) {
    return {
      en: "Write http:// if that is meant, or check the port.",
      ko: "http://를 쓰려던 것이면 그렇게 쓰고, 아니면 포트를 확인하세요.",
    };
  }
  return {
    en: "Start the server (make start runs one on this machine), or check SERVER_URL.",
    ko: "서버를 시작하거나(make start로 이 컴퓨터에서 실행), SERVER_URL을 확인하세요.",
  };
}

function redirectError({ url, location }: Refusal): LocalizedError {
  const target = location !== null && URL.canParse(location, url) ? new URL(location, url) : null;
  const shown = target === null ? null : stripToLine(`${target.origin}${target.pathname}`);
  return new LocalizedError("server_redirects", {
    en: [
      `${url} redirects to ${shown ?? "elsewhere"}, and a token is not sent after a redirect`,
      "Give the URL that is meant as SERVER_URL.",
    ],
    ko: [
      `${url} 서버가 ${shown ?? "다른 곳"}(으)로 리디렉션하지만, 토큰은 리디렉션을 따라 보내지 않습니다`,
      "원래 가려던 URL을 SERVER_URL로 주세요.",
    ],
  });
}

function unauthorizedError({ url, reason, wwwAuthenticate }: Refusal): LocalizedError {
  const { error, error_description: description } = parseChallenge(wwwAuthenticate);
  const why = stripToLine(description ?? (reason === "" ? (error ?? "") : reason));
  return new LocalizedError("server_refused", {
    en: [
      `${url} refused the access token: ${why || noReason.en}`,
      "Check that server and client are set to the same user pool and app client (COGNITO_POOL_ID, COGNITO_CLIENT_ID).",
    ],
    ko: [
      `${url} 서버가 액세스 토큰을 거부했습니다: ${why || noReason.ko}`,
      "서버와 클라이언트가 같은 사용자 풀과 앱 클라이언트를 쓰는지 확인하세요(COGNITO_POOL_ID, COGNITO_CLIENT_ID).",
    ],
  });
}

function forbiddenError({ url, reason, wwwAuthenticate }: Refusal): LocalizedError {
  const { error, scope, error_description: description } = parseChallenge(wwwAuthenticate);
  if (error === "insufficient_scope") {
    const wanted = scope === undefined ? "" : stripToLine(scope);
    return new LocalizedError("server_forbidden", {
      en: [
        `${url} does not allow this to the user${wanted === "" ? "" : `; it asks for ${wanted}`}`,
        "Sign in as a user who may, or ask an administrator for the group or scope.",
      ],
      ko: [
        `${url} 서버가 이 사용자에게 허용하지 않습니다${wanted === "" ? "" : `. 필요한 권한: ${wanted}`}`,
        "권한이 있는 사용자로 로그인하거나, 관리자에게 그룹이나 스코프를 요청하세요.",
      ],
    });
  }
  const why = stripToLine(description ?? reason);
  return new LocalizedError("server_forbidden", {
    en: [
      `${url} does not allow the request: ${why || noReason.en}`,
      "Reach it under the name that it is set up for (PUBLIC_URL).",
    ],
    ko: [
      `${url} 서버가 요청을 허용하지 않습니다: ${why || noReason.ko}`,
      "서버에 설정된 이름(PUBLIC_URL)으로 접속하세요.",
    ],
  });
}

const noReason: LocalizedText = { en: "it gave no reason", ko: "이유를 밝히지 않음" };

/**
 * The parameters of a Bearer challenge.
 * https://www.rfc-editor.org/rfc/rfc6750#section-3
 */
export function parseChallenge(
  header: string | null,
): Readonly<Record<string, string | undefined>> {
  const matches = (header ?? "").slice(0, 4096).matchAll(/([a-z_]+)\s*=\s*"([^"]*)"/gi);
  return Object.fromEntries(
    [...matches].map(([, name = "", value]) => [name.toLowerCase(), value]),
  );
}

/** `Retry-After` is a number of seconds or a date; the latter is not worth a clock here. */
function waitingTime(retryAfter: string | null): LocalizedText {
  if (retryAfter === null || !/^\d{1,6}$/.test(retryAfter)) {
    return { en: "in a moment", ko: "잠시 뒤에" };
  }
  const seconds = Number(retryAfter);
  return { en: seconds === 1 ? "in 1 second" : `in ${seconds} seconds`, ko: `${seconds}초 뒤에` };
}
