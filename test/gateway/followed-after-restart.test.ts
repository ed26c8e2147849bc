import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startChildServer } from "@cleanauth/server/testing/child-server.ts";
import { callOf, openSession, post, rpcHeaders, send } from "@cleanauth/server/testing/rpc.ts";
import { makeDataDir } from "@cleanauth/server/testing/test-server.ts";
import { startUserPool } from "@cleanauth/server/testing/user-pool.ts";
import { expect, onTestFinished, test } from "vitest";
import { stdioEntry } from "./gateway-under-test.ts";

const patience = { timeout: 20_000 };

/** A place in which one server after the other runs, with a server behind it by each of these names. */
async function makePlace(entries: (folder: string) => Readonly<Record<string, object>>) {
  const pool = await startUserPool();
  onTestFinished(() => pool.close());
  const token = await pool.token({ "cognito:groups": ["user"] });
  const folder = makeDataDir();
  onTestFinished(() => folder.remove());
  const file = join(folder.path, "mcp-servers.json");
  writeFileSync(file, JSON.stringify({ mcpServers: entries(folder.path) }));

  return {
    token,
    folder: folder.path,
    recordOf(session: string) {
      return JSON.parse(readFileSync(join(folder.path, "sessions", `${session}.json`), "utf8"));
    },
    async start() {
      const server = await startChildServer(pool, folder.path, { MCP_SERVERS_FILE: file });
      const { base } = server;
      const stop = async (signal: NodeJS.Signals) => {
        server.process.kill(signal);
        await server.exited();
      };
      onTestFinished(() => stop("SIGKILL"));
      const ask = async (session: string, method: string, uri: string) => {
        const message = { jsonrpc: "2.0", id: 7, method, params: { uri } };
        return (await post(base, token, message, session)).json;
      };
      return {
        base,
        stop,
        subscribe: (session: string, uri: string) => ask(session, "resources/subscribe", uri),
        unsubscribe: (session: string, uri: string) => ask(session, "resources/unsubscribe", uri),
        /** What the server of a name is asked to tell of. */
        followedIn: async (name: string, session: string) =>
          (await post(base, token, callOf(`${name}.followed`), session)).text,
        /** Listens until the session is told of a resource, after what makes it change. */
        async untilTold(session: string, uri: string, change: () => Promise<unknown>) {
          const listening = await fetch(`${base}/mcp`, { headers: rpcHeaders(token, session) });
          const reader = listening.body?.pipeThrough(new TextDecoderStream()).getReader();
          await change();
          let told = "";
          while (!told.includes(`"notifications/resources/updated","params":{"uri":"${uri}"}`)) {
            const { value, done } = (await reader?.read()) ?? { done: true };
            expect(done, told).toBe(false);
            told += value;
          }
          await reader?.cancel();
        },
      };
    },
  };
}

/** A server that starts while a file is there; without it, it waits, or fails. */
function startsWith(file: string, otherwise: "wait" | "fail"): object {
  const entry = stdioEntry();
  // Nothing waits for longer than the test's folder is there.
  const without =
    otherwise === "wait" ? '[ -d "$(dirname "$0")" ] && sleep 0.05 || exit' : "exit 3";
  const script = `until [ -e "$0" ]; do ${without}; done; exec "$@"`;
  return { ...entry, command: "sh", args: ["-c", script, file, entry.command, ...entry.args] };
}

test("a session goes on following its resources after the server was killed and started again", async () => {
  const uri = "own+demo://fixed";
  const place = await makePlace(() => ({ own: stdioEntry() }));
  const first = await place.start();
  const session = await openSession(first.base, place.token);
  const other = await openSession(first.base, place.token);
  for (const one of [session, other]) {
    expect((await first.subscribe(one, uri)).result).toEqual({});
  }
  await first.unsubscribe(other, uri);
  // More than an upstream answers of one user's at a time.
  for (let note = 1; note <= 20; note += 1) {
    await first.subscribe(session, `own+demo://note/${note}`);
  }
  await first.stop("SIGKILL");

  const second = await place.start();
  expect(await second.followedIn("own", other)).toContain('"text":"[]"');
  await second.untilTold(session, uri, async () => {
    await expect
      .poll(() => second.followedIn("own", session), patience)
      .toContain("demo://note/20");
    await post(second.base, place.token, callOf("own.touch"), session);
  });
  const end = { method: "DELETE", headers: rpcHeaders(place.token, session) };
  expect((await send(`${second.base}/mcp`, end)).status).toBe(200);
  await expect.poll(() => second.followedIn("own", other), patience).toContain('"text":"[]"');
  await second.stop("SIGTERM");
}, 60_000);

test("what a session follows no longer stays so, while a server behind takes long to start again", async () => {
  const gate = (folder: string) => join(folder, "gate");
  const place = await makePlace((folder) => ({
    slow: startsWith(gate(folder), "wait"),
    other: stdioEntry(),
  }));
  writeFileSync(gate(place.folder), "");
  const first = await place.start();
  const session = await openSession(first.base, place.token);
  for (const name of ["slow", "other"]) await first.subscribe(session, `${name}+demo://fixed`);
  await first.stop("SIGKILL");

  rmSync(gate(place.folder));
  const second = await place.start();
  expect((await second.unsubscribe(session, "other+demo://fixed")).result).toEqual({});
  expect(place.recordOf(session).follows).toEqual(["slow+demo://fixed"]);
  writeFileSync(gate(place.folder), "");
  await expect.poll(() => second.followedIn("slow", session), patience).toContain("demo://fixed");
  expect(await second.followedIn("other", session)).toContain('"text":"[]"');
  await second.stop("SIGTERM");
}, 60_000);

test("a session is told again of a resource whose server fails at first after the restart", async () => {
  const gate = (folder: string) => join(folder, "gate");
  const uri = "late+demo://fixed";
  const place = await makePlace((folder) => ({ late: startsWith(gate(folder), "fail") }));
  writeFileSync(gate(place.folder), "");
  const first = await place.start();
  const session = await openSession(first.base, place.token);
  await first.subscribe(session, uri);
  await first.stop("SIGKILL");

  rmSync(gate(place.folder));
  const second = await place.start();
  await expect.poll(() => second.followedIn("late", session), patience).toContain("has failed");
  writeFileSync(gate(place.folder), "");
  await second.untilTold(session, uri, async () => {
    await expect.poll(() => second.followedIn("late", session), patience).toContain("demo://fixed");
    await post(second.base, place.token, callOf("late.touch"), session);
  });
  await second.stop("SIGTERM");
}, 60_000);
