import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { type GatewayUnderTest, startGateway, stdioEntry, textOf } from "./gateway-under-test.ts";

// Values that the servers file names and does not hold: the unmodified AWS SDK asks a stand-in for them.

const secret = "s3cret-of-the-operator";
const asked: unknown[] = [];
let ssm: Server;
let gateway: GatewayUnderTest;

beforeAll(async () => {
  ssm = createServer(async (req, res) => {
    const { Name, WithDecryption } = (await json(req)) as Record<string, unknown>;
    asked.push([req.headers["x-amz-target"], Name, WithDecryption]);
    res.setHeader("content-type", "application/x-amz-json-1.1");
    if (Name === "/mcp-auth/dev/key") {
      res.end(JSON.stringify({ Parameter: { Name, Type: "SecureString", Value: secret } }));
      return;
    }
    res.statusCode = 400;
    res.end(JSON.stringify({ __type: "ParameterNotFound", message: "" }));
  });
  await new Promise<void>((resolve) => ssm.listen(0, "127.0.0.1", resolve));
  vi.stubEnv("AWS_ENDPOINT_URL_SSM", `http://127.0.0.1:${(ssm.address() as AddressInfo).port}`);
  vi.stubEnv("AWS_ACCESS_KEY_ID", "local");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "local");
  const named = (parameter: string) => stdioEntry({}, { API_KEY: { parameter } });
  gateway = await startGateway({
    keyed: named("/mcp-auth/dev/key"),
    lost: named("/mcp-auth/dev/none"),
  });
}, 60_000);
afterAll(async () => {
  await gateway?.stop();
  ssm?.close();
  vi.unstubAllEnvs();
});

it("are read decrypted when a process starts, and stand in its environment alone", async () => {
  const client = await gateway.user("kim");
  const environment = JSON.parse(await textOf(client, "keyed.environment"));
  expect(environment.API_KEY).toBe(secret);
  expect(asked).toContainEqual(["AmazonSSM.GetParameter", "/mcp-auth/dev/key", true]);
  expect(gateway.server.logLines.join("")).not.toContain(secret);
});

it("that cannot be read keep their server from being started, and the others are there", async () => {
  const client = await gateway.user("kim");
  await expect(textOf(client, "lost.environment")).rejects.toThrow(/lost (failed|has failed)/);
  expect(gateway.server.logLines.join("")).toContain("ParameterNotFound");
  const names = (await client.listTools()).tools.map(({ name }) => name);
  expect(names).toContain("keyed.echo");
  expect(names.some((name) => name.startsWith("lost."))).toBe(false);
}, 30_000);
