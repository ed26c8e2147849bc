import {
  type Exchange,
  type ExchangeDetails,
  type ExchangeParty,
  masked,
  maskedDetails,
} from "./exchange.ts";
import { describeNetworkFailure } from "./network-failure.ts";

const longestAnswer = 64 * 1024;

/** What is shown of metadata: all of it is public, but not all of it is of use to who reads it. */
const shownMembers = [
  "resource",
  "authorization_servers",
  "scopes_supported",
  "bearer_methods_supported",
  "issuer",
  "authorization_endpoint",
  "token_endpoint",
  "jwks_uri",
  "registration_endpoint",
  "code_challenge_methods_supported",
  "client_id_metadata_document_supported",
  "error",
  "error_description",
  "token_type",
  "expires_in",
  "scope",
];

/** Of an answer with tokens these are shown as what they are: secrets. */
const maskedMembers = ["access_token", "refresh_token", "id_token", "client_secret"];

/** What is no secret among the parameters of a token request, a revocation or a registration. */
const shownParameters = new Set([
  "grant_type",
  "client_id",
  "client_name",
  "redirect_uri",
  "redirect_uris",
  "resource",
  "scope",
  "token_endpoint_auth_method",
  "token_type_hint",
]);

/** The part of `fetch` that is used. */
export type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

/**
 * Makes a fetch that records what it asks and is answered, waits for a while, reads up to 64 KB, and
 * follows no redirect by itself.
 *
 * @param exchange the record
 * @param options.partyOf who is asked at a URL
 * @param options.addressOf where a request really goes, for what is played by a stand-in
 * @param options.milliseconds how long an answer may take
 */
export function recordingFetch(
  exchange: Exchange,
  options: {
    partyOf: (url: URL) => ExchangeParty;
    addressOf?: (url: URL) => URL;
    milliseconds: number;
  },
): Fetch {
  const { partyOf, addressOf = (url: URL) => url, milliseconds } = options;
  return async (target, init = {}) => {
    const url = new URL(target);
    const what = `${init.method ?? "GET"} ${url.origin}${url.pathname}`;
    const tellAnswer = exchange(partyOf(url), what, parametersOf(init));
    try {
      const signals = [AbortSignal.timeout(milliseconds), ...(init.signal ? [init.signal] : [])];
      const signal = AbortSignal.any(signals);
      const response = await fetch(addressOf(url), { ...init, signal, redirect: "manual" });
      const { status, headers } = response;
      // A server that wants no token opens a stream without end.
      const text = response.ok && !isJson(response) ? "" : await readStart(response);
      await response.body?.cancel().catch(() => {});
      const challenge = headers.get("www-authenticate");
      const challenged = challenge === null ? {} : { "WWW-Authenticate": challenge };
      const outcome = response.ok ? "ok" : "refused";
      tellAnswer(outcome, String(status), { ...challenged, ...membersOf(text) });
      const hasBody = ![204, 205, 304].includes(status);
      return new Response(hasBody ? text : null, { status, headers });
    } catch (error) {
      tellAnswer("failed", describeNetworkFailure(error) ?? String(error));
      throw error;
    }
  };
}

function parametersOf({ body }: RequestInit): ExchangeDetails {
  if (body instanceof URLSearchParams) {
    return maskedDetails(Object.fromEntries(body), shownParameters);
  }
  const json = typeof body === "string" ? parseObject(body) : {};
  return maskedDetails(json, shownParameters);
}

function isJson(response: Response): boolean {
  return /^application\/([a-z.-]+\+)?json\b/i.test(response.headers.get("content-type") ?? "");
}

async function readStart(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length > longestAnswer) throw new Error("its answer is too long");
  }
  return text;
}

function membersOf(text: string): ExchangeDetails {
  const answer = parseObject(text);
  const shown = shownMembers.filter((name) => answer[name] !== undefined);
  const secrets = maskedMembers.filter((name) => answer[name] !== undefined);
  return Object.fromEntries([
    ...shown.map((name) => [name, wordsOf(answer[name])]),
    ...secrets.map((name) => [name, masked]),
  ]) as ExchangeDetails;
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function wordsOf(value: unknown): string {
  if (typeof value === "string") return value;
  return Array.isArray(value) ? value.join(", ") : JSON.stringify(value);
}
