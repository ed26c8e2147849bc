import { createHmac, createPublicKey, generateKeyPairSync, type JsonWebKey } from "node:crypto";
import { decodeJwt, decodeProtectedHeader, exportJWK, SignJWT } from "jose";
import { type Answer, initialize, post, rpcHeaders, send } from "../../server/testing/rpc.ts";
import type { Claims } from "../../server/testing/user-pool.ts";
import { type Attack, allRefused, refusedWith } from "./attack.ts";
import type { Target } from "./target.ts";

const routes = [
  ["POST", "/mcp"],
  ["GET", "/mcp"],
  ["DELETE", "/mcp"],
  ["GET", "/sse"],
  ["POST", "/messages?sessionId=3f0c6a52-0000-4000-8000-000000000000"],
] as const;

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
const initialised = (base: string, token: string) => post(base, token, initialize);

/** An attack with one token on the stack's server, which is to be a bad one. */
function forged(
  tried: string,
  because: string,
  make: (target: Target) => string | Promise<string>,
  reason?: RegExp,
): Attack {
  return {
    tried,
    because,
    async play(target) {
      const answer = await initialised(target.base, await make(target));
      return refusedWith(answer, 401, reason ?? /invalid_token/);
    },
  };
}

/** An attack with a token that is signed as it should be, and says something else. */
function signed(tried: string, because: string, claims: () => Claims, reason: RegExp): Attack {
  return {
    tried,
    because,
    async play({ keyed }) {
      const answer = await initialised(keyed.base, await keyed.pool.token(claims()));
      return refusedWith(answer, 401, reason);
    },
  };
}

const now = () => Math.floor(Date.now() / 1000);

function parts(token: string) {
  const [header = "", payload = "", signature = ""] = token.split(".");
  return { header, payload, signature };
}

export const tokenAttacks: readonly Attack[] = [
  {
    tried: "no token, on every route",
    because: "every route that carries MCP asks for a token on every request",
    async play({ base }) {
      const answers = await Promise.all(
        routes.map(([method, path]) => send(`${base}${path}`, { method })),
      );
      return allRefused(answers.map((answer) => refusedWith(answer, 401, /resource_metadata/)));
    },
  },
  {
    tried: "a made-up token, on every route",
    because: "it is no JWT",
    async play({ base }) {
      const answers: Answer[] = [];
      for (const [method, path] of routes) {
        answers.push(await send(`${base}${path}`, { method, headers: rpcHeaders("letmein") }));
      }
      return allRefused(answers.map((answer) => refusedWith(answer, 401, /invalid_token/)));
    },
  },
  forged("alg none, without a signature", "only RS256 counts", ({ demo }) => {
    const { payload } = parts(demo.access);
    return `${encode({ ...decodeProtectedHeader(demo.access), alg: "none" })}.${payload}.`;
  }),
  forged(
    "HS256 with the pool's public key for a secret",
    "the key's algorithm is fixed, whatever the header says",
    async ({ demo, environment }) => {
      const jwks = await poolKeys(environment);
      const { kid } = decodeProtectedHeader(demo.access);
      const key = jwks.find((candidate) => candidate.kid === kid) ?? {};
      const pem = createPublicKey({ key, format: "jwk" }).export({ type: "spki", format: "pem" });
      const { payload } = parts(demo.access);
      const text = `${encode({ kid, alg: "HS256" })}.${payload}`;
      return `${text}.${createHmac("sha256", pem).update(text).digest("base64url")}`;
    },
  ),
  forged(
    "a kid that is no key of the pool's, but a path",
    "it is looked up in a list, never opened",
    ({ demo }) => {
      const { payload, signature } = parts(demo.access);
      return `${encode({ alg: "RS256", kid: "../../dev/null" })}.${payload}.${signature}`;
    },
  ),
  forged(
    "the attacker's own key, sent along in the header (jwk, jku)",
    "keys come from the pool's address alone",
    async ({ demo }) => {
      const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
      const { kid = "" } = decodeProtectedHeader(demo.access);
      const claims = { ...decodeJwt(demo.access), "cognito:groups": ["admin"] };
      return new SignJWT(claims)
        .setProtectedHeader({
          alg: "RS256",
          kid,
          jwk: await exportJWK(publicKey),
          jku: "http://127.0.0.1:9/keys",
        })
        .sign(privateKey);
    },
  ),
  forged(
    "demo's token with group admin written in",
    "the signature is over the claims",
    ({ demo }) => {
      const { header, signature } = parts(demo.access);
      const claims = { ...decodeJwt(demo.access), "cognito:groups": ["admin"] };
      return `${header}.${encode(claims)}.${signature}`;
    },
  ),
  forged(
    "a good token of another user pool",
    "the issuer is compared, and its keys are not this pool's",
    ({ otherPoolToken }) => otherPoolToken,
    /another user pool/,
  ),
  forged("an ID token", "token_use has to be access", ({ demo }) => demo.id, /not an access token/),
  signed(
    "a token of another app client of the pool",
    "client_id has to be on the list",
    () => ({ client_id: "anotherclient" }),
    /app client/,
  ),
  signed(
    "a token for another server (aud)",
    "aud, where there is one, has to be this server",
    () => ({ aud: "https://other.example/mcp" }),
    /another server/,
  ),
  signed("an expired token", "exp has passed", () => ({ exp: now() - 1 }), /expired/),
  signed(
    "a token without an end",
    "exp has to be there",
    () => ({ exp: undefined }),
    /lacks a claim|expire/,
  ),
  signed(
    "a token that is not valid yet",
    "nbf has not passed",
    () => ({ nbf: now() + 600 }),
    /not valid yet/,
  ),
  signed(
    "a machine's token (client_credentials)",
    "it stands for no user, and this server's tools act for users",
    () => ({ username: undefined }),
    /machine/,
  ),
  {
    tried: "a token of 9,000 characters",
    because: "it is longer than any of Cognito's, and is not looked at",
    play: async ({ base }) =>
      refusedWith(await initialised(base, "a".repeat(9_000)), 400, /too long/),
  },
  {
    tried: "a good token in the URL",
    because: "URLs are written into logs and histories",
    async play({ base, demo }) {
      const path = `/mcp?access_token=${demo.access}`;
      const headers = rpcHeaders(demo.access);
      const body = JSON.stringify(initialize);
      const answer = await send(`${base}${path}`, { method: "POST", headers, body });
      return refusedWith(answer, 400, /URL/);
    },
  },
  {
    tried: "two Authorization headers, the second a good one",
    because: "what stands in front may have looked at the other",
    async play({ base, demo }) {
      const { Authorization: _one, ...rest } = rpcHeaders(demo.access);
      const headers = { ...rest, Authorization: ["Bearer bad", `Bearer ${demo.access}`] };
      const body = JSON.stringify(initialize);
      const answer = await send(`${base}/mcp`, { method: "POST", headers, body });
      return refusedWith(answer, 400, /more than one/);
    },
  },
];

async function poolKeys(
  environment: Readonly<Record<string, string>>,
): Promise<(JsonWebKey & { kid?: string })[]> {
  const { AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: url, COGNITO_POOL_ID: id } = environment;
  const response = await fetch(`${url}/${id}/.well-known/jwks.json`);
  return ((await response.json()) as { keys: JsonWebKey[] }).keys;
}
