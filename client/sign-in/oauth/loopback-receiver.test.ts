import { createServer, type Server } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type LoopbackReceiver, openLoopbackReceiver } from "./loopback-receiver.ts";

let receiver: LoopbackReceiver;
beforeEach(async () => {
  receiver = await openLoopbackReceiver();
});
afterEach(() => {
  vi.useRealTimers();
  receiver.close();
});

const never = new AbortController().signal;

describe("the loopback receiver", () => {
  it("hands out the answer that carries the state, and waits on after any other", async () => {
    const answer = receiver.receive("mine", never);
    const foreign = [
      "?code=x&state=other",
      "?code=x",
      "?code=x&state=mine&state=mine",
      "/deeper?code=x&state=mine",
    ];
    for (const query of foreign) {
      expect((await fetch(`${receiver.redirectUri}${query}`)).status).toBe(404);
    }
    const posted = await fetch(`${receiver.redirectUri}?code=x&state=mine`, { method: "POST" });
    expect(posted.status).toBe(404);
    expect((await fetch(`${receiver.redirectUri}?code=good&state=mine`)).status).toBe(200);
    expect((await answer).get("code")).toBe("good");
  });

  it("takes one answer, and shows the door to a second", async () => {
    const answer = receiver.receive("mine", never);
    const replies = [
      await fetch(`${receiver.redirectUri}?code=first&state=mine`),
      await fetch(`${receiver.redirectUri}?code=second&state=mine`),
    ];
    expect(replies.map(({ status }) => status)).toEqual([200, 404]);
    expect((await answer).get("code")).toBe("first");
  });

  it("tells the browser of a refusal in other words than of a success", async () => {
    const answer = receiver.receive("mine", never);
    const page = await fetch(`${receiver.redirectUri}?error=access_denied&state=mine`);
    const refused = await page.text();
    expect((await answer).get("error")).toBe("access_denied");
    const next = receiver.receive("mine", never);
    expect(await (await fetch(`${receiver.redirectUri}?code=x&state=mine`)).text()).not.toBe(
      refused,
    );
    await next;
  });

  it("gives up after five minutes in which nobody came back, as from a window that was closed", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const answer = receiver.receive("mine", never);
    const outcome = answer.catch((error: unknown) => error);
    vi.advanceTimersByTime(5 * 60_000 - 1);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(1);
    expect(await outcome).toMatchObject({
      code: "sign_in_browser_timeout",
      message: "No answer came from the browser within 5 minutes",
    });
  });

  it("stops at once when it is told to, before it waits or while it does", async () => {
    const stop = new AbortController();
    const answer = receiver.receive("mine", stop.signal).catch((error: unknown) => error);
    stop.abort();
    expect(await answer).toMatchObject({ code: "interrupted" });
    await expect(receiver.receive("mine", stop.signal)).rejects.toMatchObject({
      code: "interrupted",
    });
  });

  it("takes another port where one is taken, in IPv6 alone as well", async () => {
    const others: LoopbackReceiver[] = [];
    const occupant: Server = createServer();
    try {
      const { port } = new URL(receiver.redirectUri);
      receiver.close();
      await new Promise<void>((resolve, reject) => {
        occupant.once("error", reject).listen(Number(port), "::1", resolve);
      });
      for (let count = 0; count < 4; count += 1) others.push(await openLoopbackReceiver());
      const ports = others.map(({ redirectUri }) => new URL(redirectUri).port);
      expect(new Set(ports).size).toBe(4);
      expect(ports).not.toContain(port);
    } finally {
      for (const { close } of others) close();
      await new Promise((resolve) => occupant.close(resolve));
    }
  });
});
