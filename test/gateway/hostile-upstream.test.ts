import { join } from "node:path";
import { ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type GatewayUnderTest, startGateway, stdioEntry, textOf } from "./gateway-under-test.ts";

// An upstream that means harm, or has never read the specification.

const program = join(import.meta.dirname, "hostile-server.ts");
const hostile = (how: string) => ({
  command: process.execPath,
  args: ["--import", import.meta.resolve("tsx"), program, how],
});

let gateway: GatewayUnderTest;
beforeAll(async () => {
  gateway = await startGateway({
    good: stdioEntry(),
    hostile: hostile("endless"),
    outdated: hostile("outdated"),
    mute: hostile("mute"),
  });
}, 60_000);
afterAll(async () => {
  await gateway?.stop();
}, 30_000);

describe("a hostile upstream", () => {
  it("keeps nobody waiting for the lists of others, however it hangs", async () => {
    const client = await gateway.user("kim");
    const startedAt = performance.now();
    const { tools } = await client.listTools();
    await client.listPrompts();
    await client.listResources();
    expect(tools.map(({ name }) => name)).toContain("good.echo");
    expect(performance.now() - startedAt).toBeLessThan(25_000);
    const again = performance.now();
    await client.listTools();
    expect(performance.now() - again).toBeLessThan(8_000);
  }, 60_000);

  it("has nothing listed that no terminal can show, that is too long, malformed or there already", async () => {
    const { tools } = await (await gateway.user("kim")).listTools();
    const names = tools.map(({ name }) => name).filter((name) => name.startsWith("hostile."));
    const plain = ["plain", "demand", "demand-later", "answer-all", "escapes"];
    expect(names).toEqual(plain.map((name) => `hostile.${name}`));
  });

  it("of a protocol version that nobody knows is left out", async () => {
    const client = await gateway.user("kim");
    const { tools } = await client.listTools();
    expect(tools.some(({ name }) => name.startsWith("outdated."))).toBe(false);
    await expect(textOf(client, "outdated.plain")).rejects.toThrow(/outdated (failed|has failed)/);
  });

  it("gets nothing from this server that it asks for", async () => {
    const client = await gateway.user("kim");
    const answers = JSON.parse(await textOf(client, "hostile.demand"));
    expect(answers).toEqual([
      { error: { code: -32601, message: "Method not found" } },
      { error: { code: -32601, message: "Method not found" } },
      { error: { code: -32601, message: "Method not found" } },
      { result: {} },
    ]);
  });

  it("cannot ask a user whose call is over", async () => {
    const client = await gateway.user("kim", { capabilities: { elicitation: {} } });
    const asked: unknown[] = [];
    client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
      asked.push(params);
      return { action: "decline" };
    });
    expect(await textOf(client, "hostile.demand-later")).toBe('"later"');
    await expect
      .poll(() => gateway.server.logLines.join(""), { timeout: 10_000 })
      .toContain("It cannot be told which caller is asked");
    expect(asked).toEqual([]);
  });

  it("cannot answer what another one will ask, nor stop it", async () => {
    const [kim, lee] = [await gateway.user("kim"), await gateway.user("lee")];
    expect(await textOf(kim, "hostile.answer-all")).toBe('"answered all"');
    for (let call = 0; call < 10; call += 1) {
      expect(await textOf(lee, "hostile.plain")).toBe('"plain"');
      expect(await textOf(lee, "good.echo", { text: "mine" })).toBe("mine");
    }
  });
});
