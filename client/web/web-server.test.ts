import { createServer } from "node:net";
import { createLogger } from "@cleanauth/common/log.ts";
import { afterEach, describe, expect, it } from "vitest";
import { createInMemoryServices, password } from "../testing/in-memory-services.ts";
import {
  connectAgain,
  input,
  openPage,
  type Page,
  size,
  startServer,
  stopServers,
} from "../testing/web-client.ts";
import { startWebServer, type WebServer } from "./web-server.ts";

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

describe("behind a proxy", () => {
  const limits = { signInBurst: 1, signInsPerMinute: 1, connectionsPerAddress: 2 };

  /** A page for which somebody in front speaks, and a wrong password on it. */
  async function mistype(server: WebServer, forwardedFor: string): Promise<Page> {
    const page = connectAgain(server, { forwardedFor }, size);
    await page.waitFor("Sign in");
    page.send(input("demo\rwrong\r"));
    return page;
  }

  it("limits go by the address that a trusted proxy tells", async () => {
    const { server, log } = await startServer(limits, ["loopback"]);
    await (await mistype(server, "203.0.113.7")).waitFor("Cognito refused");
    await (await mistype(server, "198.51.100.9, 203.0.113.7")).waitFor("Too many attempts");
    await (await mistype(server, "203.0.113.8")).waitFor("Cognito refused");
    const crowded = connectAgain(server, { forwardedFor: "203.0.113.7" }, size);
    expect((await crowded.closed).code).toBe(1006);
    expect(log.join("")).toContain('"address":"203.0.113.8"');
  });

  it("limits go by the connection's own address where no proxy is trusted", async () => {
    const { server, log } = await startServer(limits);
    await (await mistype(server, "203.0.113.7")).waitFor("Cognito refused");
    await (await mistype(server, "203.0.113.8")).waitFor("Too many attempts");
    expect(log.join("")).not.toContain("203.0.113");
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
