import { createHash, randomBytes } from "node:crypto";
import { Agent } from "node:http";
import { createLogger } from "@cleanauth/common/log.ts";
import { parseServerConfig } from "@cleanauth/server/config.ts";
import { startServer } from "@cleanauth/server/start-server.ts";
import { environmentFor, makeDataDir } from "@cleanauth/server/testing/test-server.ts";
import { createBrowser, type Page } from "../../local/cognito/managed-login/browser-under-test.ts";
import { startCognito } from "../../local/cognito/start-cognito.ts";
import { exchange, type HostileAnswer } from "./exchange.ts";
import type { FacadeRequest } from "./facade-requests.ts";
import type { Loot, Parameter, Value } from "./facade-values.ts";

/** A server with a façade, a user in the middle of a sign-in, and a stranger who knows a lot. */
export interface FacadePrey {
  /** The server's origin, and Cognito's. */
  readonly issuer: string;
  readonly domainUrl: string;
  readonly publicClientId: string;
  /** What all clients that the stranger can name have registered, and this project's own client. */
  readonly redirectUris: readonly string[];
  /** The verifier of the stranger's own code. */
  readonly ownVerifier: string;
  readonly logLines: readonly string[];
  /** What no answer and no line of the log may hold, whatever was asked. */
  readonly secrets: readonly string[];
  textOf(value: Value): string;
  attack(request: FacadeRequest): Promise<HostileAnswer>;
  /** Sends a request that is not made of loot. */
  send(method: string, path: string, body?: unknown): Promise<HostileAnswer>;
  /** Throws unless somebody can sign in from the beginning to the end. */
  requireUnharmed(): Promise<void>;
  close(): Promise<void>;
}

const password = "Korrekt-Pferd-9";
const redirectUris = [
  "http://localhost:9000/callback",
  "https://app.example.com/callback",
  "com.example.app:/callback",
];
const [redirectUri = ""] = redirectUris;

/** After so many requests codes and sign-ins have been used up, or are old. */
const requestsPerRaid = 50;

/** Starts it, the stand-in for Cognito with it. */
export async function prepareFacadePrey(): Promise<FacadePrey> {
  const cognito = await startCognito({
    demoPassword: password,
    totpSecret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
  });
  const dataDir = makeDataDir();
  const logLines: string[] = [];
  const server = await startServer(
    parseServerConfig({
      ...environmentFor(cognito, dataDir.path),
      COGNITO_PUBLIC_CLIENT_ID: cognito.publicClientId,
      COGNITO_DOMAIN: cognito.domainUrl,
    }),
    { logger: createLogger("server", { write: (line) => void logLines.push(line) }) },
  );
  cognito.registerCallbackUrl(`${server.url}/oauth/callback`);
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const base = `http://127.0.0.1:${server.port}`;
  const verifiers = { own: "v".repeat(43), victims: randomBytes(32).toString("base64url") };
  const clients = { own: await register("Stranger"), victims: await register("Victim") };
  const secrets = new Set([password, verifiers.victims]);
  let loot = await raid();
  let left = requestsPerRaid;

  async function register(client_name: string): Promise<string> {
    const answer = await send("POST", "/oauth/register", {
      client_name,
      redirect_uris: redirectUris,
    });
    return (JSON.parse(answer.text) as { client_id: string }).client_id;
  }

  function send(method: string, path: string, body?: unknown): Promise<HostileAnswer> {
    const text = body === undefined ? "" : Buffer.from(JSON.stringify(body)).toString("latin1");
    const headers = { "Content-Type": "application/json", "Content-Length": String(text.length) };
    return exchange(agent, base, { method, path, body: text }, headers);
  }

  /** A browser that has come to the consent page for a client. */
  async function beginWith(whose: "own" | "victims") {
    const browser = createBrowser([server.url, cognito.domainUrl]);
    const url = new URL(`${server.url}/oauth/authorize`);
    url.search = new URLSearchParams({
      response_type: "code",
      client_id: clients[whose],
      redirect_uri: redirectUri,
      code_challenge: createHash("sha256").update(verifiers[whose]).digest("base64url"),
      code_challenge_method: "S256",
    }).toString();
    const consent = await browser.open(url);
    const submit = (page: Page, typed: Record<string, string>) => browser.submit(page, typed);
    const form = /name="request" value="([^"]+)"/.exec(consent.html)?.[1] ?? "";
    return { browser, consent, submit, form };
  }

  async function signIn(whose: "own" | "victims"): Promise<string> {
    const { submit, consent } = await beginWith(whose);
    const login = await submit(consent, { decision: "allow" });
    const back = await submit(login, { username: "demo", password });
    return back.url.searchParams.get("code") ?? "";
  }

  async function redeem(whose: "own" | "victims", code: string) {
    const response = await fetch(`${base}/oauth/token`, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "authorization_code",
        client_id: clients[whose],
        code,
        code_verifier: verifiers[whose],
      }),
    });
    return (await response.json()) as { access_token?: string; refresh_token?: string };
  }

  /** A consent that was given: the state, and the cookie that belongs to it. */
  async function agree(whose: "own" | "victims") {
    const { form, consent } = await beginWith(whose);
    const cookie = consent.headers.getSetCookie().join().split(";")[0] ?? "";
    const sent = await fetch(`${base}/oauth/consent`, {
      method: "POST",
      redirect: "manual",
      headers: { Cookie: cookie },
      body: new URLSearchParams({ request: form, decision: "allow" }),
    });
    const state = new URL(sent.headers.get("location") ?? "").searchParams.get("state") ?? "";
    const signIn = new RegExp(`cleanauth-sign-in-${state}=([^;]+)`).exec(
      sent.headers.getSetCookie().join(),
    )?.[1];
    return { form, browser: cookie.slice(cookie.indexOf("=") + 1), state, signIn: signIn ?? "" };
  }

  /** What the stranger comes by. */
  async function raid(): Promise<Readonly<Record<Loot, string>>> {
    const [own, victims] = [await agree("own"), await agree("victims")];
    const ownTokens = await redeem("own", await signIn("own"));
    const victimsTokens = await redeem("victims", await signIn("victims"));
    // The victim's browser has these, and nobody else.
    for (const secret of [victims.signIn, victims.browser]) secrets.add(secret);
    return {
      "own-client": clients.own,
      "victims-client": clients.victims,
      "public-client": cognito.publicClientId,
      "document-client": "https://localhost/client.json",
      "own-form": own.form,
      "victims-form": victims.form,
      "own-browser": own.browser,
      "own-state": own.state,
      "own-sign-in": own.signIn,
      "victims-state": victims.state,
      "own-code": await signIn("own"),
      "victims-code": await signIn("victims"),
      "own-refresh-token": ownTokens.refresh_token ?? "",
      "victims-refresh-token": victimsTokens.refresh_token ?? "",
      "access-token": ownTokens.access_token ?? "",
    };
  }

  function textOf(value: Value): string {
    if (value.kind === "text") return value.text;
    const whole = loot[value.of];
    if (value.kind === "loot") return whole;
    const at = value.at % (whole.length + 1);
    return whole.slice(0, at) + value.noise + (value.isCut ? "" : whole.slice(at));
  }

  const encoded = (parameters: readonly Parameter[]) =>
    new URLSearchParams(parameters.map(([name, value]) => [name, textOf(value)])).toString();

  return {
    issuer: server.url,
    domainUrl: cognito.domainUrl,
    publicClientId: cognito.publicClientId,
    redirectUris: [...redirectUris, "http://localhost/callback", "http://127.0.0.1/callback"],
    ownVerifier: verifiers.own,
    logLines,
    get secrets() {
      return [...secrets];
    },
    textOf,
    send,
    async attack({ method, path, query, queryNoise, body, cookies, headers }) {
      if (left === 0) loot = await raid();
      left = left === 0 ? requestsPerRaid : left - 1;
      const isForm = body.kind === "form";
      const bytes = isForm ? encoded(body.parameters) : body.bytes;
      const cookie = cookies
        .map(([name, value]) => `${name.replace(/own$/, loot["own-state"])}=${textOf(value)}`)
        .join("; ");
      return exchange(
        agent,
        base,
        { method, path: `${path}?${encoded(query)}${queryNoise}`, body: bytes },
        {
          "Content-Type": isForm ? "application/x-www-form-urlencoded" : body.contentType,
          "Content-Length": String(bytes.length),
          ...(cookie !== "" && { Cookie: cookie }),
          ...headers,
        },
      );
    },
    async requireUnharmed() {
      const { access_token } = await redeem("victims", await signIn("victims"));
      if (access_token === undefined) throw new Error("Nobody can sign in any more");
    },
    async close() {
      agent.destroy();
      await server.stop();
      await cognito.close();
      dataDir.remove();
    },
  };
}
