import { z } from "zod";

/** What Cognito's OAuth endpoints answered. */
export type PoolAnswer =
  | { readonly kind: "tokens"; readonly tokens: PoolTokens }
  /** Cognito's word, as in `invalid_grant`. */
  | { readonly kind: "refused"; readonly error: string }
  | { readonly kind: "unavailable" };

const poolTokens = z.object({
  access_token: z.string().min(1),
  token_type: z.string(),
  expires_in: z.number(),
  refresh_token: z.string().min(1).optional(),
});

export type PoolTokens = z.output<typeof poolTokens>;

const refusal = z.object({ error: z.string().regex(/^[\w-]{1,64}$/) });
const answerMilliseconds = 10_000;

/** The calls to the pool's OAuth endpoints. */
export interface PoolEndpoints {
  /** https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html */
  token(form: Readonly<Record<string, string>>): Promise<PoolAnswer>;
  /**
   * https://docs.aws.amazon.com/cognito/latest/developerguide/revocation-endpoint.html
   *
   * @returns whether Cognito answered that it is done
   */
  revoke(refreshToken: string): Promise<boolean>;
}

/**
 * @param domainUrl the pool's managed login, without a slash at its end
 * @param clientId a public client: it has no secret
 */
export function createPoolEndpoints(domainUrl: string, clientId: string): PoolEndpoints {
  const post = (path: string, form: Readonly<Record<string, string>>) =>
    fetch(`${domainUrl}${path}`, {
      method: "POST",
      body: new URLSearchParams({ ...form, client_id: clientId }),
      redirect: "error",
      signal: AbortSignal.timeout(answerMilliseconds),
    });
  return {
    async token(form) {
      try {
        const response = await post("/oauth2/token", form);
        const body: unknown = await response.json();
        if (response.ok) return { kind: "tokens", tokens: poolTokens.parse(body) };
        const refused = refusal.safeParse(body);
        if (response.status === 400 && refused.success) {
          return { kind: "refused", error: refused.data.error };
        }
      } catch {
        // Out of reach, too slow, or an answer that is none.
      }
      return { kind: "unavailable" };
    },
    async revoke(refreshToken) {
      try {
        const response = await post("/oauth2/revoke", { token: refreshToken });
        await response.body?.cancel();
        return response.ok || response.status === 400;
      } catch {
        return false;
      }
    },
  };
}
