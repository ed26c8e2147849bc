import { setTimeout as delay } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { password } from "../testing/in-memory-services.ts";
import {
  connect,
  connectAgain,
  input,
  type Memory,
  openPage,
  type Page,
  size,
  startServer,
  stopServers,
  tryToConnect,
} from "../testing/web-client.ts";
import type { WebServer } from "./web-server.ts";

afterEach(stopServers);

describe("a connection", () => {
  it("has a screen and a sign-in of its own", async () => {
    const { server, services } = await startServer();
    const [one, other] = await Promise.all([openPage(server), openPage(server)]);
    one.send(input(`demo\r${password}\r`));
    await one.waitFor("Welcome to CLEANAUTH");
    expect(await other.shown()).not.toContain("Welcome");
    other.send(input(`admin\r${password}\r`));
    await other.waitFor("signed in as admin");
    expect(services.open).toEqual({ sessions: 2, tokens: 2 });
    one.send(input("내일 날씨\r"));
    await one.waitFor("맑겠습니다");
    expect(await other.shown()).not.toContain("맑겠습니다");
  });

  it("ends when its user leaves, with a last word", async () => {
    const { server, services } = await startServer();
    const connection = await openPage(server);
    connection.send(input(`demo\r${password}\r`));
    await connection.waitFor("Welcome");
    connection.send(input("/quit\r"));
    expect((await connection.closed).code).toBe(1000);
    expect(connection.farewell()).toMatch(/You have left/);
    expect(services.open).toEqual({ sessions: 0, tokens: 0 });
  });

  it.each([
    ["a page of another site", { origin: "https://attacker.example" }],
    ["a page without an origin", { origin: "null" }],
    ["a page of another port on this machine", { origin: "http://localhost:1" }],
    ["a rebound name", { host: "attacker.example", origin: "http://attacker.example" }],
  ])("is refused to %s", async (_what, headers) => {
    const { server } = await startServer();
    expect(await tryToConnect(server, "/terminal", headers)).toBe(403);
    expect(server.connections()).toBe(0);
  });

  it("is granted to a program, which sends no Origin", async () => {
    const { server } = await startServer();
    expect(await tryToConnect(server, "/terminal?x=1")).toBe("opened");
  });

  it("is not to be had elsewhere", async () => {
    const { server } = await startServer();
    expect(await tryToConnect(server, "/")).toBe(404);
    expect(await tryToConnect(server, "/terminal/x")).toBe(404);
  });

  it("is refused when there are too many, from one address or in all", async () => {
    const { server } = await startServer({ connections: 3, connectionsPerAddress: 2 });
    const [one] = await Promise.all([openPage(server), openPage(server)]);
    expect(await tryToConnect(server, "/terminal")).toBe(429);
    one?.leave();
    await expect.poll(() => server.connections()).toBe(1);
    expect(await tryToConnect(server, "/terminal")).toBe("opened");
    const { server: crowded } = await startServer({ connections: 1, connectionsPerAddress: 5 });
    await openPage(crowded);
    expect(await tryToConnect(crowded, "/terminal")).toBe(429);
  });

  it.each([
    ["input before the size", input("x")],
    ["a size that is none", { type: "resize", columns: 100_000, rows: 24 }],
    ["no JSON", "{"],
    ["an unknown message", { type: "exec", command: "ls" }],
  ])("is closed when it begins with %s", async (_what, message) => {
    const { server } = await startServer();
    expect((await connect(server, message).closed).code).toBe(1008);
  });

  it.each([
    ["no JSON", "hello"],
    ["an unknown message", JSON.stringify({ type: "exit", message: "x" })],
    ["a binary frame", Buffer.from(JSON.stringify(input("x")))],
  ])("is closed when it goes on with %s, and the others stay", async (_what, frame) => {
    const { server } = await startServer();
    const [connection, other] = await Promise.all([openPage(server), openPage(server)]);
    connection.send(frame);
    expect((await connection.closed).code).toBe(1008);
    other.send(input("demo"));
    await other.waitFor("demo");
  });

  it("is closed when a frame is too large", async () => {
    const { server, log } = await startServer();
    const connection = await openPage(server);
    connection.send(input("x".repeat(70_000)));
    expect((await connection.closed).code).toBe(1009);
    await expect.poll(() => log.join("")).toContain("Max payload size exceeded");
  });

  it("is closed when it says nothing", async () => {
    const { server } = await startServer({ firstMessageSeconds: 0.1 });
    expect((await connect(server).closed).code).toBe(1008);
  });

  it.each([
    ["text", 4, (page: Page) => page.send(input("x".repeat(900)))],
    ["empty input", 100, (page: Page) => page.send(input(""))],
    ["sizes", 100, (page: Page) => page.send({ type: "resize", columns: 80, rows: 24 })],
    ["a few huge sizes", 4, (page: Page) => page.send({ type: "resize", columns: 500, rows: 200 })],
    ["pings", 100, (page: Page) => page.ping()],
  ])("is closed when it is flooded with %s, and the others stay", async (_what, times, flood) => {
    const { server } = await startServer({ inputBurst: 2_500 });
    const [connection, other] = await Promise.all([openPage(server), openPage(server)]);
    for (let count = 0; count < times; count += 1) flood(connection);
    expect(await connection.closed).toEqual({ code: 1008, reason: "too much input" });
    other.send(input("demo"));
    await other.waitFor("demo");
  });

  it("is not closed for typing fast", async () => {
    const { server } = await startServer();
    const connection = await openPage(server);
    for (let count = 0; count < 300; count += 1) connection.send(input("x\x7f"));
    connection.send(input("demo"));
    await connection.waitFor("demo");
  });

  it("is closed when nobody types, with the reason", async () => {
    const { server } = await startServer({ idleSeconds: 0.2 });
    const connection = await openPage(server);
    expect((await connection.closed).code).toBe(1000);
    expect(connection.farewell()).toMatch(/Nothing was done/);
  });

  it("is closed when nothing answers a ping", async () => {
    const { server, log } = await startServer({ pingSeconds: 0.1 });
    const connection = await openPage(server);
    // A half-open connection: the machine on the other side is gone, and nothing says so.
    connection.fallSilent();
    await expect.poll(() => server.connections()).toBe(0);
    expect(log.join("")).toContain("no answer to a ping");
    connection.leave();
  });

  it("takes over a new size", async () => {
    const { server } = await startServer();
    const connection = await openPage(server);
    connection.send({ type: "resize", columns: 60, rows: 20 });
    await connection.waitFor(/^ Enter sign in {3}Tab next field {10,20}localhost:8080$/m);
  });

  it("takes what was typed right behind the size", async () => {
    const { server } = await startServer();
    await connect(server, size, input("demo")).waitFor("demo");
  });
});

describe("a slow reader", () => {
  it("is dropped", async () => {
    const limits = { backlogBytes: 20_000, slowReaderSeconds: 0.5 };
    const { server, log } = await startServer(limits);
    const connection = await openPage(server);
    connection.send(input(`demo\r${password}\r`));
    await connection.waitFor("Welcome");
    connection.send({ type: "resize", columns: 500, rows: 200 });
    connection.send(input(`\x1b[200~${"❤".repeat(15_000)}\x1b[201~`));
    await delay(200);
    connection.fallSilent();
    // Each one draws all of that text anew, hundreds of kilobytes.
    const flood = setInterval(() => connection.send(input("\x0c")), 10);
    await expect.poll(() => log.join(""), { timeout: 15_000 }).toContain("too slow to read");
    clearInterval(flood);
    connection.leave();
  }, 20_000);
});

describe("a screen", () => {
  const limits = { keepSeconds: 30 };

  async function openSignedIn(server: WebServer) {
    const page = await openPage(server);
    page.send(input(`demo\r${password}\r`));
    await page.waitFor("Welcome");
    return page;
  }

  it("is found again by its browser after the connection broke, and went on meanwhile", async () => {
    const { server, services } = await startServer(limits);
    const page = await openSignedIn(server);
    page.send(input("내일 날씨\r"));
    page.leave();
    await expect.poll(() => server.connections()).toBe(0);
    expect(services.open).toEqual({ sessions: 1, tokens: 1 });
    const again = connectAgain(server, page.memory(), { ...size, columns: 60 });
    await again.waitFor("맑겠습니다");
    again.send(input("한 번 더\r"));
    await again.waitFor("“한 번 더”");
    expect(again.memory()).toEqual(page.memory());
    expect(services.open).toEqual({ sessions: 1, tokens: 1 });
  });

  it("is found again with all that a terminal has to be told", async () => {
    const { server } = await startServer(limits);
    const page = await openSignedIn(server);
    page.leave();
    const again = connectAgain(server, page.memory(), size);
    await again.waitFor("Welcome");
    expect(again.modes()).toMatchObject({ bracketedPasteMode: true, mouseTrackingMode: "vt200" });
  });

  it.each([
    ["without the cookie", ({ screen }: Memory) => ({ screen })],
    [
      "with another browser's cookie",
      ({ screen, cookie }: Memory) => ({
        screen,
        cookie: `${cookie.slice(0, -2)}xx`,
      }),
    ],
    [
      "with the cookie and another id",
      ({ screen, cookie }: Memory) => ({
        screen: `${screen.slice(0, -2)}xx`,
        cookie,
      }),
    ],
    ["with the cookie alone", ({ cookie }: Memory) => ({ cookie })],
  ])("is not to be had %s", async (_what, forged) => {
    const { server, services } = await startServer(limits);
    const page = await openSignedIn(server);
    page.leave();
    await expect.poll(() => server.connections()).toBe(0);
    const stranger = connectAgain(server, forged(page.memory()), size);
    await stranger.waitFor("Sign in");
    expect(await stranger.shown()).not.toContain("Welcome");
    expect(services.open.tokens).toBe(1);
    await connectAgain(server, page.memory(), size).waitFor("Welcome");
  });

  it("is shown in one window at a time: in the one that was opened last", async () => {
    const { server } = await startServer(limits);
    const page = await openSignedIn(server);
    const other = connectAgain(server, page.memory(), size);
    await other.waitFor("Welcome");
    expect((await page.closed).code).toBe(1000);
    expect(page.farewell()).toMatch(/another window/);
    other.send(input("hello\r"));
    await other.waitFor("“hello”");
  });

  it("takes leave in the language that its user has chosen", async () => {
    const { server } = await startServer(limits);
    const page = await openSignedIn(server);
    page.send(input("/lang ko\r"));
    await page.waitFor("한국어");
    connectAgain(server, page.memory(), size);
    await page.closed;
    expect(page.farewell()).toBe("이제 이 화면은 다른 창에 나옵니다.");
  });

  it("ends, and its sign-in with it, when its browser does not come back", async () => {
    const { server, services } = await startServer({ keepSeconds: 0.2 });
    const page = await openSignedIn(server);
    page.leave();
    await expect.poll(() => services.open).toEqual({ sessions: 0, tokens: 0 });
    await connectAgain(server, page.memory(), size).waitFor("Sign in");
  });

  it("ends at once, and its sign-in with it, when who was there says goodbye", async () => {
    const { server, services } = await startServer(limits);
    const page = await openSignedIn(server);
    page.sayGoodbye();
    await expect.poll(() => services.open).toEqual({ sessions: 0, tokens: 0 });
  });

  it("is not kept for a page on which nothing was typed, nor for a program", async () => {
    const { server } = await startServer({ ...limits, connectionsPerAddress: 2 });
    for (let count = 0; count < 5; count += 1) {
      const page = await openPage(server);
      page.leave();
      await expect.poll(() => server.connections()).toBe(0);
    }
  });

  it("counts while it waits, and gives way to others when there are too many", async () => {
    const { server, services } = await startServer({ ...limits, connections: 2 });
    const [first, second] = [await openSignedIn(server), await openSignedIn(server)];
    first?.leave();
    await expect.poll(() => server.connections()).toBe(1);
    await openPage(server);
    await expect.poll(() => services.open.tokens).toBe(1);
    // Who has a screen takes no other place by coming back to it.
    await connectAgain(server, second?.memory() ?? null, size).waitFor("Welcome");
  });

  it("keeps nobody of its own address out, however many wait there", async () => {
    const { server, services } = await startServer({ ...limits, connectionsPerAddress: 2 });
    for (let count = 0; count < 4; count += 1) {
      const page = await openSignedIn(server);
      page.leave();
      await expect.poll(() => server.connections()).toBe(0);
    }
    await expect.poll(() => services.open.tokens).toBe(2);
  });

  it("is put away when the server leaves, also while its browser is away", async () => {
    const { server, services } = await startServer(limits);
    const page = await openSignedIn(server);
    page.leave();
    await expect.poll(() => server.connections()).toBe(0);
    await server.close("Back soon.");
    expect(services.open).toEqual({ sessions: 0, tokens: 0 });
  });
});

describe("the cookie", () => {
  it("is random, and out of reach of scripts and of other sites", async () => {
    const { server } = await startServer();
    const [one, other] = await Promise.all([openPage(server), openPage(server)]);
    expect(one.setCookie()).toMatch(
      /^cleanauth_browser=[\w-]{43}; Path=\/terminal; HttpOnly; SameSite=Strict$/,
    );
    expect(one.setCookie()).not.toBe(other.setCookie());
    const again = connectAgain(server, { cookie: one.memory().cookie }, size);
    await again.waitFor("Sign in");
    expect(again.setCookie()).toBeUndefined();
  });
});

describe("attempts to sign in", () => {
  it("are limited for an address, however many connections it has", async () => {
    const { server } = await startServer({ signInBurst: 3, signInsPerMinute: 1 });
    const pages = [];
    for (let count = 0; count < 4; count += 1) {
      const page = await openPage(server);
      page.send(input("demo\rwrong\r"));
      await page.waitFor(count < 3 ? "Cognito refused" : "Too many attempts");
      pages.push(page);
    }
    // The right password gets nobody past it.
    pages[0]?.send(input(`${password}\r`));
    await pages[0]?.waitFor("Too many attempts");
  });
});
