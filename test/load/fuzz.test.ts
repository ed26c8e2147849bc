import { readFileSync } from "node:fs";
import { startUserPool, type TestUserPool } from "@cleanauth/server/testing/user-pool.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { prepareFacadePrey } from "../fuzz/facade-prey.ts";
import { attackFacade } from "../fuzz/facade-properties.ts";
import { preparePrey } from "../fuzz/prey.ts";
import { attack } from "../fuzz/properties.ts";
import { isSoak, tell } from "./effort.ts";
import { startLoadedServer } from "./loaded-server.ts";

const requests = isSoak ? 100_000 : 10_000;

let pool: TestUserPool;
beforeAll(async () => {
  pool = await startUserPool();
});
afterAll(() => pool.close());

describe(`${requests} requests that nobody should send, over a socket`, () => {
  it(
    "are turned away without a failure, without a secret, without harm to others",
    async () => {
      const server = await startLoadedServer(pool);
      const prey = await preparePrey(server.base, pool);
      const seed = Date.now() % 2 ** 31;
      const startedAt = performance.now();
      try {
        await attack(server.base, prey, { requests, connections: requests / 20, seed });
      } finally {
        await prey.close();
      }
      tell(`seed ${seed}: ${Math.round((performance.now() - startedAt) / 1000)} s`);
      expect(server.ended()).toBeNull();
      const log = readFileSync(server.logFile, "utf8");
      expect(log.match(/"level":"(error|fatal)".*/g)).toBeNull();
      for (const secret of [...prey.secrets, prey.ownToken]) expect(log).not.toContain(secret);
    },
    45 * 60_000,
  );
});

describe(`${requests} requests to the façade by somebody who has come by much`, () => {
  it(
    "get no token, code or consent, and send no browser to a stranger",
    async () => {
      const prey = await prepareFacadePrey();
      const seed = Date.now() % 2 ** 31;
      const startedAt = performance.now();
      try {
        await attackFacade(prey, { requests, seed });
      } finally {
        await prey.close();
      }
      tell(`seed ${seed}: ${Math.round((performance.now() - startedAt) / 1000)} s`);
    },
    45 * 60_000,
  );
});
