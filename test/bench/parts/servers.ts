import { join } from "node:path";
import { callOf, openSession, post } from "@cleanauth/server/testing/rpc.ts";
import type { TestUserPool } from "@cleanauth/server/testing/user-pool.ts";
import type { LoadCaller } from "../load/load-plan.ts";
import type { ServerProgram } from "../rig/measured-server.ts";
import { root } from "../rig/places.ts";
import { unpackedRelease } from "../rig/release.ts";

/** A server that takes part, and how it is called. */
export interface Contender extends ServerProgram {
  readonly role: "cleanauth" | "peer" | "limit";
  readonly hasSessions: boolean;
}

const peer = (
  name: string,
  program: string,
  how: { readonly role?: "limit"; readonly hasSessions?: boolean } = {},
) => ({
  name,
  role: how.role ?? ("peer" as const),
  hasSessions: how.hasSessions ?? false,
  args: ["--import", "tsx", join(root, `test/bench/peers/${program}-main.ts`)],
});

/**
 * All that are measured: this project's server as a release has it, the peers, and the limit.
 *
 * @param pool whose tokens prove that a server answers rightly
 */
export async function contenders(pool: TestUserPool): Promise<readonly Contender[]> {
  const token = await pool.token();
  const all = [
    {
      name: "cleanauth",
      role: "cleanauth" as const,
      hasSessions: true,
      args: [join(await unpackedRelease(), "server/main.js")],
    },
    peer("SDK, with sessions", "sdk-sessions", { hasSessions: true }),
    peer("SDK, stateless", "sdk-stateless"),
    peer("fastmcp", "fastmcp"),
    peer("@hono/mcp", "hono-mcp"),
    peer("node:http alone", "plain-http", { role: "limit" }),
  ];
  return all.map((contender) => ({
    ...contender,
    async isAnswering(base) {
      const { sessionId } = await enter(contender.hasSessions, base, token);
      const answer = await post(base, token, callOf("whoami"), sessionId);
      return answer.text.includes("Signed in as demo");
    },
  }));
}

/** Opens what a caller needs before its first call. */
export async function enter(
  hasSessions: boolean,
  base: string,
  token: string,
): Promise<LoadCaller> {
  return hasSessions ? { token, sessionId: await openSession(base, token) } : { token };
}
