import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";
import {
  exportJWK,
  type GenerateKeyPairResult,
  generateKeyPair,
  type JSONWebKeySet,
  SignJWT,
} from "jose";
import type { Caller } from "../auth/caller.ts";

/** The header in which an upstream is told who calls, where its entry asks for that. */
export const identityHeader = "X-Cleanauth-Identity";
export const identityKeysPath = "/.well-known/jwks.json";

const holdsSeconds = 60;

/** Tells upstreams who calls, in a form that nobody else can make. */
export interface CallerIdentity {
  /** The public keys with which an upstream checks what it is told. */
  keys(): Promise<JSONWebKeySet>;
  /**
   * Signs who calls: a JWT (ES256) that holds a minute, for one upstream. It is no token of the user
   * pool, and opens nothing there or here.
   *
   * @param audience the upstream's URL
   */
  sign(caller: Caller, audience: string): Promise<string>;
}

/**
 * Makes what signs who calls; its key pair is made on first use and lives as long as the process.
 *
 * @param issuer the origin by which callers call this server; the keys are served below it
 */
export function createCallerIdentity(issuer: string): CallerIdentity {
  const kid = randomUUID();
  let pair: Promise<GenerateKeyPairResult> | undefined;
  const keyPair = () => {
    pair ??= generateKeyPair("ES256");
    return pair;
  };
  return {
    async keys() {
      const jwk = await exportJWK((await keyPair()).publicKey);
      return { keys: [{ ...jwk, kid, alg: "ES256", use: "sig" }] };
    },
    async sign({ subject, username, groups }, audience) {
      return new SignJWT({ username, groups: [...groups] })
        .setProtectedHeader({ alg: "ES256", kid, typ: "JWT" })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(subject)
        .setIssuedAt()
        .setExpirationTime(`${holdsSeconds}s`)
        .sign((await keyPair()).privateKey);
    },
  };
}

/**
 * The variables in which a process of one user is told whose it is.
 *
 * @param caller the user; groups are those of the moment in which the process starts
 */
export function identityEnvironment({ subject, username, groups }: Caller): Record<string, string> {
  return {
    CLEANAUTH_SUBJECT: subject,
    CLEANAUTH_USERNAME: username,
    CLEANAUTH_GROUPS: groups.join(","),
  };
}

/** On whose behalf the request is made that is being sent: one HTTP session may serve several users. */
export const callerOfRequest = new AsyncLocalStorage<Caller>();
