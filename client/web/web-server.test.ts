import { createServer } from "node:net";
import { createLogger } from "@cleanauth/common/log.ts";
import { afterEach, describe, expect, it } from "vitest";
import { createInMemoryServices, password } from "../testing/in-memory-services.ts";
import { input, openPage, startServer, stopServers } from "../testing/web-client.ts";
import { startWebServer } from "./web-server.ts";

afterEach(stopServers);

describe("the log", () => {
  it("tells who came and went, and nothing of what was typed", async () => {
    const { server, log } = await startServer();
    const connection = await openPage(server);
    connection.send(input(`demo\r${password}\r`));
    await connection.waitFor("Welcome");
    connection.send(input("a secret question\r"));
    connection.leave();
    await expect.poll(() => log.join("")).toContain("connection closed");
    for (const line of log) expect(() => JSON.parse(line)).not.toThrow();
    expect(log.join("")).not.toMatch(/demo|secret|Correct-horse/);
  });
});

describe("leaving", () => {
  it("tells everyone, closes their sessions and revokes their tokens", async () => {
    const { server, services } = await startServer();
    const connections = await Promise.all([openPage(server), openPage(server)]);
    for (const connection of connections) {
      connection.send(input(`demo\r${password}\r`));
      await connection.waitFor("Welcome");
    }
    await server.close("Back in a moment.");
    for (const connection of connections) {
      expect((await connection.closed).code).toBe(1000);
      expect(connection.farewell()).toBe("Back in a moment.");
    }
    expect(services.open).toEqual({ sessions: 0, tokens: 0 });
  });

  it("leaves nothing behind of fifty connections that came and went", async () => {
    const { server, services } = await startServer({ connectionsPerAddress: 60, keepSeconds: 0.1 });
    const names = process.eventNames().map(String);
    for (let round = 0; round < 5; round += 1) {
      const connections = await Promise.all(Array.from({ length: 10 }, () => openPage(server)));
      for (const connection of connections) connection.send(input(`demo\r${password}\r`));
      await Promise.all(connections.map((connection) => connection.waitFor("Welcome")));
      for (const [index, connection] of connections.entries()) {
        if (index % 2 === 0) connection.leave();
        else connection.send(input("/quit\r"));
      }
      await expect.poll(() => server.connections(), { timeout: 5_000 }).toBe(0);
    }
    await expect.poll(() => services.open).toEqual({ sessions: 0, tokens: 0 });
    expect(process.eventNames().map(String)).toEqual(names);
    const timers = process.getActiveResourcesInfo().filter((name) => name === "Timeout");
    expect(timers.length).toBeLessThan(10);
  });

  it("says which port is taken", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const address = other.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const attempt = startWebServer({
      services: createInMemoryServices(),
      logger: createLogger("test", { write: () => {} }),
      host: "127.0.0.1",
      port,
      version: "1",
    });
    await expect(attempt).rejects.toMatchObject({ code: "EADDRINUSE" });
    other.close();
  });
});
