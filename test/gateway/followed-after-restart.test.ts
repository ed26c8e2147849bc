import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { startChildServer } from "@cleanauth/server/testing/child-server.ts";
import { callOf, openSession, post, rpcHeaders, send } from "@cleanauth/server/testing/rpc.ts";
import { makeDataDir } from "@cleanauth/server/testing/test-server.ts";
import { startUserPool } from "@cleanauth/server/testing/user-pool.ts";
import { expect, onTestFinished, test } from "vitest";
import { stdioEntry } from "./gateway-under-test.ts";

const uri = "own+demo://fixed";

test("a session goes on following its resources after the server was killed and started again", async () => {
  const pool = await startUserPool();
  onTestFinished(() => pool.close());
  const token = await pool.token({ "cognito:groups": ["user"] });
  const folder = makeDataDir();
  onTestFinished(() => folder.remove());
  const file = join(folder.path, "mcp-servers.json");
  writeFileSync(file, JSON.stringify({ mcpServers: { own: stdioEntry() } }));
  const start = async () => {
    const server = await startChildServer(pool, folder.path, { MCP_SERVERS_FILE: file });
    const stop = async (signal: NodeJS.Signals) => {
      server.process.kill(signal);
      await server.exited();
    };
    onTestFinished(() => stop("SIGKILL"));
    return { ...server, stop };
  };
  const ask = (base: string, session: string, method: string, followed = uri) =>
    post(base, token, { jsonrpc: "2.0", id: 7, method, params: { uri: followed } }, session);
  const followed = async (base: string, session: string) =>
    (await post(base, token, callOf("own.followed"), session)).text;

  const first = await start();
  const [session, other] = [
    await openSession(first.base, token),
    await openSession(first.base, token),
  ];
  for (const one of [session, other]) {
    expect((await ask(first.base, one, "resources/subscribe")).json.result).toEqual({});
  }
  await ask(first.base, other, "resources/unsubscribe");
  // More than an upstream answers of one user's at a time.
  for (let note = 1; note <= 20; note += 1) {
    await ask(first.base, session, "resources/subscribe", `own+demo://note/${note}`);
  }
  await first.stop("SIGKILL");

  const second = await start();
  expect(await followed(second.base, other)).toContain('"text":"[]"');
  const listening = await fetch(`${second.base}/mcp`, { headers: rpcHeaders(token, session) });
  const reader = listening.body?.pipeThrough(new TextDecoderStream()).getReader();
  await expect.poll(() => followed(second.base, session)).toContain("demo://note/20");
  await post(second.base, token, callOf("own.touch"), session);
  let told = "";
  while (!told.includes(`"notifications/resources/updated","params":{"uri":"${uri}"}`)) {
    const { value, done } = (await reader?.read()) ?? { done: true };
    expect(done, told).toBe(false);
    told += value;
  }
  await reader?.cancel();
  const end = { method: "DELETE", headers: rpcHeaders(token, session) };
  expect((await send(`${second.base}/mcp`, end)).status).toBe(200);
  await expect.poll(() => followed(second.base, other)).toContain('"text":"[]"');
  await second.stop("SIGTERM");
}, 60_000);
