import { authenticate } from "@cleanauth/server/auth/bearer.ts";
import { createCognitoVerifier } from "@cleanauth/server/auth/cognito-verifier.ts";
import { acceptedAudiences } from "@cleanauth/server/auth/metadata.ts";
import { PoolKeys } from "@cleanauth/server/auth/pool-keys.ts";
import { rememberAccepted } from "@cleanauth/server/auth/remembering-verifier.ts";
import type { CognitoConfig } from "@cleanauth/server/config.ts";
import { medianOf } from "../report/results.ts";
import { startMeasured } from "../rig/measured-server.ts";
import { atMost, figuresSection } from "./figures.ts";
import type { Bench, Part } from "./part.ts";
import { contenders, enter } from "./servers.ts";

const challenged = { metadataUrl: "http://localhost/metadata", scopes: [] };

export const authorization: Part = {
  name: "authorization",
  about: "what the check of a token costs, of the CPU time of a whole request",
  async measure(bench) {
    bench.say("what authorization costs");
    const { pool } = bench;
    const config: CognitoConfig = {
      poolId: pool.poolId,
      clientIds: [pool.clientId],
      machineClientId: null,
      standInUrl: pool.url,
    };
    const keys = new PoolKeys(config);
    keys.load();
    const verifier = createCognitoVerifier(config, keys, acceptedAudiences("http://localhost"));
    const remembering = rememberAccepted(verifier);
    const token = await pool.token();
    const credentials = { authorization: [`Bearer ${token}`], hasTokenInQuery: false };
    const check = async (by: typeof verifier) => {
      const outcome = await authenticate(credentials, by, challenged);
      if (!("caller" in outcome)) throw new Error("A good token was refused");
    };
    while (keys.state !== "loaded") await new Promise((resolve) => setTimeout(resolve, 10));
    const rounds = bench.isQuick ? 1 : 5;
    const times = async (by: typeof verifier, count: number) => {
      const measured: number[] = [];
      await microsecondsOf(() => check(by), count);
      while (measured.length < rounds) measured.push(await microsecondsOf(() => check(by), count));
      return measured;
    };
    const remembered = await times(remembering, 50_000);
    const verified = await times(verifier, 2_000);
    keys.close();
    const whole = await wholeRequest(bench);
    const share = whole === null ? Number.NaN : (medianOf(remembered) / whole) * 100;
    const figures = [
      { what: "a token that is remembered", values: remembered, unit: "µs" },
      { what: "a token that is verified, signature and all", values: verified, unit: "µs" },
      { what: "a whole tools/call, CPU time", values: whole === null ? [] : [whole], unit: "µs" },
    ];
    const section = figuresSection("authorization", "What authorization costs", figures, [
      "The bearer check as each request goes through it, called in a loop, beside the CPU time that the",
      "running server spends on a whole request. The server has no way to be run without the check.",
    ]);
    const goal = atMost("authorization with a remembered token, of a request", share, 10, "%");
    return { sections: [section], goals: Number.isNaN(share) ? [] : [goal] };
  },
};

async function microsecondsOf(work: () => Promise<void>, count: number): Promise<number> {
  const before = process.cpuUsage();
  for (let n = 0; n < count; n += 1) await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}

/** The CPU time of a tools/call in microseconds; null where it cannot be read. */
async function wholeRequest(bench: Bench): Promise<number | null> {
  const [own] = await contenders(bench.pool);
  if (own === undefined) throw new Error("this project's own server is missing");
  const server = await startMeasured(own, bench.pool, bench.folder);
  const caller = await enter(own.hasSessions, server.base, await bench.pool.token());
  const call = () =>
    bench.load.run({
      base: server.base,
      connections: 32,
      bound: { seconds: bench.isQuick ? 1 : 4 },
      message: "tools/call",
      callers: [caller],
      callerChanges: "by-connection",
      expected: { status: 200, text: "Signed in as demo" },
    });
  await call();
  const before = server.usage();
  const { requests } = await call();
  const after = server.usage();
  await server.stop();
  if (before === null || after === null) return null;
  return ((after.cpuSeconds - before.cpuSeconds) * 1e6) / requests;
}
