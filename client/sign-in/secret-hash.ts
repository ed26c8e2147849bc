import { createHmac } from "node:crypto";

/**
 * Proves to Cognito that the app client's secret is known, without sending it.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html#cognito-user-pools-computing-secret-hash
 *
 * @param username exactly as it is sent in the same request
 * @param clientId the app client's id
 * @param clientSecret the app client's secret
 * @returns the value of `SECRET_HASH`
 */
export function secretHash(username: string, clientId: string, clientSecret: string): string {
  return createHmac("sha256", clientSecret).update(`${username}${clientId}`).digest("base64");
}
