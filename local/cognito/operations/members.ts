import { z } from "zod";

/*
 * Members of the operations' inputs with the constraints of the API reference. The messages are the
 * service's own; the protocol puts the member's name before them.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/
 */

/** An app client's id. */
export const clientIdMember = text(/^[\w+]+$/, "[\\w+]+", 1, 128);

/** An app client's secret, for the operations that take it in place of a hash. */
export const clientSecretMember = text(/^[\w+]+$/, "[\\w+]+", 1, 64);

/** The proof of an app client's secret, where it is a member of its own. */
export const secretHashMember = text(/^[\w+=/]+$/, "[\\w+=/]+", 1, 128);

/** A user name. */
export const usernameMember = text(
  /^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$/u,
  "[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+",
  1,
  128,
);

/** A code that was sent to a user. */
export const confirmationCodeMember = text(/^[\S]+$/, "[\\S]+", 1, 2048);

/** A new password; what the pool's policy says of it comes later. */
export const passwordMember = text(/^[\S]+.*[\S]+$/, "[\\S]+.*[\\S]+", 1, 256);

/** A code of an authenticator app. */
export const userCodeMember = text(/^[0-9]+$/, "[0-9]+", 6, 6);

/** A token of any kind; how long it may be is bounded by the request's size alone. */
export const tokenMember = z
  .string()
  .regex(/^[A-Za-z0-9\-_=.]+$/, patternMessage("[A-Za-z0-9-_=.]+"));

/** What carries a sign-in from one step to the next. */
export const sessionMember = z.string().min(20, minimumMessage(20)).max(2048, maximumMessage(2048));

/** `AuthParameters` and `ChallengeResponses`. */
export const parametersMember = z.record(z.string(), z.string());

/**
 * One of a fixed set of names.
 *
 * @param names all that the API knows
 */
export function nameMember<const Names extends readonly [string, ...string[]]>(names: Names) {
  return z.enum(names, { error: `Member must satisfy enum value set: [${names.join(", ")}]` });
}

function text(pattern: RegExp, patternText: string, minimum: number, maximum: number) {
  return z
    .string()
    .regex(pattern, patternMessage(patternText))
    .min(minimum, minimumMessage(minimum))
    .max(maximum, maximumMessage(maximum));
}

function patternMessage(pattern: string): string {
  return `Member must satisfy regular expression pattern: ${pattern}`;
}

function minimumMessage(length: number): string {
  return `Member must have length greater than or equal to ${length}`;
}

function maximumMessage(length: number): string {
  return `Member must have length less than or equal to ${length}`;
}
