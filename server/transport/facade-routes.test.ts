import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Answer, send } from "../testing/rpc.ts";
import { startTestServer, type TestServer } from "../testing/test-server.ts";

// What an address may ask of the façade, behind a proxy that says whose address it is.

const perMinute = 5;
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    RATE_LIMIT_PER_MINUTE: String(perMinute * 5),
    TRUST_PROXY: "1",
    COGNITO_DOMAIN: "https://login.auth.us-east-1.amazoncognito.com",
    COGNITO_PUBLIC_CLIENT_ID: "publicclient",
  });
});
afterAll(() => server.stop());

const register = (forwardedFor: string): Promise<Answer> =>
  send(`${server.base}/oauth/register`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Forwarded-For": forwardedFor },
    body: JSON.stringify({ redirect_uris: ["http://localhost/callback"] }),
  });

async function statusesOf(addresses: readonly string[]): Promise<number[]> {
  const statuses: number[] = [];
  for (const address of addresses) statuses.push((await register(address)).status);
  return statuses;
}

const inFull = Array<number>(perMinute).fill(201);

describe("an address", () => {
  it("has a number a minute, and is told how long to wait, while its neighbour goes on", async () => {
    const addresses = Array<string>(perMinute).fill("203.0.113.7");
    expect(await statusesOf(addresses)).toEqual(inFull);
    const refused = await register("203.0.113.7");
    expect(refused.status).toBe(429);
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    expect(refused.json).toMatchObject({ error: "temporarily_unavailable" });
    expect((await register("203.0.113.8")).status).toBe(201);
  });

  it("gets no more by what it claims itself: the proxy's word is the last one", async () => {
    const claims = Array.from(
      { length: perMinute + 1 },
      (_, at) => `198.51.100.${at}, 203.0.113.9`,
    );
    expect(await statusesOf(claims)).toEqual([...inFull, 429]);
  });

  it("counts with all of its /64, of which one host has every address", async () => {
    const addresses = Array.from({ length: perMinute + 1 }, (_, at) => `2001:db8:0:7::${at + 1}`);
    expect(await statusesOf(addresses)).toEqual([...inFull, 429]);
    expect((await register("2001:db8:0:8::1")).status).toBe(201);
  });

  it("is told on a page where a person waits, and reads the metadata for nothing", async () => {
    const headers = { "X-Forwarded-For": "203.0.113.10", "Accept-Language": "ko" };
    const answers: Answer[] = [];
    for (let sent = 0; sent <= perMinute; sent += 1) {
      answers.push(await send(`${server.base}/oauth/authorize`, { headers }));
    }
    const last = answers.at(-1);
    expect(last?.status).toBe(429);
    expect(last?.headers["content-type"]).toContain("text/html");
    expect(Number(last?.headers["retry-after"])).toBeGreaterThan(0);
    expect(last?.text).toContain("요청이 너무 많습니다");
    const url = `${server.base}/.well-known/oauth-authorization-server`;
    expect((await send(url, { headers })).status).toBe(200);
  });
});

describe("a page of another origin", () => {
  it("may call what looks at no cookie, and nothing that acts for a browser's user", async () => {
    const Origin = "https://app.example.com";
    const preflight = await send(`${server.base}/oauth/token`, {
      method: "OPTIONS",
      headers: { Origin, "Access-Control-Request-Method": "POST" },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers["access-control-allow-origin"]).toBe("*");
    expect(preflight.headers["access-control-allow-credentials"]).toBeUndefined();
    for (const path of ["/oauth/consent", "/oauth/authorize", "/oauth/callback"]) {
      const answer = await send(`${server.base}${path}`, { headers: { Origin } });
      expect(answer.status, path).toBe(403);
      expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
    }
  });
});
