import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { releaseFiles } from "@cleanauth/scripts/artifact/release.ts";
import { formatEnvironmentFile } from "@cleanauth/scripts/roles/environment-file.ts";
import { layout, serverApp } from "@cleanauth/scripts/roles/layout.ts";
import { processConfig } from "@cleanauth/scripts/roles/process-config.ts";
import { send } from "@cleanauth/server/testing/rpc.ts";
import { environmentFor, makeDataDir } from "@cleanauth/server/testing/test-server.ts";
import { startUserPool, type TestUserPool } from "@cleanauth/server/testing/user-pool.ts";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { openSessions, whoamiCalls } from "./callers.ts";
import { isSoak, tell } from "./effort.ts";
import { freePort } from "./loaded-server.ts";
import { makePacedCalls, percentileOf } from "./paced-calls.ts";

const root = join(import.meta.dirname, "../..");
const reloads = isSoak ? 20 : 2;
const secondsEach = 8;

let pool: TestUserPool;
beforeAll(async () => {
  pool = await startUserPool();
});
afterAll(() => pool.close());

/** pm2 with the configuration that a host has, in a folder of its own. */
async function startUnderPm2() {
  const { path: home, remove } = makeDataDir();
  const at = (name: string) => join(home, name);
  for (const { path, content } of await releaseFiles(root)) {
    mkdirSync(dirname(at(`release/${path}`)), { recursive: true });
    writeFileSync(at(`release/${path}`), content);
  }
  for (const folder of ["logs", "home"]) mkdirSync(at(folder));
  symlinkSync(at("release"), at("current"));
  const places = {
    [layout.current]: at("current"),
    [layout.home]: at("home"),
    [layout.logs]: at("logs"),
    [layout.etc]: home,
  };
  let config = processConfig();
  for (const [there, here] of Object.entries(places)) config = config.replaceAll(there, here);
  writeFileSync(at("pm2.config.cjs"), config);
  const port = await freePort();
  const settings = { ...environmentFor(pool, at("data")), PORT: String(port) };
  writeFileSync(at("server.env"), formatEnvironmentFile(settings));
  const pm2 = (...args: string[]) =>
    promisify(execFile)(process.execPath, [join(root, "node_modules/pm2/bin/pm2"), ...args], {
      cwd: home,
      env: { PATH: process.env.PATH, HOME: home, PM2_HOME: at("pm2"), PM2_DISCRETE_MODE: "true" },
    });
  onTestFinished(async () => {
    await pm2("kill");
    remove();
  });
  await pm2("start", at("pm2.config.cjs"), "--only", serverApp);
  const base = `http://127.0.0.1:${port}`;
  for (;;) {
    const health = await send(`${base}/health`).catch(() => null);
    if (health?.json?.status === "ok") break;
    await sleep(50);
  }
  return {
    base,
    reload: () => pm2("reload", serverApp),
    log: () => readFileSync(at("logs/server.log"), "utf8"),
  };
}

describe(`pm2, told to reload the server ${reloads} times under 200 calls a second`, () => {
  it("loses no call, and no session", async () => {
    const { base, reload, log } = await startUnderPm2();
    const callers = await openSessions(base, pool, 10);
    const pace = { callsPerSecond: 200, seconds: reloads * secondsEach };
    const calls = makePacedCalls(whoamiCalls(base, callers, pace));
    for (let count = 0; count < reloads; count += 1) {
      await sleep(2_000);
      await reload();
      await sleep((secondsEach - 4) * 1_000);
    }
    const { milliseconds, failures } = await calls;
    tell(
      `${milliseconds.length} calls answered, p99 ${percentileOf(milliseconds, 0.99).toFixed(1)} ms`,
    );
    expect(log().match(/"msg":"stopped"/g)).toHaveLength(reloads);
    expect(failures).toEqual({});
  }, 300_000);
});
