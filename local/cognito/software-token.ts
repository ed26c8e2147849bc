import { AppError } from "@cleanauth/common/app-error.ts";
import { generateSecret, generateSync, verifySync } from "otplib";

/** A user's authenticator app. */
export interface SoftwareToken {
  /** Base32, as authenticator apps take it. */
  readonly secret: string;
  /** The time step of the last code that was accepted. */
  lastTimeStep: number;
}

const periodSeconds = 30;

/**
 * @param secret base32
 * @throws AppError `configuration_totp_secret` when the secret is no base32 or too short
 */
export function createSoftwareToken(secret: string): SoftwareToken {
  try {
    generateSync({ secret });
  } catch {
    throw new AppError(
      "configuration_totp_secret",
      "The TOTP secret of the user mfa cannot be used",
      "Give at least 16 bytes as base32, for instance what otplib's generateSecret() returns.",
    );
  }
  return { secret, lastTimeStep: -1 };
}

/**
 * Checks a code of the current time step, the one before or the one after, and spends it: a code
 * that was accepted, and every older one, is refused from then on (RFC 6238, section 5.2).
 *
 * @param token the user's token; its last time step moves on when the code is accepted
 * @param code what the user typed
 * @param now milliseconds since the epoch
 */
export function spendCode(
  token: SoftwareToken,
  code: string,
  now: number,
): "accepted" | "mismatch" | "already_used" {
  if (!/^\d{6}$/.test(code)) return "mismatch";
  const result = verifySync({
    secret: token.secret,
    token: code,
    epoch: Math.floor(now / 1000),
    period: periodSeconds,
    epochTolerance: periodSeconds,
  });
  if (!result.valid || !("timeStep" in result)) return "mismatch";
  if (result.timeStep <= token.lastTimeStep) return "already_used";
  token.lastTimeStep = result.timeStep;
  return "accepted";
}

/** A new secret for an authenticator app: 160 random bits in base32. */
export function randomTokenSecret(): string {
  return generateSecret({ length: 20 });
}
