import { chmodSync, mkdtempSync, statSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AppError } from "@cleanauth/common/app-error.ts";
import { afterAll, beforeAll, describe, it, type TestContext } from "vitest";
import { initialize, openSession, post, rpcHeaders, send } from "./testing/rpc.ts";
import { makeCertificate } from "./testing/self-signed-certificate.ts";
import { startTestServer, type TestServer } from "./testing/test-server.ts";
import { startUserPool, type TestUserPool } from "./testing/user-pool.ts";

let pool: TestUserPool;
beforeAll(async () => {
  pool = await startUserPool();
});
afterAll(() => pool.close());

const list = { jsonrpc: "2.0", id: 3, method: "tools/list" };

async function start(
  { onTestFinished }: TestContext,
  settings: Record<string, string> = {},
): Promise<TestServer> {
  const server = await startTestServer(settings, { pool });
  onTestFinished(() => server.stop());
  await server.untilHealthy();
  return server;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe.concurrent("sessions", () => {
  it("end when they are idle for the limit, and not while a stream is open", async (context) => {
    const { expect } = context;
    const server = await start(context, { SESSION_IDLE_SECONDS: "1" });
    const token = await server.pool.token();
    const [idle, listening] = [
      await openSession(server.base, token),
      await openSession(server.base, token),
    ];
    const stream = await fetch(`${server.base}/mcp`, { headers: rpcHeaders(token, listening) });
    const sessions = async () => (await send(`${server.base}/health`)).json.sessions;
    expect(await sessions()).toBe(2);
    await until(async () => (await sessions()) === 1);
    expect((await post(server.base, token, list, idle)).status).toBe(404);
    expect((await post(server.base, token, list, listening)).status).toBe(200);
    await stream.body?.cancel();
  });

  it("are bounded: 503 with Retry-After when the server is full, room again after DELETE", async (context) => {
    const { expect } = context;
    const server = await start(context, { MAX_SESSIONS: "2" });
    const token = await server.pool.token();
    const first = await openSession(server.base, token);
    await openSession(server.base, token);
    const refused = await post(server.base, token, initialize);
    expect(refused.status).toBe(503);
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    const overSse = await send(`${server.base}/sse`, { headers: rpcHeaders(token) });
    expect(overSse.status).toBe(503);
    await send(`${server.base}/mcp`, { method: "DELETE", headers: rpcHeaders(token, first) });
    await openSession(server.base, token);
  });

  it("are bounded for each caller, so that one cannot take them all", async (context) => {
    const { expect } = context;
    const server = await start(context, { MAX_SESSIONS: "20" });
    const token = await server.pool.token();
    const statuses: number[] = [];
    for (let count = 0; count < 10; count += 1) {
      statuses.push((await post(server.base, token, initialize)).status);
    }
    expect(statuses).toEqual([...Array(8).fill(200), 429, 429]);
    const other = await server.pool.token({ sub: "another user" });
    expect((await post(server.base, other, initialize)).status).toBe(200);
  });
});

describe.concurrent("an expiring token", () => {
  it("closes the streams that were opened with it, and leaves the /mcp session to a fresh one", async (context) => {
    const { expect } = context;
    const server = await start(context);
    const short = await server.pool.token({ exp: Math.floor(Date.now() / 1000) + 3 });
    const session = await openSession(server.base, short);
    const listening = fetch(`${server.base}/mcp`, { headers: rpcHeaders(short, session) });
    const overSse = fetch(`${server.base}/sse`, { headers: rpcHeaders(short) });
    const texts = [await listening, await overSse].map((response) => response.text());
    // A stream that was cut off in place of ended would reject here.
    const [, sseText] = await Promise.all(texts);
    const endpoint = /^data: (.*)$/m.exec(sseText ?? "")?.[1];

    const fresh = await server.pool.token();
    expect((await post(server.base, fresh, list, session)).status).toBe(200);
    expect((await post(server.base, short, list, session)).status).toBe(401);
    const headers = rpcHeaders(fresh);
    const body = JSON.stringify(initialize);
    const late = await send(`${server.base}${endpoint}`, { method: "POST", headers, body });
    expect(late.status).toBe(404);
  });
});

describe.concurrent("the rate limit", () => {
  it("answers one caller 429 with Retry-After, and lets others through", async (context) => {
    const { expect } = context;
    const server = await start(context, { RATE_LIMIT_PER_MINUTE: "3" });
    const token = await server.pool.token();
    for (let count = 0; count < 3; count += 1) {
      expect((await post(server.base, token, initialize)).status).toBe(200);
    }
    const refused = await post(server.base, token, initialize);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    expect(refused.json.error.message).toContain("3 in a minute");
    const other = await server.pool.token({ sub: "another user" });
    expect((await post(server.base, other, initialize)).status).toBe(200);
  });
});

describe.concurrent("an outage of the key server", () => {
  it("is 503 and no challenge until the keys are there, then it works without a restart", async ({
    expect,
    onTestFinished,
  }) => {
    const pool = await startUserPool();
    onTestFinished(() => pool.close());
    pool.mode = "failing";
    const server = await startTestServer({}, { pool });
    onTestFinished(() => server.stop());
    const token = await pool.token();
    const refused = await post(server.base, token, initialize);
    expect(refused.status).toBe(503);
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    expect(refused.headers["www-authenticate"]).toBeUndefined();
    const health = await send(`${server.base}/health`);
    expect(health.status).toBe(200);
    expect(health.json).toMatchObject({ status: "degraded", checks: { keys: expect.any(String) } });

    pool.mode = "up";
    await server.untilHealthy();
    expect((await post(server.base, token, initialize)).status).toBe(200);

    pool.mode = "failing";
    expect((await post(server.base, token, initialize)).status).toBe(200);
    await pool.rotateKey();
    expect((await post(server.base, await pool.token(), initialize)).status).toBe(503);
    expect((await send(`${server.base}/health`)).json).toMatchObject({ status: "degraded" });
  });
});

describe.concurrent("TLS", () => {
  function makePemFiles() {
    const folder = mkdtempSync(join(tmpdir(), "cleanauth-tls-"));
    const { cert, key } = makeCertificate();
    const [certFile, keyFile] = [join(folder, "cert.pem"), join(folder, "key.pem")];
    writeFileSync(certFile, cert);
    writeFileSync(keyFile, key);
    return { cert, certFile, keyFile };
  }

  it("is spoken when certificate and key are given, and then only TLS", async ({
    expect,
    onTestFinished,
  }) => {
    const { cert, certFile, keyFile } = makePemFiles();
    const server = await startTestServer(
      { TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile },
      { pool },
    );
    onTestFinished(() => server.stop());
    expect(server.url).toBe(`https://localhost:${server.port}`);
    const url = `https://127.0.0.1:${server.port}/.well-known/oauth-protected-resource/mcp`;
    const { headers, text } = await new Promise<{ headers: object; text: string }>(
      (resolve, reject) => {
        const outgoing = request(url, { ca: cert, agent: false }, (response) => {
          let text = "";
          response.on("data", (chunk) => {
            text += chunk;
          });
          response.on("end", () => resolve({ headers: response.headers, text }));
        });
        outgoing.on("error", reject).end();
      },
    );
    expect(JSON.parse(text)).toMatchObject({ resource: `${server.url}/mcp` });
    expect(headers).toHaveProperty("strict-transport-security");
    await expect(send(`${server.base}/health`)).rejects.toThrow();
  });

  it.for([
    ["files that are not there", "/nowhere/cert.pem", "/nowhere/key.pem"],
    ["files that are no PEM", import.meta.filename, import.meta.filename],
  ] as const)(
    "refuses to start with %s, and names both variables",
    async ([_case, cert, key], { expect }) => {
      const starting = startTestServer({ TLS_CERT_FILE: cert, TLS_KEY_FILE: key }, { pool });
      await expect(starting).rejects.toMatchObject({
        code: "configuration_tls_unusable",
        message: expect.stringMatching(/TLS_CERT_FILE.*TLS_KEY_FILE/),
      });
    },
  );
});

describe.concurrent("starting", () => {
  it("says which variable to change when a port is taken", async ({ expect, onTestFinished }) => {
    const occupant = createServer();
    await new Promise<void>((resolve) => occupant.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void occupant.close());
    const { port } = occupant.address() as { port: number };
    for (const variable of ["PORT", "METRICS_PORT"]) {
      const starting = startTestServer({ [variable]: String(port) }, { pool });
      await expect(starting).rejects.toMatchObject({
        code: "configuration_port_taken",
        hint: expect.stringContaining(`set ${variable} `),
      });
    }
  });

  it("makes its folder its user's own, also one that was there and open to all", async ({
    expect,
    onTestFinished,
  }) => {
    const folder = mkdtempSync(join(tmpdir(), "cleanauth-data-"));
    chmodSync(folder, 0o777);
    const server = await startTestServer({ DATA_DIR: folder }, { pool });
    onTestFinished(() => server.stop());
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it("does not take a folder that others keep files in, and leaves it as it is", async ({
    expect,
  }) => {
    const folder = mkdtempSync(join(tmpdir(), "cleanauth-data-"));
    chmodSync(folder, 0o1777);
    const starting = startTestServer({ DATA_DIR: folder }, { pool });
    await expect(starting).rejects.toMatchObject({ code: "configuration_data_dir" });
    expect(statSync(folder).mode & 0o7777).toBe(0o1777);
  });

  it("says so when its folder cannot be made", async ({ expect }) => {
    const starting = startTestServer({ DATA_DIR: "/dev/null/data" }, { pool });
    await expect(starting).rejects.toBeInstanceOf(AppError);
    await expect(starting).rejects.toMatchObject({ code: "configuration_data_dir" });
  });
});
