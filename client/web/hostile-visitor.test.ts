import { connect as connectSocket, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { password } from "../testing/in-memory-services.ts";
import {
  connectAgain,
  get,
  input,
  openPage,
  size,
  startServer,
  stopServers,
  tryToConnect,
} from "../testing/web-client.ts";
import type { WebServer } from "./web-server.ts";

// What somebody does who wants the others to have no terminal: each time, who is signed in goes on.

let sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets = [];
  await stopServers();
});

/** A connection on which bytes are written as they are, and which never hangs up by itself. */
function openRaw(server: WebServer, head: string): Socket {
  const socket = connectSocket({ port: server.port, host: "127.0.0.1", allowHalfOpen: true });
  socket.on("error", () => {});
  socket.write(head);
  sockets.push(socket);
  return socket;
}

const upgrade = (server: WebServer, origin = `http://localhost:${server.port}`) =>
  `GET /terminal HTTP/1.1\r\nHost: localhost:${server.port}\r\nOrigin: ${origin}\r\n` +
  "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

/** A frame of RFC 6455 under a mask of zeros. */
function frame(firstByte: number, payload = ""): Buffer {
  const bytes = Buffer.from(payload);
  return Buffer.concat([Buffer.from([firstByte, 0x80 | bytes.length, 0, 0, 0, 0]), bytes]);
}

async function signedIn(server: WebServer) {
  const page = await openPage(server);
  page.send(input(`demo\r${password}\r`));
  await page.waitFor("Welcome");
  return page;
}

const ended = (socket: Socket) =>
  new Promise<void>((resolve) => socket.once("close", () => resolve()).resume());

describe("a visitor who means harm", () => {
  it("is hung up on when refused, without hanging up as well", async () => {
    const { server } = await startServer();
    const reset = new Promise((resolve) => {
      const socket = openRaw(server, upgrade(server, "https://attacker.example"));
      socket.once("end", () => {
        // Were the server's side still there, this would be taken.
        const writing = setInterval(() => socket.write("x"), 20);
        socket.once("close", () => resolve(clearInterval(writing)));
      });
      socket.resume();
    });
    await reset;
  });

  it.each([
    ["pings, before it says anything", (_: WebServer) => [], frame(0x89, "x".repeat(100))],
    ["empty pieces of a message", (_: WebServer) => [frame(0x01)], frame(0x00)],
    [
      "pieces of a message that gets too large",
      (_: WebServer) => [frame(0x01)],
      frame(0x00, "x".repeat(100)),
    ],
  ])("is ended when it floods with %s", async (_what, first, piece) => {
    const { server } = await startServer();
    const page = await signedIn(server);
    const flooder = openRaw(server, upgrade(server));
    await new Promise((resolve) => flooder.once("data", resolve));
    flooder.resume();
    for (const bytes of first(server)) flooder.write(bytes);
    const flood = Buffer.concat(Array.from({ length: 500 }, () => piece));
    const flooding = setInterval(() => flooder.writableNeedDrain || flooder.write(flood), 1);
    await ended(flooder);
    clearInterval(flooding);
    page.send(input("still here"));
    await page.waitFor("still here");
    expect(server.connections()).toBe(1);
  });

  it("opens no more connections in a short time than a person would", async () => {
    const { server } = await startServer({ connectionBurst: 5, connectionsPerMinute: 1 });
    const outcomes = [];
    for (let count = 0; count < 8; count += 1) {
      outcomes.push(await tryToConnect(server, "/terminal"));
    }
    expect(outcomes).toEqual([...Array(5).fill("opened"), 429, 429, 429]);
  });

  it("takes the terminal from nobody, be it from one address or from five hundred", async () => {
    const { server } = await startServer({ connections: 50 }, ["loopback"]);
    const page = await signedIn(server);
    for (const addressOf of [
      () => "203.0.113.7",
      (index: number) => `10.0.${index >> 8}.${index & 255}`,
    ]) {
      const crowd = Array.from({ length: 500 }, (_, index) =>
        connectAgain(server, { forwardedFor: addressOf(index) }, size),
      );
      await expect.poll(() => server.connections(), { timeout: 10_000 }).toBeGreaterThan(15);
      page.send(input("x\x7f"));
      page.send(input("/help\r"));
      await page.waitFor("Shift and mouse");
      expect(server.connections()).toBeLessThanOrEqual(50);
      for (const one of crowd) one.leave();
      await expect.poll(() => server.connections(), { timeout: 10_000 }).toBe(1);
      page.send(input("/new\r"));
      await page.waitFor("Welcome");
    }
    await openPage(server);
  }, 40_000);

  it("keeps nobody from a screen that is theirs", async () => {
    const { server } = await startServer({ connections: 4 }, ["loopback"]);
    const page = await signedIn(server);
    page.leave();
    await expect.poll(() => server.connections()).toBe(0);
    const crowd = Array.from({ length: 4 }, (_, index) =>
      connectAgain(server, { forwardedFor: `10.0.0.${index}` }),
    );
    await expect.poll(() => server.connections()).toBe(4);
    expect(await tryToConnect(server, "/terminal")).toBe(429);
    await connectAgain(server, page.memory(), size).waitFor("Welcome");
    for (const one of crowd) one.leave();
  });

  it("does not hold a place by typing at a sign-in form for ever", async () => {
    const { server } = await startServer({ signInSeconds: 0.4 });
    const page = await openPage(server);
    const typing = setInterval(() => page.send(input("x")), 20);
    expect((await page.closed).code).toBe(1000);
    clearInterval(typing);
    expect(page.farewell()).toMatch(/closed/);
    // Who has signed in is not meant.
    const other = await signedIn(server);
    await new Promise((resolve) => setTimeout(resolve, 800));
    other.send(input("still here"));
    await other.waitFor("still here");
  });

  it("gets no file of the host, whatever path it asks for", async () => {
    const { server } = await startServer();
    for (const path of [
      "/assets/..%2f..%2f..%2f..%2fetc%2fpasswd",
      "/assets/%2e%2e/%2e%2e/package.json",
      "/assets/....//....//etc/passwd",
      "/assets/page.js%00.css",
      "/assets/page.js/..%5c..%5cpackage.json",
      "//etc/passwd",
      "/../../../etc/passwd",
      "http://localhost/etc/passwd",
      "/assets/hasOwnProperty",
      "/.env",
      "/page/page.js",
    ]) {
      const { status, body } = await get(server, path);
      expect([400, 403, 404], path).toContain(status);
      expect(body).not.toMatch(/root:|"name"/);
    }
  });
});
