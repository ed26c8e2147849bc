import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { initialize, openSession, post, rpcHeaders, send } from "./testing/rpc.ts";
import { startTestServer, type TestServer } from "./testing/test-server.ts";

let server: TestServer;
let token: string;
beforeAll(async () => {
  server = await startTestServer();
  await server.untilHealthy();
  token = await server.pool.token();
});
afterAll(() => server.stop());

describe("Host and Origin", () => {
  const withHost = (host: string) => send(`${server.base}/health`, { headers: { Host: host } });

  it("serves the names of loopback with its own port", async () => {
    for (const name of ["localhost", "LOCALHOST", "127.0.0.1", "[::1]"]) {
      expect((await withHost(`${name}:${server.port}`)).status, name).toBe(200);
    }
  });

  it.each([
    ["another name", () => `evil.example:${server.port}`],
    ["its name with another port", () => `localhost:${server.port + 1}`],
    ["its name without a port", () => "localhost"],
    ["its name with something before it", () => `localhost:${server.port}@evil.example`],
    ["its name with something behind it", () => `localhost:${server.port}.evil.example`],
  ])("responds 403 when Host is %s", async (_case, host) => {
    expect((await withHost(host())).status).toBe(403);
    const headers = { ...rpcHeaders(token), Host: host() };
    const body = JSON.stringify(initialize);
    const answer = await send(`${server.base}/mcp`, { method: "POST", headers, body });
    expect(answer.status).toBe(403);
  });

  it.each([
    ["its own", () => server.url],
    ["its own by address", () => server.base],
  ])("serves a page whose Origin is %s", async (_case, origin) => {
    const answer = await post(server.base, token, initialize, undefined, { Origin: origin() });
    expect(answer.status).toBe(200);
  });

  it.each([
    ["another site's", () => "https://evil.example"],
    ["null, as of a sandboxed page", () => "null"],
    ["of another port of this machine", () => "http://localhost:3000"],
    ["its own in another scheme", () => server.url.replace("http:", "https:")],
    ["its own with something behind it", () => `${server.url}.evil.example`],
    ["empty", () => ""],
  ])("responds 403 on every MCP route when Origin is %s", async (_case, origin) => {
    for (const [method, path] of [
      ["POST", "/mcp"],
      ["GET", "/sse"],
      ["POST", "/messages?sessionId=x"],
    ]) {
      const headers = { ...rpcHeaders(token), Origin: origin() };
      const answer = await send(`${server.base}${path}`, { method: method ?? "GET", headers });
      expect(answer.status, path).toBe(403);
      expect(answer.json.error.message).toContain("Origin");
    }
  });

  it("gives no other origin leave to read answers", async () => {
    const answer = await post(server.base, token, initialize, undefined, { Origin: server.url });
    expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
  });
});

describe("open routes", () => {
  it.each(["", "/mcp", "/sse"])(
    "describe the protected resource at the path form %j",
    async (path) => {
      const url = `${server.base}/.well-known/oauth-protected-resource${path}`;
      const answer = await send(url);
      expect(answer.status).toBe(200);
      expect(answer.json).toEqual({
        resource: `${server.url}${path}`,
        authorization_servers: [server.pool.issuer],
        scopes_supported: [
          "mcp-auth/weather:read",
          "mcp-auth/notes:read",
          "mcp-auth/notes:write",
          "mcp-auth/groups:use",
        ],
        bearer_methods_supported: ["header"],
        resource_name: "CLEANAUTH MCP server",
      });
    },
  );

  it("say how the server is doing, and nothing about users", async () => {
    await openSession(server.base, token);
    const answer = await send(`${server.base}/health`);
    expect(answer.json).toEqual({
      status: "ok",
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      uptimeSeconds: expect.any(Number),
      sessions: expect.any(Number),
    });
    expect(answer.json.sessions).toBeGreaterThan(0);
  });

  it.each([
    ["POST", "/health", 405],
    ["DELETE", "/.well-known/oauth-protected-resource", 405],
    ["GET", "/", 404],
    ["GET", "/mcp/", 404],
    ["GET", "/MCP", 404],
    ["GET", "/%2e%2e/etc/passwd", 404],
    ["GET", "/%ff", 404],
    ["GET", "/metrics", 404],
    ["GET", "/.well-known/oauth-authorization-server", 404],
  ])("answer %s %s with %i as JSON", async (method, path, status) => {
    const answer = await send(`${server.base}${path}`, { method });
    expect(answer.status).toBe(status);
    expect(answer.json).toMatchObject({ error: expect.any(String), message: expect.any(String) });
  });
});

describe("every answer", () => {
  it("is not cached, sniffed or framed, and does not say what made it", async () => {
    for (const path of ["/health", "/mcp", "/nowhere"]) {
      const { headers } = await send(`${server.base}${path}`);
      expect(headers["cache-control"]).toBe("no-store");
      expect(headers["x-content-type-options"]).toBe("nosniff");
      expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
      expect(headers["x-powered-by"]).toBeUndefined();
    }
  });

  it("has a request id, which is the log line's", async () => {
    const { headers } = await send(`${server.base}/nowhere?secret=hunter2`, {
      headers: { "X-Request-Id": "proxy-given-id" },
    });
    expect(headers["x-request-id"]).toBe("proxy-given-id");
    const line = JSON.parse(server.logLines.find((it) => it.includes("proxy-given-id")) ?? "{}");
    expect(line).toMatchObject({
      program: "server",
      level: "info",
      requestId: "proxy-given-id",
      method: "GET",
      route: "other",
      status: 404,
      durationMilliseconds: expect.any(Number),
    });
    expect(JSON.stringify(line)).not.toContain("hunter2");
  });

  it("is logged with the address of the connection, whatever a header claims", async () => {
    const headers = { "X-Forwarded-For": "203.0.113.9", "X-Request-Id": "forwarded-request" };
    await send(`${server.base}/health`, { headers });
    const line = server.logLines.find((it) => it.includes("forwarded-request"));
    expect(line).toContain('"address":"127.0.0.1"');
  });

  it("is logged with the caller's address when the proxy in front is trusted", async () => {
    const behindProxy = await startTestServer({ TRUST_PROXY: "loopback" });
    const headers = { "X-Forwarded-For": "203.0.113.9", "X-Request-Id": "forwarded-request" };
    await send(`${behindProxy.base}/health`, { headers });
    const line = behindProxy.logLines.find((it) => it.includes("forwarded-request"));
    await behindProxy.stop();
    expect(line).toContain('"address":"203.0.113.9"');
  });

  it.each(["evil text", "1.2.3.4:80", "<b>", "unknown"])(
    "is logged with the proxy's address when what that passes on is %s",
    async (forwarded) => {
      const behindProxy = await startTestServer({ TRUST_PROXY: "1" });
      const headers = { "X-Forwarded-For": forwarded, "X-Request-Id": "forwarded-request" };
      await send(`${behindProxy.base}/health`, { headers });
      const line = behindProxy.logLines.find((it) => it.includes("forwarded-request"));
      await behindProxy.stop();
      expect(JSON.parse(line ?? "{}").address).toBe("127.0.0.1");
    },
  );

  it("has an id of its own when the one that was sent could do harm", async () => {
    const { headers } = await send(`${server.base}/health`, { headers: { "X-Request-Id": "a b" } });
    expect(headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe("the log", () => {
  it("names the subject of a request, and neither its arguments nor its session", async () => {
    const session = await openSession(server.base, token);
    const call = {
      jsonrpc: "2.0",
      id: 5,
      method: "tools/call",
      params: { name: "add_note", arguments: { text: "my private note" } },
    };
    await post(server.base, token, call, session, { "X-Request-Id": "logged-request" });
    const line = server.logLines.find((it) => it.includes("logged-request")) ?? "";
    expect(JSON.parse(line)).toMatchObject({
      route: "/mcp",
      status: 200,
      subject: "11111111-2222-4333-8444-555555555555",
    });
    expect(server.logLines.join("")).not.toMatch(new RegExp(`my private note|${session}`));
  });
});

describe("metrics", () => {
  it("listen apart, on loopback alone, and count what happened", async () => {
    await send(`${server.base}/mcp`);
    const client = await server.connectOverSse(token);
    await client.callTool({ name: "whoami" });
    expect(server.metricsUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
    const { text, status } = await send(server.metricsUrl);
    expect(status).toBe(200);
    expect(text).toMatch(
      /cleanauth_http_requests_total\{route="\/mcp",method="GET",status="401"\} \d/,
    );
    expect(text).toMatch(/cleanauth_token_verifications_total\{result="none"\} \d/);
    expect(text).toMatch(/cleanauth_tool_calls_total\{tool="whoami",outcome="done"\} \d/);
    expect(text).toMatch(/cleanauth_sessions\{transport="sse"\} 1/);
    expect(text).toMatch(/cleanauth_streams\{route="\/sse"\} 1/);
    expect(text).toContain(
      'cleanauth_http_request_duration_seconds_bucket{le="0.001",route="/mcp"}',
    );
  });

  it("are kept from a page that reaches the port through DNS rebinding", async () => {
    const answer = await send(server.metricsUrl, { headers: { Host: "evil.example" } });
    expect(answer.status).toBe(403);
    expect((await send(server.metricsUrl.replace("/metrics", "/"))).status).toBe(404);
  });
});

describe("raw input", () => {
  /** Writes these bytes on a connection and gives all that comes back. */
  const exchange = (bytes: string) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect(server.port, "127.0.0.1");
      let text = "";
      socket.on("data", (chunk) => {
        text += chunk.toString();
      });
      socket.on("error", reject);
      socket.on("close", () => resolve(text));
      socket.end(bytes);
    });

  it.each([
    ["no HTTP at all", "\u0016\u0003\u0001 hello\r\n\r\n", "400"],
    ["no Host", "GET /health HTTP/1.1\r\n\r\n", "400"],
    [
      "two lengths",
      "POST /mcp HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
      "400",
    ],
    [
      "a length and chunks",
      "POST /mcp HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "400",
    ],
    [
      "200 headers of 100 bytes",
      `GET / HTTP/1.1\r\n${`X: ${"a".repeat(96)}\r\n`.repeat(200)}\r\n`,
      "431",
    ],
  ])("with %s is answered with an error, and the server goes on", async (_case, bytes, status) => {
    expect(await exchange(bytes)).toContain(`HTTP/1.1 ${status}`);
    expect((await send(`${server.base}/health`)).status).toBe(200);
  });

  it.each([
    ["an empty Host", "GET /health HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n", "403"],
    ["HTTP/1.0 and no Host", "GET /health HTTP/1.0\r\n\r\n", "403"],
    [
      "a foreign Host in the request line",
      "GET http://evil.example/health HTTP/1.0\r\n\r\n",
      "400",
    ],
  ])("with %s is not served", async (_case, bytes, status) => {
    expect(await exchange(bytes)).toContain(`HTTP/1.1 ${status}`);
  });

  it.each([
    ["two Host headers, the first its own", ["localhost", "evil.example"], "/health"],
    ["two Host headers, the last its own", ["evil.example", "localhost"], "/health"],
    ["the same Host twice", ["localhost", "localhost"], "/health"],
    ["a whole URL for its target", ["localhost"], "http://localhost/health"],
    ["a foreign URL for its target", ["localhost"], "http://evil.example/health"],
    ["an asterisk for its target", ["localhost"], "*"],
  ])("with %s is answered 400", async (_case, hosts, target) => {
    const lines = hosts.map((host) => `Host: ${host}:${server.port}\r\n`).join("");
    const own = target.replace("localhost", `localhost:${server.port}`);
    const answer = await exchange(`OPTIONS ${own} HTTP/1.1\r\n${lines}Connection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  });

  it("with a thousand small headers hides none from the checks", async () => {
    const many = "a:\r\n".repeat(1_000);
    const head = `Host: localhost:${server.port}\r\nConnection: close\r\n`;
    const origin = "Origin: https://evil.example\r\n";
    const answer = await exchange(`GET /health HTTP/1.1\r\n${head}${many}${origin}\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
    const credentials = `Authorization: Bearer ${token}\r\n`;
    const twice = `${credentials}${many}${credentials}`;
    const refused = await exchange(`GET /mcp HTTP/1.1\r\n${head}${twice}\r\n`);
    expect(refused).toMatch(/^HTTP\/1\.1 400 /);
  });

  it("with dots in its path gets around no check", async () => {
    const head = `Host: localhost:${server.port}\r\nConnection: close\r\n\r\n`;
    for (const path of ["/health/../mcp", "/./mcp", "//mcp", "/mcp%2f", "/%6dcp", "/mcp;x"]) {
      const answer = await exchange(`GET ${path} HTTP/1.1\r\n${head}`);
      expect(answer, path).toMatch(/^HTTP\/1\.1 40[14] /);
    }
  });

  it("of a body that breaks off does no harm", async () => {
    const socket = connect(server.port, "127.0.0.1");
    socket.write(
      `POST /mcp HTTP/1.1\r\nHost: localhost:${server.port}\r\nAuthorization: Bearer ${token}\r\n` +
        'Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"jsonrpc"',
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    expect((await send(`${server.base}/health`)).status).toBe(200);
    expect(server.logLines.join("")).not.toContain('"level":"error"');
  });
});
