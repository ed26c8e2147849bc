import { setTimeout as sleep } from "node:timers/promises";
import { jsonReply, listen, type Reply, type Request } from "../protocol/listener.ts";
import type { UserPool } from "../user-pool.ts";
import {
  type AuthorizationRequest,
  answerLocation,
  parseAuthorizationRequest,
} from "./authorization-request.ts";
import { readCookie, sessionCookie, setCookie } from "./cookies.ts";
import { sendCode, showLogin, takeLogin } from "./login.ts";
import { OAuthError, oauthErrorReply } from "./oauth-error.ts";
import { errorPage } from "./pages.ts";
import { answerRevoke } from "./revoke-endpoint.ts";
import { textsFor } from "./texts.ts";
import { answerToken } from "./token-endpoint.ts";
import { answerUserInfo } from "./user-info-endpoint.ts";

/**
 * Serves a pool's domain: the pages of managed login and the OAuth endpoints.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-userpools-server-contract-reference.html
 *
 * @param port 0 for one that is free
 * @throws AppError `configuration_port` when it cannot listen there
 */
export function serveDomain(
  pool: UserPool,
  port: number,
): Promise<{ url: string; close(): Promise<void> }> {
  return listen(port, async (request) => {
    try {
      await sleep(pool.faults.latencyMilliseconds);
      return await answer(pool, request);
    } catch (error) {
      return error instanceof OAuthError
        ? oauthErrorReply(error)
        : jsonReply(500, { error: "server_error" });
    }
  });
}

type Endpoint = (pool: UserPool, request: Request) => Reply | Promise<Reply>;

const endpoints: ReadonlyMap<string, Readonly<Record<string, Endpoint>>> = new Map([
  ["/oauth2/authorize", { GET: answerAuthorize } as Record<string, Endpoint>],
  ["/login", { GET: answerLogin, POST: answerLogin }],
  ["/logout", { GET: answerLogout }],
  ["/error", { GET: answerError }],
  ["/oauth2/token", { POST: answerToken }],
  ["/oauth2/revoke", { POST: answerRevoke }],
  ["/oauth2/userInfo", { GET: answerUserInfo, POST: answerUserInfo }],
]);

function answer(pool: UserPool, request: Request): Reply | Promise<Reply> {
  const methods = endpoints.get(request.path);
  if (methods === undefined) return { status: 404, headers: {}, body: "" };
  const endpoint = Object.hasOwn(methods, request.method) ? methods[request.method] : undefined;
  if (endpoint !== undefined) return endpoint(pool, request);
  return { status: 405, headers: { allow: Object.keys(methods).join(", ") }, body: "" };
}

// Somebody who is signed in on the pool's pages is sent back at once.
function answerAuthorize(pool: UserPool, request: Request): Reply {
  return withAuthorization(pool, request, (authorization) => {
    const session = pool.browserSessions.find(readCookie(request, sessionCookie) ?? "", pool.now());
    const { prompt, redirectUri, state } = authorization;
    if (session !== undefined && prompt !== "login" && pool.users.find(session.username)?.enabled) {
      return sendCode(pool, authorization, session);
    }
    if (prompt !== "none") return redirect(`/login?${request.query}`);
    return redirect(answerLocation(redirectUri, { error: "login_required" }, state));
  });
}

function answerLogin(pool: UserPool, request: Request): Reply | Promise<Reply> {
  return withAuthorization(pool, request, (authorization) =>
    request.method === "POST"
      ? takeLogin(pool, request, authorization)
      : showLogin(request, authorization),
  );
}

/**
 * Ends the browser's session.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/logout-endpoint.html
 */
function answerLogout(pool: UserPool, request: Request): Reply {
  const { query } = request;
  pool.browserSessions.end(readCookie(request, sessionCookie) ?? "");
  const forget = { "set-cookie": setCookie(sessionCookie, "") };
  const error = query.has("logout_uri")
    ? // The app clients of this pool have no sign-out URLs, as those of the stack in AWS.
      "redirect_mismatch"
    : "Required String parameter 'redirect_uri' is not present";
  if (query.has("redirect_uri")) return redirect(`/login?${query}`, forget);
  return redirect(`/error?${new URLSearchParams({ error })}`, forget);
}

function answerError(_pool: UserPool, request: Request): Reply {
  return errorPage(textsFor(request), request.query.get("error") ?? "");
}

function withAuthorization<Answer extends Reply | Promise<Reply>>(
  pool: UserPool,
  request: Request,
  proceed: (authorization: AuthorizationRequest) => Answer,
): Answer | Reply {
  const parsed = parseAuthorizationRequest(pool, request.query);
  if (parsed.kind === "request") return proceed(parsed.request);
  if (parsed.kind === "error_redirect") return redirect(parsed.location);
  const { error, clientId } = parsed;
  const query = new URLSearchParams({ error, ...(clientId ? { client_id: clientId } : {}) });
  return redirect(`/error?${query}`);
}

function redirect(location: string, headers: Reply["headers"] = {}): Reply {
  return { status: 302, headers: { location, ...headers }, body: "" };
}
