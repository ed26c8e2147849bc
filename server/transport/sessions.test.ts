import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { beforeEach, describe, expect, it } from "vitest";
import type { Caller } from "../auth/caller.ts";
import { type Session, Sessions } from "./sessions.ts";

const demo: Caller = {
  subject: "demo",
  username: "demo",
  groups: [],
  scopes: [],
  clientId: "app",
  expiresAt: 0,
};
const admin = { ...demo, subject: "admin" };

let now = 0;
let sessions: Sessions;
let made = 0;
beforeEach(() => {
  now = 0;
  sessions = new Sessions({ maximum: 3, maximumPerCaller: 2, idleMilliseconds: 1000 }, () => now);
});

function open(caller: Caller = demo): Session {
  const [end] = InMemoryTransport.createLinkedPair();
  const transport = Object.assign(end, { endStreams() {} });
  made += 1;
  const id = `session-${made}`;
  transport.onclose = () => sessions.remove(id);
  return sessions.add({ id, kind: "streamable-http", transport }, caller);
}

describe("find", () => {
  it("finds a caller's own session", () => {
    const { id } = open();
    expect(sessions.find("streamable-http", id, demo)?.id).toBe(id);
  });

  it.each([
    ["another user", admin],
    ["the same user through another app client", { ...demo, clientId: "other" }],
    [
      "a caller whose names only join to the same text",
      { ...demo, subject: "dem", clientId: "oapp" },
    ],
  ])("finds nothing for %s", (_case, caller) => {
    const { id } = open();
    expect(sessions.find("streamable-http", id, caller)).toBeUndefined();
  });

  it("finds nothing for the other transport", () => {
    const { id } = open();
    expect(sessions.find("sse", id, demo)).toBeUndefined();
  });

  it.each(["__proto__", "constructor", "", "x".repeat(10_000)])("finds nothing under %s", (id) => {
    open();
    expect(sessions.find("streamable-http", id, demo)).toBeUndefined();
  });
});

describe("findNoRoom", () => {
  it("leaves room for others when one caller has as many as one may have", () => {
    open();
    open();
    expect(sessions.findNoRoom(demo)).toBe("caller-full");
    expect(sessions.findNoRoom(admin)).toBeNull();
  });

  it("has no room for anybody when the server is full, and has again when a session ends", async () => {
    const mine = open();
    open();
    open(admin);
    expect(sessions.findNoRoom({ ...demo, subject: "third" })).toBe("server-full");
    await mine.transport.close();
    expect(sessions.findNoRoom(demo)).toBeNull();
    expect(sessions.size).toBe(2);
  });
});

describe("closeIdle", () => {
  it("closes what nobody used for the whole limit, and nothing before that", async () => {
    const { id } = open();
    now = 999;
    await sessions.closeIdle();
    expect(sessions.find("streamable-http", id, demo)).toBeDefined();
    now = 1000;
    await sessions.closeIdle();
    expect(sessions.find("streamable-http", id, demo)).toBeUndefined();
  });

  it("counts from the end of the last use, and a use that lasts keeps the session", async () => {
    const session = open();
    const release = session.hold();
    now = 5000;
    await sessions.closeIdle();
    expect(sessions.size).toBe(1);
    release();
    release();
    now = 5999;
    await sessions.closeIdle();
    expect(sessions.size).toBe(1);
    now = 6000;
    await sessions.closeIdle();
    expect(sessions.size).toBe(0);
  });
});

describe("takeUses", () => {
  it("tells each use once, and a use that lasts each time", () => {
    const { id } = open();
    const held = open();
    expect(sessions.takeUses()).toEqual([]);
    const release = held.hold();
    sessions.find("streamable-http", id, demo)?.hold()();
    now = 10;
    sessions.find("streamable-http", id, demo)?.hold()();
    now = 15;
    expect(sessions.takeUses()).toEqual([
      { id, millisecondsAgo: 5 },
      { id: held.id, millisecondsAgo: 0 },
    ]);
    now = 20;
    expect(sessions.takeUses()).toEqual([{ id: held.id, millisecondsAgo: 0 }]);
    release();
    expect(sessions.takeUses()).toEqual([]);
  });
});
