import { CognitoError } from "../cognito-error.ts";
import { requireUserOfToken } from "../operations/access-token.ts";
import { jsonReply, type Reply, type Request } from "../protocol/listener.ts";
import type { UserPool } from "../user-pool.ts";
import { OAuthError } from "./oauth-error.ts";

/**
 * Answers `/oauth2/userInfo` with the attributes of an access token's user; every value is a text.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/userinfo-endpoint.html
 *
 * @throws OAuthError
 */
export async function answerUserInfo(pool: UserPool, request: Request): Promise<Reply> {
  const [, token] = /^Bearer +([\w=.-]+)$/i.exec(request.headers.authorization ?? "") ?? [];
  if (token === undefined) throw new OAuthError("invalid_request");
  try {
    const user = await requireUserOfToken(pool, token, "openid");
    const attributes = Object.fromEntries(user.attributes);
    return jsonReply(200, { sub: user.subject, ...attributes, username: user.username });
  } catch (error) {
    if (!(error instanceof CognitoError)) throw error;
    throw new OAuthError("invalid_token", error.message, 401);
  }
}
