import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { takeIpv6Twin } from "./localhost-twin.ts";

let server: Server;
afterEach(() => server.close());

async function listen(host: string): Promise<number> {
  server = createServer((req: IncomingMessage, res) => void res.end(`hello ${req.headers.host}`));
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return (server.address() as AddressInfo).port;
}

describe("the same port on [::1]", () => {
  it("answers with what listens on 127.0.0.1, and is free again afterwards", async () => {
    const port = await listen("127.0.0.1");
    const twin = await takeIpv6Twin(port, "PORT");
    const answer = await fetch(`http://[::1]:${port}/`);
    expect(await answer.text()).toBe(`hello [::1]:${port}`);
    await twin.stop();
    await expect(fetch(`http://[::1]:${port}/`)).rejects.toThrow();
  });

  it("is reported when another program has it", async () => {
    const port = await listen("::1");
    await expect(takeIpv6Twin(port, "PORT")).rejects.toMatchObject({
      code: "configuration_port_taken",
      message: expect.stringContaining(`Port ${port} on ::1`),
    });
  });
});
