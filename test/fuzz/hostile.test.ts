import { startTestServer, type TestServer } from "@cleanauth/server/testing/test-server.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Prey, preparePrey } from "./prey.ts";
import { attack } from "./properties.ts";

let server: TestServer;
let prey: Prey;
beforeAll(async () => {
  server = await startTestServer({ MAX_SESSIONS: "10000" });
  await server.untilHealthy();
  prey = await preparePrey(server.base, server.pool);
});
afterAll(async () => {
  await prey.close();
  await server.stop();
});

describe("requests that nobody should send", () => {
  it("are turned away without a failure, without a secret, without harm to others", async () => {
    await attack(server.base, prey, { requests: 500, connections: 60 });
  }, 60_000);

  it("leave no token, no note and no session of SSE in the log", () => {
    // Not one for each: Node answers an expectation that it does not know (417) by itself.
    expect(server.logLines.length).toBeGreaterThan(400);
    for (const line of server.logLines) {
      expect(() => JSON.parse(line)).not.toThrow();
      for (const secret of [...prey.secrets, prey.ownToken]) expect(line).not.toContain(secret);
    }
  });

  it("leave no failure in the log", () => {
    const failures = server.logLines.filter((line) => /"level":"(error|fatal)"/.test(line));
    expect(failures).toEqual([]);
  });
});
