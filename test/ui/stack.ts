import { afterAll, beforeAll } from "vitest";
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
}

/**
 * Runs the stack of `make start` for the tests of a file, in a folder and on ports of its own.
 *
 * @returns a function that tells about it, for use inside of tests
 */
export function startStack(): () => Stack {
  let running: LocalStack | undefined;
  beforeAll(async () => {
    running = await startLocalStack();
  });
  afterAll(async () => {
    await running?.stop();
  });
  return () => {
    if (running === undefined) throw new Error("the stack runs only while tests do");
    const { folder, environment } = running;
    const { WEB_PORT, CLEANAUTH_PASSWORD = "", CLEANAUTH_TOTP_SECRET = "" } = environment;
    return {
      folder,
      webUrl: `http://localhost:${WEB_PORT}`,
      password: CLEANAUTH_PASSWORD,
      totpSecret: CLEANAUTH_TOTP_SECRET,
    };
  };
}
