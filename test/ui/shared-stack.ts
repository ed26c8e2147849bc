import type { TestProject } from "vitest/node";
import { type LocalStack, startLocalStack } from "../chain/local-stack.ts";

/** What the tests are driven against. */
export interface Stack {
  /** A folder in which the client finds the stack's settings, as in a clone after `make start`. */
  readonly folder: string;
  /** The page's address. */
  readonly webUrl: string;
  /** The password of every demo user. */
  readonly password: string;
  /** In base32, for the user `mfa`. */
  readonly totpSecret: string;
  /** What `.cleanauth/local.env` says. */
  readonly environment: Readonly<Record<string, string>>;
}

declare module "vitest" {
  interface ProvidedContext {
    stack: Stack;
  }
}

let running: LocalStack | undefined;

/** Runs one stack of `make start` for all files of the suite; vitest calls it first, and {@link teardown} last. */
export async function setup(project: TestProject): Promise<void> {
  running = await startLocalStack();
  project.provide("stack", stackOf(running));
}

export async function teardown(): Promise<void> {
  await running?.stop();
}

export function stackOf({ folder, environment }: LocalStack): Stack {
  const { WEB_PORT, CLEANAUTH_PASSWORD = "", CLEANAUTH_TOTP_SECRET = "" } = environment;
  return {
    folder,
    webUrl: `http://localhost:${WEB_PORT}`,
    password: CLEANAUTH_PASSWORD,
    totpSecret: CLEANAUTH_TOTP_SECRET,
    environment,
  };
}
