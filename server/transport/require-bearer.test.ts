import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { initialize, openSession, rpcHeaders, send } from "../testing/rpc.ts";
import { startTestServer, type TestServer } from "../testing/test-server.ts";
import { startUserPool } from "../testing/user-pool.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  await server.untilHealthy();
});
afterAll(() => server.stop());

const routes = [
  ["POST", "/mcp", "/mcp"],
  ["GET", "/mcp", "/mcp"],
  ["DELETE", "/mcp", "/mcp"],
  ["PUT", "/mcp", "/mcp"],
  ["HEAD", "/mcp", "/mcp"],
  ["GET", "/sse", "/sse"],
  ["HEAD", "/sse", "/sse"],
  ["POST", "/messages", "/sse"],
  ["POST", "/messages?sessionId=00000000-0000-4000-8000-000000000000", "/sse"],
] as const;

const now = () => Math.floor(Date.now() / 1000);
const decode = (part = "") => JSON.parse(Buffer.from(part, "base64url").toString());
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** Tokens that have to be refused, each with a word of the reason that is given. */
const badTokens: [what: string, reason: RegExp, make: () => Promise<string>][] = [
  ["an id token", /not an access token/, () => server.pool.token({ token_use: "id" })],
  ["an expired token", /expired/, () => server.pool.token({ exp: now() - 1 })],
  ["a token that is not valid yet", /not valid yet/, () => server.pool.token({ nbf: now() + 60 })],
  ["a token of another app client", /app client/, () => server.pool.token({ client_id: "x" })],
  ["a machine's token", /machine/, () => server.pool.token({ username: undefined })],
  ["a token for another server", /another server/, () => server.pool.token({ aud: "https://x" })],
  ["a token with an unknown key id", /signature/, () => server.pool.token({}, { kid: "unknown" })],
  [
    "a token of another pool",
    /another user pool/,
    async () => {
      const other = await startUserPool("us-east-1_Other");
      const token = await other.token({ client_id: server.pool.clientId });
      await other.close();
      return token;
    },
  ],
  [
    "alg none",
    /not a JWT/,
    async () => {
      const [header, payload] = (await server.pool.token()).split(".");
      return `${encode({ ...decode(header), alg: "none" })}.${payload}.`;
    },
  ],
  [
    "HS256 with the public key",
    /signature/,
    async () => {
      const [header, payload] = (await server.pool.token()).split(".");
      const signed = `${encode({ ...decode(header), alg: "HS256" })}.${payload}`;
      const { publicKeyPem } = server.pool;
      return `${signed}.${createHmac("sha256", publicKeyPem).update(signed).digest("base64url")}`;
    },
  ],
  [
    "a tampered token",
    /signature/,
    async () => {
      const [header, payload, signature] = (await server.pool.token()).split(".");
      const forged = encode({ ...decode(payload), "cognito:groups": ["admin"] });
      return `${header}.${forged}.${signature}`;
    },
  ],
  ["random characters", /not a JWT/, async () => "abcdef"],
];

describe.each(routes)("%s %s", (method, path, resource) => {
  const metadata = () =>
    `resource_metadata="${server.url}/.well-known/oauth-protected-resource${resource}"`;

  it("challenges without an error code when no token was sent", async () => {
    const answer = await send(`${server.base}${path}`, { method });
    expect(answer.status).toBe(401);
    const scope =
      'scope="mcp-auth/weather:read mcp-auth/notes:read mcp-auth/notes:write mcp-auth/groups:use"';
    expect(answer.headers["www-authenticate"]).toBe(`Bearer ${scope}, ${metadata()}`);
  });

  it.each(badTokens)("responds 401 invalid_token to %s", async (_what, reason, make) => {
    const headers = { ...rpcHeaders(await make()) };
    const answer = await send(`${server.base}${path}`, { method, headers });
    expect(answer.status).toBe(401);
    const challenge = answer.headers["www-authenticate"];
    expect(challenge).toMatch(/^Bearer error="invalid_token", error_description="[^"]+", /);
    expect(challenge).toMatch(reason);
    expect(challenge).toContain(metadata());
  });

  it("responds 400 invalid_request to a token in the query, even beside a good header", async () => {
    const token = await server.pool.token();
    const join = path.includes("?") ? "&" : "?";
    const answer = await send(`${server.base}${path}${join}access_token=${token}`, {
      method,
      headers: rpcHeaders(token),
    });
    expect(answer.status).toBe(400);
    expect(answer.headers["www-authenticate"]).toContain('error="invalid_request"');
  });
});

describe("the bearer check", () => {
  const postWith = (headers: Record<string, string | string[]>) =>
    send(`${server.base}/mcp`, {
      method: "POST",
      headers: { ...rpcHeaders(""), ...headers },
      body: JSON.stringify(initialize),
    });

  it("responds 400 when the Authorization header is sent twice", async () => {
    const token = await server.pool.token();
    const answer = await postWith({ Authorization: [`Bearer ${token}`, "Bearer other"] });
    expect(answer.status).toBe(400);
  });

  it("responds 400 to a token of more than 8 KB, and 431 to one that Node does not even read", async () => {
    expect((await postWith({ Authorization: `Bearer ${"a".repeat(9_000)}` })).status).toBe(400);
    expect((await postWith({ Authorization: `Bearer ${"a".repeat(20_000)}` })).status).toBe(431);
  });

  it("takes no token from a cookie, a form or another header", async () => {
    const token = await server.pool.token();
    const answer = await send(`${server.base}/mcp`, {
      method: "POST",
      headers: {
        Cookie: `access_token=${token}`,
        "X-Authorization": `Bearer ${token}`,
        "Content-Type": "application/x-www-form-urlencoded",
      },
      body: `access_token=${token}`,
    });
    expect(answer.status).toBe(401);
  });

  it("looks at the token of every request, not at the session's", async () => {
    const session = await openSession(server.base, await server.pool.token());
    const answer = await send(`${server.base}/mcp`, {
      method: "POST",
      headers: { ...rpcHeaders(await server.pool.token({ exp: now() - 1 }), session) },
      body: JSON.stringify({ jsonrpc: "2.0", id: 2, method: "tools/list" }),
    });
    expect(answer.status).toBe(401);
  });

  it("accepts a token that is bound to this server", async () => {
    const token = await server.pool.token({ aud: `${server.url}/mcp` });
    await expect(openSession(server.base, token)).resolves.toBeTypeOf("string");
  });

  it("writes no token to the log, whatever became of it", async () => {
    const token = await server.pool.token();
    await openSession(server.base, token);
    await send(`${server.base}/mcp?access_token=${token}`, { headers: rpcHeaders(token) });
    await send(`${server.base}/elsewhere?access_token=${token}`, { headers: rpcHeaders(token) });
    const signature = token.split(".")[2] ?? "";
    expect(server.logLines.join("")).toContain('"refusal":"invalid-request"');
    expect(server.logLines.join("")).not.toContain(signature);
  });
});

describe("an address that keeps trying tokens", () => {
  it("is told to wait, while a good token from there is let through", async () => {
    const limited = await startTestServer({ RATE_LIMIT_PER_MINUTE: "20" });
    await limited.untilHealthy();
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 4; attempt += 1) {
      statuses.push((await send(`${limited.base}/mcp`, { headers: rpcHeaders("bad") })).status);
    }
    // A minute may have begun anew in between.
    expect(statuses.slice(0, 2)).toEqual([401, 401]);
    expect(statuses).toContain(429);
    const refused = await send(`${limited.base}/mcp`, { headers: rpcHeaders("bad") });
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    const good = await send(`${limited.base}/mcp`, {
      headers: rpcHeaders(await limited.pool.token()),
    });
    expect(good.status).toBe(400);
    const none = await send(`${limited.base}/mcp`);
    expect(none.status).toBe(401);
    await limited.stop();
  });
});
