import { z } from "zod";
import { CognitoError } from "../cognito-error.ts";
import type { Reply, Request } from "../protocol/listener.ts";
import { requirePassword } from "../sign-in/password.ts";
import { answerChallenge, nextStep, type SignInStep } from "../sign-in/steps.ts";
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
  signInPage,
} from "./pages.ts";
import { textsFor } from "./texts.ts";

type Challenge = Extract<SignInStep, { kind: "challenge" }>;

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
export async function takeLogin(
  pool: UserPool,
  request: Request,
  authorization: AuthorizationRequest,
): Promise<Reply> {
  const form = parseForm(request);
  if (!isOwnForm(request, form)) return showLogin(request, authorization);
  const username = form.get("username") ?? "";
  const pending = pendingChallenge(form);
  const { passwordsDiffer } = textsFor(request);
  const again = (problem: string) =>
    pending === null
      ? showLogin(request, authorization, problem, username)
      : showChallenge(request, pending, username, problem);
  if (form.get(`${answerPrefix}NEW_PASSWORD`) !== form.get(passwordAgainField)) {
    return again(passwordsDiffer);
  }
  try {
    const step =
      pending === null
        ? await firstStep(pool, authorization, username, form.get("password") ?? "")
        : await answerChallenge(pool, authorization.client, {
            username,
            challenge: pending.name,
            session: pending.session,
            answer: answersOf(form),
          });
    if (step.kind === "challenge") return showChallenge(request, step, username, null);
    return signedIn(pool, authorization, step.user);
  } catch (error) {
    if (!(error instanceof CognitoError)) throw error;
    // A session that is over is begun anew; a wrong code may be corrected.
    return error.exception === "NotAuthorizedException"
      ? showLogin(request, authorization, error.message, username)
      : again(error.message);
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

async function firstStep(
  pool: UserPool,
  { client }: AuthorizationRequest,
  username: string,
  password: string,
): Promise<SignInStep> {
  return nextStep(pool, client, await requirePassword(pool, username, password), null);
}

function signedIn(pool: UserPool, authorization: AuthorizationRequest, user: User): Reply {
  const { id, session } = pool.browserSessions.start(user.username, pool.now());
  return sendCode(pool, authorization, session, [setCookie(sessionCookie, id)]);
}

function showChallenge(
  request: Request,
  challenge: Challenge,
  username: string,
  problem: string | null,
): Reply {
  return withCsrf(request, problem, (frame) =>
    challengePage(textsFor(request), frame, challenge, username),
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

// What a page asked comes back with the answer, so that it can be asked again. It is shown to whoever
// sent it, and nothing is decided by it.
function pendingChallenge(form: URLSearchParams): Challenge | null {
  const [name, session] = [form.get("challenge"), form.get("session")];
  if (name === null || session === null) return null;
  return { kind: "challenge", name, session, parameters: parametersOf(form.get("parameters")) };
}

function parametersOf(text: string | null): Record<string, string> {
  try {
    return z.record(z.string(), z.string()).parse(JSON.parse(text ?? ""));
  } catch {
    return {};
  }
}

function answersOf(form: URLSearchParams): Record<string, string> {
  const answers = [...form].filter(([name]) => name.startsWith(answerPrefix));
  return Object.fromEntries(
    answers.map(([name, value]) => [name.slice(answerPrefix.length), value]),
  );
}
