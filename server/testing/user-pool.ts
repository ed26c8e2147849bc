import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { issuerOfPool } from "@cleanauth/common/cognito-settings.ts";
import {
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTHeaderParameters,
  SignJWT,
} from "jose";

/** Claims that a test wants otherwise; undefined leaves one out. */
export type Claims = Readonly<Record<string, unknown>>;

/** A user pool whose keys are served on loopback, and whose tokens a test signs as it likes. */
export interface TestUserPool {
  readonly poolId: string;
  readonly clientId: string;
  readonly issuer: string;
  /** Where the server under test fetches the keys. */
  readonly url: string;
  /** How often the keys were fetched. */
  readonly fetches: number;
  /** What the key server does: answers, answers 500, or gives no answer at all. */
  mode: "up" | "failing" | "hanging";
  /** The public key in PEM, as an attacker would have it. */
  readonly publicKeyPem: string;
  /** An access token as Cognito issues them, with these claims changed. */
  token(claims?: Claims, header?: Partial<JWTHeaderParameters>): Promise<string>;
  /** Another key from now on, published beside the old one. */
  rotateKey(): Promise<void>;
  close(): Promise<void>;
}

interface SigningKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly jwk: JWK;
}

let keysMade = 0;

/** Keys of pools that are closed: making one takes a tenth of a second, and tests make many. */
const spareKeys: Awaited<ReturnType<typeof generateKeyPair>>[] = [];

async function makeKey(): Promise<SigningKey> {
  const pair = spareKeys.pop() ?? (await generateKeyPair("RS256", { extractable: true }));
  keysMade += 1;
  const kid = `key-${keysMade}`;
  const jwk = { ...(await exportJWK(pair.publicKey)), kid, alg: "RS256", use: "sig" };
  return { kid, jwk, ...pair };
}

/** Starts a key server for a pool of one's own. */
export async function startUserPool(poolId = "us-east-1_TestPool1"): Promise<TestUserPool> {
  const clientId = "1example23456789";
  const issuer = issuerOfPool(poolId);
  const first = await makeKey();
  let key: SigningKey = first;
  const keys = [first];
  const state = { mode: "up" as TestUserPool["mode"], fetches: 0 };

  const server = createServer((req, res) => {
    if (req.url !== `/${poolId}/.well-known/jwks.json`) return res.writeHead(404).end();
    state.fetches += 1;
    if (state.mode === "hanging") return;
    if (state.mode === "failing") return res.writeHead(500).end();
    res.writeHead(200, { "Content-Type": "application/json" });
    res.end(JSON.stringify({ keys: keys.map(({ jwk }) => jwk) }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const der = Buffer.from(await crypto.subtle.exportKey("spki", first.publicKey));

  return {
    poolId,
    clientId,
    issuer,
    url: `http://127.0.0.1:${port}`,
    publicKeyPem: `-----BEGIN PUBLIC KEY-----\n${der.toString("base64")}\n-----END PUBLIC KEY-----\n`,
    get fetches() {
      return state.fetches;
    },
    get mode() {
      return state.mode;
    },
    set mode(mode) {
      state.mode = mode;
    },
    async token(claims = {}, header = {}) {
      const now = Math.floor(Date.now() / 1000);
      const all = {
        sub: "11111111-2222-4333-8444-555555555555",
        iss: issuer,
        client_id: clientId,
        origin_jti: crypto.randomUUID(),
        event_id: crypto.randomUUID(),
        token_use: "access",
        scope: "aws.cognito.signin.user.admin",
        auth_time: now,
        exp: now + 3600,
        iat: now,
        jti: crypto.randomUUID(),
        username: "demo",
        "cognito:groups": ["user"],
        ...claims,
      };
      return new SignJWT(JSON.parse(JSON.stringify(all)))
        .setProtectedHeader({ alg: "RS256", kid: key.kid, ...header })
        .sign(key.privateKey);
    },
    async rotateKey() {
      key = await makeKey();
      keys.push(key);
    },
    async close() {
      spareKeys.push(...keys.splice(0));
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
