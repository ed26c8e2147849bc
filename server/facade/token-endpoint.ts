import { timingSafeEqual } from "node:crypto";
import { decodeJwt } from "jose";
import { z } from "zod";
import { digestOf } from "./consent-memory.ts";
import { callbackPath, type FacadeSettings, resourceParameter } from "./facade-settings.ts";
import { codeSeconds, type IssuedCode } from "./issued-code.ts";
import {
  type FacadeReply,
  type FacadeRequest,
  isRepeated,
  json,
  oauthError,
  single,
} from "./message.ts";
import type { PoolAnswer, PoolEndpoints, PoolTokens } from "./pool-endpoints.ts";
import { createSealed, type Sealed } from "./sealed.ts";
import { UsedOnce } from "./used-once.ts";

/** The endpoints that a client calls by itself. */
export interface TokenEndpoints {
  /** `POST /oauth/token` */
  token(request: FacadeRequest): Promise<FacadeReply>;
  /** `POST /oauth/revoke` (RFC 7009) */
  revoke(request: FacadeRequest): Promise<FacadeReply>;
}

/**
 * Makes the endpoints that give tokens and take them back. A refresh token goes out sealed together
 * with the client that it is for: another client cannot use it, and Cognito's own never leaves.
 *
 * @param codes opens what {@link IssuedCode} was sealed into
 */
export function createTokenEndpoints(
  settings: FacadeSettings,
  pool: PoolEndpoints,
  key: Uint8Array,
  codes: Sealed<IssuedCode>,
): TokenEndpoints {
  const refreshTokens = createSealed(
    key,
    "refresh",
    z.object({ clientDigest: z.string(), token: z.string() }),
    null,
  );
  const usedCodes = new UsedOnce(codeSeconds);

  async function exchangeCode(form: URLSearchParams): Promise<FacadeReply> {
    const opened = await codes.open(single(form, "code") ?? "");
    const clientDigest = digestOf(single(form, "client_id") ?? "");
    if (opened === null) return invalidGrant("The code is unknown or has expired");
    const { id, value: issued } = opened;
    if (issued.clientDigest !== clientDigest) {
      return invalidGrant("The code was issued to another client");
    }
    // Used up even by a wrong verifier: whoever has the code without it is not the client.
    if (!usedCodes.use(id)) return invalidGrant("The code was used before");
    if ((single(form, "redirect_uri") ?? issued.redirectUri) !== issued.redirectUri) {
      return invalidGrant("redirect_uri is not that of the authorization request");
    }
    if (!fitsChallenge(single(form, "code_verifier"), issued.codeChallenge)) {
      return invalidGrant("code_verifier is missing or does not fit");
    }
    // RFC 8707, section 2.2: what the user agreed to, or nothing else.
    const resource = single(form, "resource") ?? issued.resource;
    if (issued.resource !== undefined && resource !== issued.resource) {
      return invalidTarget("resource is not that of the authorization request");
    }
    const answer = await pool.token({
      grant_type: "authorization_code",
      code: issued.poolCode,
      redirect_uri: `${settings.issuer}${callbackPath}`,
      code_verifier: issued.verifier,
      ...resourceParameter(settings, issued.resource),
    });
    // The client is told to come again. Cognito's own code is single-use, should it have got that far.
    if (answer.kind === "unavailable") usedCodes.takeBack(id);
    return reply(answer, clientDigest);
  }

  async function refresh(form: URLSearchParams): Promise<FacadeReply> {
    const opened = await refreshTokens.open(single(form, "refresh_token") ?? "");
    const clientDigest = digestOf(single(form, "client_id") ?? "");
    if (opened === null) return invalidGrant("The refresh token is unknown");
    if (opened.value.clientDigest !== clientDigest) {
      return invalidGrant("The refresh token was issued to another client");
    }
    const { token } = opened.value;
    const answer = await pool.token({ grant_type: "refresh_token", refresh_token: token });
    return reply(answer, clientDigest);
  }

  async function reply(answer: PoolAnswer, clientDigest: string): Promise<FacadeReply> {
    if (answer.kind === "unavailable") return unavailable;
    if (answer.kind === "refused") {
      // Anything but a spent grant is a mistake between this server and the pool.
      if (answer.error === "invalid_grant") return invalidGrant("Cognito refuses it");
      return oauthError(502, "server_error", `Cognito answers ${answer.error}`);
    }
    const { access_token, expires_in, refresh_token } = answer.tokens;
    const sealed =
      refresh_token === undefined
        ? {}
        : { refresh_token: await refreshTokens.seal({ clientDigest, token: refresh_token }) };
    const scope = scopeOf(answer.tokens);
    return json(200, { access_token, token_type: "Bearer", expires_in, ...sealed, scope });
  }

  return {
    async token({ form }) {
      if (isRepeated(form, [...new Set(form.keys())])) {
        return oauthError(400, "invalid_request", "A parameter is there more than once");
      }
      const grant = single(form, "grant_type");
      if (grant === undefined) return oauthError(400, "invalid_request", "grant_type is missing");
      if (grant !== "authorization_code" && grant !== "refresh_token") {
        const words = "grant_type has to be authorization_code or refresh_token";
        return oauthError(400, "unsupported_grant_type", words);
      }
      if (single(form, "client_id") === undefined) return missingClient;
      const resource = single(form, "resource");
      if (resource !== undefined && !settings.resources.includes(resource)) {
        return invalidTarget("resource is not this server");
      }
      return grant === "authorization_code" ? exchangeCode(form) : refresh(form);
    },

    async revoke({ form }) {
      const token = single(form, "token");
      if (token === undefined) return oauthError(400, "invalid_request", "token is missing");
      if (single(form, "client_id") === undefined) return missingClient;
      const opened = await refreshTokens.open(token);
      // An access token cannot be revoked by itself at Cognito: it ends with its refresh token.
      if (opened === null && token.split(".").length === 3) {
        return oauthError(400, "unsupported_token_type", "Give the refresh token");
      }
      // What is not known is not valid any more, which is what was asked for: RFC 7009, section 2.2.
      if (opened === null) return json(200, {});
      if (opened.value.clientDigest !== digestOf(single(form, "client_id") ?? "")) {
        return invalidGrant("The refresh token was issued to another client");
      }
      return (await pool.revoke(opened.value.token)) ? json(200, {}) : unavailable;
    },
  };
}

function invalidGrant(description: string): FacadeReply {
  return oauthError(400, "invalid_grant", description);
}

function invalidTarget(description: string): FacadeReply {
  return oauthError(400, "invalid_target", description);
}

/** RFC 6749, section 5.2. */
const missingClient = oauthError(401, "invalid_client", "client_id is missing");

const unavailable: FacadeReply = {
  status: 503,
  headers: { "Retry-After": "5" },
  body: {
    error: "temporarily_unavailable",
    error_description: "Cognito is out of reach; try again",
  },
};

/** RFC 7636, section 4.6. */
function fitsChallenge(verifier: string | undefined, challenge: string): boolean {
  if (verifier === undefined || !/^[\w.~-]{43,128}$/.test(verifier)) return false;
  return timingSafeEqual(Buffer.from(digestOf(verifier)), Buffer.from(challenge));
}

/** Cognito does not repeat the scopes beside a token; they are in it. */
function scopeOf({ access_token }: PoolTokens): string {
  const { scope } = decodeJwt(access_token);
  return typeof scope === "string" ? scope : "";
}
