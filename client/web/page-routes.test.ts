import { afterEach, describe, expect, it } from "vitest";
import { get, openPage, startServer, stopServers } from "../testing/web-client.ts";

afterEach(stopServers);

describe("the page", () => {
  it("comes with a policy that lets nothing in from elsewhere", async () => {
    const { server } = await startServer();
    const { status, headers, body } = await get(server, "/");
    expect(status).toBe(200);
    const policy = String(headers["content-security-policy"]);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toMatch(/script-src 'self' 'nonce-[\w+/=]{24}';/);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain(`connect-src 'self' ws://localhost:${server.port}`);
    expect(policy).not.toMatch(/unsafe|\*/);
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["referrer-policy"]).toBe("no-referrer");
    expect(headers["x-powered-by"]).toBeUndefined();
    const [, nonce = ""] = /'nonce-([^']+)'/.exec(policy) ?? [];
    expect(body).toContain(`nonce="${nonce}"`);
    const again = await get(server, "/");
    expect(String(again.headers["content-security-policy"])).not.toContain(nonce);
  });

  it("names no other host, and everything that it names is served", async () => {
    const { server } = await startServer();
    const { body } = await get(server, "/");
    const script = await get(server, "/assets/page.js");
    const style = await get(server, "/assets/page.css");
    const texts = [body, script.body, style.body];
    for (const text of texts) expect(text).not.toMatch(/https?:\/\/|"\/\/|url\("?\/\//);
    const names = texts.flatMap((text) =>
      [...text.matchAll(/\/assets\/[\w.-]+/g)].map(([name]) => name),
    );
    expect(new Set(names).size).toBeGreaterThan(8);
    for (const name of new Set(names)) expect((await get(server, name)).status, name).toBe(200);
  });

  it("serves scripts and fonts as what they are", async () => {
    const { server } = await startServer();
    const type = async (name: string) =>
      (await get(server, `/assets/${name}`)).headers["content-type"];
    expect(await type("xterm.mjs")).toMatch(/javascript/);
    expect(await type("jetbrains-mono-latin-400-normal.woff2")).toBe("font/woff2");
  });

  it.each([
    "/assets/../../../package.json",
    "/assets/..%2f..%2fpackage.json",
    "/assets/constructor",
    "/assets/__proto__",
    "/assets/",
    "/terminal",
    "/package.json",
  ])("has nothing at %s", async (path) => {
    const { server } = await startServer();
    expect((await get(server, path)).status).toBe(404);
  });

  it("answers a broken address in a line, without telling how it is made", async () => {
    const { server } = await startServer();
    const { status, body } = await get(server, "/assets/%E0%A4%A");
    expect(status).toBe(400);
    expect(body).toBe("That is no request.\n");
  });

  it("is not served under a name that was made to point here", async () => {
    const { server } = await startServer();
    const host = `attacker.example:${server.port}`;
    expect((await get(server, "/", { host })).status).toBe(403);
    expect((await get(server, "/health", { host })).status).toBe(403);
  });

  it("tells how it is at /health", async () => {
    const { server } = await startServer();
    await openPage(server);
    const { status, body } = await get(server, "/health");
    expect(status).toBe(200);
    expect(JSON.parse(body)).toEqual({
      status: "ok",
      version: "1.2.3",
      uptimeSeconds: expect.any(Number),
      connections: 1,
    });
  });
});
