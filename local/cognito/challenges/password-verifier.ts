import { randomBytes } from "node:crypto";
import { isSameText } from "../app-clients.ts";
import { invalidParameter, missingParameter } from "../cognito-error.ts";
import { tryPassword } from "../sign-in/password.ts";
import { isPublicValue, startSrpExchange } from "../srp/exchange.ts";
import type { UserPool } from "../user-pool.ts";
import type { User } from "../users.ts";
import type { Question } from "./challenge.ts";

/**
 * Asks for the proof that a client knows the password, which it does not send (SRP-6a).
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html
 *
 * @param clientValue SRP_A as it came, hexadecimal
 * @throws CognitoError when it is missing or no public value
 */
export function askPasswordProof(
  pool: UserPool,
  user: User,
  clientValue: string | undefined,
): Question {
  if (clientValue === undefined || clientValue === "") throw missingParameter("SRP_A");
  // Twice the bits of the group are more than any client sends.
  if (!/^[0-9a-f]{1,1536}$/i.test(clientValue)) throw invalidParameter("SRP_A is invalid");
  const publicValue = BigInt(`0x${clientValue}`);
  if (!isPublicValue(publicValue)) throw invalidParameter("SRP_A mod N cannot be 0");
  const exchange = startSrpExchange(publicValue, user.password);
  const secretBlock = randomBytes(768).toString("base64");
  return {
    name: "PASSWORD_VERIFIER",
    stage: "first factor",
    session: secretBlock,
    parameters: {
      SALT: user.password.salt.toString(16),
      SECRET_BLOCK: secretBlock,
      SRP_B: exchange.publicValue.toString(16),
      USERNAME: user.username,
      USER_ID_FOR_SRP: user.username,
    },
    take({ PASSWORD_CLAIM_SIGNATURE: signature, TIMESTAMP: timestamp }) {
      if (signature === undefined) throw missingParameter("PASSWORD_CLAIM_SIGNATURE");
      if (timestamp === undefined) throw missingParameter("TIMESTAMP");
      if (!timestampPattern.test(timestamp)) {
        throw invalidParameter("TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.");
      }
      tryPassword(pool, user, () =>
        isSameText(signature, exchange.signatureOf(Buffer.from(secretBlock, "base64"), timestamp)),
      );
      return null;
    },
  };
}

const timestampPattern =
  /^(Sun|Mon|Tue|Wed|Thu|Fri|Sat) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [1-3]?\d [0-2]\d:[0-5]\d:[0-6]\d UTC \d{4}$/;
