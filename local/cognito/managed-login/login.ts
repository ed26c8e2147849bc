import type { Question } from "../challenges/challenge.ts";
import { isMfaSetup } from "../challenges/mfa-setup.ts";
import { CognitoError } from "../cognito-error.ts";
import type { Reply, Request } from "../protocol/listener.ts";
import { requirePassword } from "../sign-in/password.ts";
import { answerChallenge, proceed, requireActiveUser, type SignInStep } from "../sign-in/steps.ts";
import type { UserPool } from "../user-pool.ts";
import type { User } from "../users.ts";
import { type AuthorizationRequest, answerLocation } from "./authorization-request.ts";
import { csrfToken, isOwnForm, sessionCookie, setCookie } from "./cookies.ts";
import { parseForm } from "./oauth-error.ts";
import {
  answerPrefix,
  challengePage,
  type FormFrame,
  passwordAgainField,
  setUpCode,
  signInPage,
} from "./pages.ts";
import { textsFor } from "./texts.ts";

/** Shows the page that a sign-in in the browser begins with. */
export function showLogin(
  request: Request,
  { loginHint }: AuthorizationRequest,
  problem: string | null = null,
  username: string = loginHint ?? "",
): Reply {
  return withCsrf(request, problem, (frame) => signInPage(textsFor(request), frame, username));
}

/**
 * Takes what was typed into one of the sign-in pages, without JavaScript: the next page, the same
 * one with what was wrong, or the way back to the client with a code.
 *
 * @param authorization what the client asked for; it comes along in the query of every form
 */
export function takeLogin(
  pool: UserPool,
  request: Request,
  authorization: AuthorizationRequest,
): Reply {
  const form = parseForm(request);
  if (!isOwnForm(request, form)) return showLogin(request, authorization);
  const username = form.get("username") ?? "";
  const session = form.get("session");
  try {
    const step =
      session === null
        ? firstStep(pool, authorization, username, form.get("password") ?? "")
        : nextStep(pool, request, authorization, { username, session, form });
    if (step.kind === "signed_in") return signedIn(pool, authorization, step.user);
    return showQuestion(request, step, username, null);
  } catch (error) {
    if (!(error instanceof CognitoError)) throw error;
    const open = session === null ? null : openQuestion(pool, authorization, session);
    // A session that is over is begun anew; a wrong code may be corrected.
    return open === null || error.exception === "NotAuthorizedException"
      ? showLogin(request, authorization, error.message, username)
      : showQuestion(request, open, username, error.message);
  }
}

/**
 * Sends a browser back to the client with a code.
 *
 * @param signedIn who, and since when in seconds since the epoch
 */
export function sendCode(
  pool: UserPool,
  authorization: AuthorizationRequest,
  signedIn: { readonly username: string; readonly authTime: number },
  cookies: readonly string[] = [],
): Reply {
  const { client, redirectUri, scope, nonce, codeChallenge, resource, state } = authorization;
  const code = pool.authorizationCodes.issue(
    {
      ...signedIn,
      clientId: client.id,
      redirectUri,
      codeChallenge,
      resource,
      grant: { scope, managedLogin: { nonce, audience: resource } },
    },
    pool.now(),
  );
  const location = answerLocation(redirectUri, { code }, state);
  return { status: 302, headers: { location, "set-cookie": cookies }, body: "" };
}

function firstStep(
  pool: UserPool,
  { client }: AuthorizationRequest,
  username: string,
  password: string,
): SignInStep {
  const user = requireActiveUser(pool, username);
  requirePassword(pool, user, password);
  return proceed(pool, client, user, "first factor", null);
}

function nextStep(
  pool: UserPool,
  request: Request,
  authorization: AuthorizationRequest,
  given: { username: string; session: string; form: URLSearchParams },
): SignInStep {
  const { username, session, form } = given;
  const answer = answersOf(form);
  if (answer.NEW_PASSWORD !== (form.get(passwordAgainField) ?? undefined)) {
    throw new CognitoError("InvalidParameterException", textsFor(request).passwordsDiffer);
  }
  const question = openQuestion(pool, authorization, session)?.question;
  if (question !== undefined && isMfaSetup(question)) question.verify(answer[setUpCode] ?? "");
  const challenge = question?.name ?? "";
  return answerChallenge(pool, authorization.client, { username, challenge, session, answer });
}

function openQuestion(
  pool: UserPool,
  { client }: AuthorizationRequest,
  session: string,
): { readonly question: Question; readonly session: string } | null {
  const opened = pool.sessions.open(session, { clientId: client.id }, pool.now());
  return opened.kind === "open" ? { question: opened.session.question, session } : null;
}

function signedIn(pool: UserPool, authorization: AuthorizationRequest, user: User): Reply {
  const { id, session } = pool.browserSessions.start(user.username, pool.now());
  return sendCode(pool, authorization, session, [setCookie(sessionCookie, id)]);
}

function showQuestion(
  request: Request,
  { question, session }: { readonly question: Question; readonly session: string },
  username: string,
  problem: string | null,
): Reply {
  return withCsrf(request, problem, (frame) =>
    challengePage(textsFor(request), frame, question, { username, session }),
  );
}

function withCsrf(
  request: Request,
  problem: string | null,
  page: (frame: FormFrame) => Reply,
): Reply {
  const { token, cookie } = csrfToken(request);
  const reply = page({ action: `/login?${request.query}`, csrfToken: token, problem });
  return { ...reply, headers: { ...reply.headers, "set-cookie": cookie } };
}

function answersOf(form: URLSearchParams): Record<string, string> {
  const answers = [...form].filter(([name]) => name.startsWith(answerPrefix));
  return Object.fromEntries(
    answers.map(([name, value]) => [name.slice(answerPrefix.length), value]),
  );
}
