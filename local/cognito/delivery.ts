import { randomInt } from "node:crypto";
import type { UserPool } from "./user-pool.ts";
import type { User } from "./users.ts";

export type Medium = "EMAIL" | "SMS";

/** What the real service would send by mail or SMS. */
export interface DeliveredMessage {
  /** ISO 8601. */
  readonly at: string;
  readonly username: string;
  readonly medium: Medium;
  /** The address or number, whole. */
  readonly destination: string;
  /** The operation or the challenge that it is for. */
  readonly purpose: string;
  readonly code: string;
}

/** The API's `CodeDeliveryDetailsType`. */
export interface CodeDeliveryDetails {
  readonly AttributeName: "email" | "phone_number";
  readonly DeliveryMedium: Medium;
  /** So that its owner knows it, and nobody else does. */
  readonly Destination: string;
}

const keptMessages = 100;

/** The last messages, in memory: nothing leaves this machine. */
export class Messages {
  readonly #kept: DeliveredMessage[] = [];
  readonly #onMessage: (message: DeliveredMessage) => void;

  /** @param onMessage told of each one */
  constructor(onMessage: (message: DeliveredMessage) => void) {
    this.#onMessage = onMessage;
  }

  add(message: DeliveredMessage): void {
    this.#kept.push(message);
    if (this.#kept.length > keptMessages) this.#kept.shift();
    this.#onMessage(message);
  }

  /** The oldest first. */
  all(): readonly DeliveredMessage[] {
    return this.#kept;
  }
}

/** A code of random digits. */
export function createCode(digits: number): string {
  return String(randomInt(10 ** digits)).padStart(digits, "0");
}

/**
 * Sends a user a code. A name that nobody has is answered alike, and nothing is sent.
 *
 * @returns what the caller is told of it
 */
export function deliver(
  pool: UserPool,
  user: User,
  { medium, purpose, code }: Pick<DeliveredMessage, "medium" | "purpose" | "code">,
): CodeDeliveryDetails {
  const attribute = medium === "EMAIL" ? "email" : "phone_number";
  const destination = user.attributes.get(attribute) ?? `${user.username}@example.com`;
  if (!user.isDecoy) {
    const at = new Date(pool.now()).toISOString();
    pool.messages.add({ at, username: user.username, medium, destination, purpose, code });
  }
  return { AttributeName: attribute, DeliveryMedium: medium, Destination: masked(destination) };
}

function masked(destination: string): string {
  const [name = "", host] = destination.split("@");
  if (host === undefined) return `+*******${destination.slice(-4)}`;
  return `${name.slice(0, 1)}***@${host.slice(0, 1)}***`;
}
