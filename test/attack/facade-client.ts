import { createHash, randomBytes } from "node:crypto";
import { createBrowser, type Page } from "../../local/cognito/managed-login/browser-under-test.ts";
import { type Answer, send } from "../../server/testing/rpc.ts";
import type { Outcome } from "./attack.ts";
import type { Target } from "./target.ts";

export const redirectUri = "http://localhost:33418/callback";

/** A client that is registered at the façade, and a browser in which its user sits. */
export interface FacadeClient {
  readonly id: string;
  readonly verifier: string;
  readonly browser: ReturnType<typeof createBrowser>;
  /** The URL of the authorization endpoint; undefined leaves a parameter out. */
  authorizeUrl(changes?: Readonly<Record<string, string | undefined>>): URL;
}

const registered = new WeakMap<Target, Promise<string>>();

/** A client that is registered once for all attacks, with a browser of its own each time. */
export async function registerClient(target: Target): Promise<FacadeClient> {
  const id = registered.get(target) ?? register(target);
  registered.set(target, id);
  return clientOf(target, await id);
}

/** A client that is not that one. */
export async function registerAnother(target: Target): Promise<FacadeClient> {
  return clientOf(target, await register(target));
}

async function register({ base }: Target): Promise<string> {
  const answer = await send(`${base}/oauth/register`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ client_name: "Attacker", redirect_uris: [redirectUri] }),
  });
  return String(answer.json?.client_id);
}

function clientOf({ url, environment }: Target, id: string): FacadeClient {
  const verifier = randomBytes(32).toString("base64url");
  return {
    id,
    verifier,
    browser: createBrowser([url, environment.COGNITO_DOMAIN ?? ""]),
    authorizeUrl(changes = {}) {
      const at = new URL(`${url}/oauth/authorize`);
      const parameters = {
        response_type: "code",
        client_id: id,
        redirect_uri: redirectUri,
        state: "state",
        code_challenge: createHash("sha256").update(verifier).digest("base64url"),
        code_challenge_method: "S256",
        ...changes,
      };
      for (const [name, value] of Object.entries(parameters)) {
        if (value !== undefined) at.searchParams.set(name, value);
      }
      return at;
    },
  };
}

/** Has the user agree, and sign in at Cognito. */
export async function signInWith(
  client: FacadeClient,
  { environment }: Target,
  changes: Readonly<Record<string, string | undefined>> = {},
): Promise<Page> {
  const consent = await client.browser.open(client.authorizeUrl(changes));
  const login = await client.browser.submit(consent, { decision: "allow" });
  if (!login.html.includes('name="password"')) return login;
  return client.browser.submit(login, {
    username: "demo",
    password: environment.CLEANAUTH_PASSWORD ?? "",
  });
}

/** Calls an endpoint of the façade with a form. */
export function postForm(
  { base }: Target,
  path: string,
  form: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return send(`${base}${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/x-www-form-urlencoded", ...headers },
    body: new URLSearchParams(form).toString(),
  });
}

/** Exchanges a code. */
export function exchange(
  target: Target,
  client: FacadeClient,
  page: Page,
  changes: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return postForm(target, "/oauth/token", {
    grant_type: "authorization_code",
    client_id: client.id,
    redirect_uri: redirectUri,
    code: page.url.searchParams.get("code") ?? "",
    code_verifier: client.verifier,
    ...changes,
  });
}

/** Opens the authorization endpoint without following anything. */
export async function authorize(
  target: Target,
  changes: Readonly<Record<string, string | undefined>>,
): Promise<Outcome> {
  const client = await registerClient(target);
  const answer = await send(client.authorizeUrl(changes).href.replace(target.url, target.base));
  const { location } = answer.headers;
  return {
    answer: `${answer.status}${location === undefined ? ", a page" : ` to ${location.slice(0, 60)}`}`,
    isRefused: answer.status === 400 && location === undefined,
  };
}

/** Opens it, and expects the client to be told an error at its own address. */
export async function told(
  target: Target,
  error: string,
  changes: Readonly<Record<string, string | undefined>>,
): Promise<Outcome> {
  const client = await registerClient(target);
  const answer = await send(client.authorizeUrl(changes).href.replace(target.url, target.base));
  const location = new URL(answer.headers.location ?? "about:blank");
  const said = location.searchParams.get("error") ?? "no error";
  return {
    answer: `${answer.status} back to the client: ${said}`,
    isRefused: said === error && location.href.startsWith(redirectUri),
  };
}
