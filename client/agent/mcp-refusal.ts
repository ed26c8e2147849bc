import { AppError } from "@cleanauth/common/app-error.ts";
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
export function refusalError(refusal: Refusal): AppError {
  const { status, url, opensSession, hasSession, reason } = refusal;
  const said = reason === "" ? "" : `: ${reason}`;
  if (status >= 300 && status < 400) return redirectError(refusal);
  if (status === 401) return unauthorizedError(refusal);
  if (status === 403) return forbiddenError(refusal);
  if (status === 429) {
    return new AppError(
      "server_rate_limited",
      `${url} takes no more requests of this user just now`,
      `Try again ${waitingTime(refusal.retryAfter)}.`,
    );
  }
  // The specification asks for 404; many servers answer 400 for a session that they have forgotten.
  if (hasSession && (status === 404 || (status === 400 && /session/i.test(reason)))) {
    return new AppError(sessionEnded, `${url} has ended the session`, "Connect again.");
  }
  if (opensSession && [404, 405, 406, 410, 415, 501].includes(status)) {
    return notMcpError(url, `it answered ${status}${said}`);
  }
  if (status >= 500) {
    return new AppError(
      "server_failed",
      `${url} failed with ${status}${said}`,
      `Try again ${waitingTime(refusal.retryAfter)}; if it stays, look into the server's log.`,
    );
  }
  return new AppError(
    "server_rejected_request",
    `${url} did not accept the request (${status}${said})`,
    "Check that the URL is that of an MCP server and that client and server are of the same version.",
  );
}

/** Something else than an MCP server answered. */
export function notMcpError(url: string, because: string): AppError {
  return new AppError(
    "server_not_mcp",
    `${url} is no MCP server: ${because}`,
    "Check SERVER_URL: the endpoint's path usually is /mcp or /sse.",
  );
}

/** The server said more than anybody would want to hear. */
export function floodError(url: string): AppError {
  return new AppError(
    "server_floods",
    `${url} sends more than this client takes in, so the connection is closed`,
    "Do not use this server, or ask whoever runs it to mend it.",
  );
}

/**
 * Words a connection that did not come about or broke.
 *
 * @param error what fetch threw
 * @param url where the request went
 * @returns null for an error that is not about the network
 */
export function unreachableError(error: unknown, url: string): AppError | null {
  const words = describeNetworkFailure(error);
  if (words === null) return null;
  return new AppError("server_unreachable", `${url} cannot be reached: ${words}`, hintFor(words), {
    cause: error,
  });
}

function hintFor(words: string): string {
  if (words.includes("certificate")) {
    return "Give the authority's certificate in NODE_EXTRA_CA_CERTS, or correct the host name.";
  }
  if (words.includes("speak TLS")) return "Write http:// if that is meant, or check the port.";
  return "Start the server (make start runs one on this machine), or check SERVER_URL.";
}

function redirectError({ url, location }: Refusal): AppError {
  const target = location !== null && URL.canParse(location, url) ? new URL(location, url) : null;
  const shown = target === null ? "elsewhere" : stripToLine(`${target.origin}${target.pathname}`);
  return new AppError(
    "server_redirects",
    `${url} redirects to ${shown}, and a token is not sent after a redirect`,
    "Give the URL that is meant as SERVER_URL.",
  );
}

function unauthorizedError({ url, reason, wwwAuthenticate }: Refusal): AppError {
  const { error, error_description: description } = parseChallenge(wwwAuthenticate);
  const why = description ?? (reason === "" ? (error ?? "it gave no reason") : reason);
  return new AppError(
    "server_refused",
    `${url} refused the access token: ${stripToLine(why)}`,
    "Check that server and client are set to the same user pool and app client (COGNITO_POOL_ID, COGNITO_CLIENT_ID).",
  );
}

function forbiddenError({ url, reason, wwwAuthenticate }: Refusal): AppError {
  const { error, scope, error_description: description } = parseChallenge(wwwAuthenticate);
  if (error === "insufficient_scope") {
    return new AppError(
      "server_forbidden",
      `${url} does not allow this to the user${scope === undefined ? "" : `; it asks for ${stripToLine(scope)}`}`,
      "Sign in as a user who may, or ask an administrator for the group or scope.",
    );
  }
  return new AppError(
    "server_forbidden",
    `${url} does not allow the request: ${stripToLine(description ?? reason) || "it gave no reason"}`,
    "Reach it under the name that it is set up for (PUBLIC_URL).",
  );
}

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
function waitingTime(retryAfter: string | null): string {
  if (retryAfter === null || !/^\d{1,6}$/.test(retryAfter)) return "in a moment";
  const seconds = Number(retryAfter);
  return seconds === 1 ? "in 1 second" : `in ${seconds} seconds`;
}
