import { setTimeout as sleep } from "node:timers/promises";
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type GatewayUnderTest, startGateway, stdioEntry, textOf } from "./gateway-under-test.ts";

// What an upstream asks takes its user longer than a call may take the upstream.

const callSeconds = 2;
let gateway: GatewayUnderTest;
beforeAll(async () => {
  gateway = await startGateway({ own: stdioEntry({ process: "per-user", callSeconds }) });
}, 60_000);
afterAll(async () => {
  await gateway?.stop();
}, 30_000);

const think = () => sleep(callSeconds * 1_500);

async function thinkingUser(subject: string) {
  const client = await gateway.user(subject, { capabilities: { elicitation: {}, sampling: {} } });
  const asked: number[] = [];
  client.setRequestHandler(ElicitRequestSchema, async () => {
    await think();
    asked.push(performance.now());
    return { action: "accept", content: { colour: "blue" } };
  });
  client.setRequestHandler(CreateMessageRequestSchema, async () => {
    await think();
    return { model: "m", role: "assistant", content: { type: "text", text: "hm" } };
  });
  return { client, asked };
}

describe("the time that a call may take", () => {
  it("does not pass while the user is asked", async () => {
    const { client } = await thinkingUser("kim");
    expect(JSON.parse(await textOf(client, "own.ask"))).toMatchObject({ action: "accept" });
  }, 30_000);

  it("does not pass while the user's model is asked", async () => {
    const { client } = await thinkingUser("kim");
    expect(await textOf(client, "own.sample")).toContain("hm");
  }, 30_000);

  it("goes on after the answer", async () => {
    const { client, asked } = await thinkingUser("lee");
    await expect(textOf(client, "own.ask-and-hang")).rejects.toThrow("own did not answer in time");
    const sinceAnswer = performance.now() - (asked[0] ?? 0);
    expect(asked).toHaveLength(1);
    expect(sinceAnswer).toBeLessThan(20_000);
  }, 40_000);
});
