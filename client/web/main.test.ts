import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";

let children: ChildProcess[] = [];
afterEach(async () => {
  const running = children.filter(({ exitCode, signalCode }) => (exitCode ?? signalCode) === null);
  for (const child of running) child.kill("SIGKILL");
  await Promise.all(running.map((child) => once(child, "exit")));
  children = [];
});

const pool = { COGNITO_POOL_ID: "us-east-1_Example", COGNITO_CLIENT_ID: "example" };

/** Runs the program in a folder without any settings. */
function run(environment: Record<string, string>) {
  const program = join(import.meta.dirname, "main.ts");
  const child = spawn(process.execPath, ["--import", import.meta.resolve("tsx"), program], {
    cwd: tmpdir(),
    env: { PATH: process.env.PATH, ...environment },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  children.push(child);
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text) => (stdout += text));
  child.stderr?.setEncoding("utf8").on("data", (text) => (stderr += text));
  return { child, stdout: () => stdout, stderr: () => stderr };
}

/** The port that a log line of the program tells. */
async function portOf(program: ReturnType<typeof run>): Promise<number> {
  await once(program.child, "message");
  await expect.poll(program.stdout, { timeout: 15_000 }).toContain('"listening"');
  return JSON.parse(program.stdout().split("\n")[0] ?? "").port;
}

describe("mcp-client", () => {
  it("says that it is ready, answers /health, and tells everyone when it has to go", async () => {
    const program = run({
      ...pool,
      WEB_PORT: "0",
      CLEANAUTH_USER: "demo",
      CLEANAUTH_PASSWORD: "x",
    });
    const port = await portOf(program);
    const health = await fetch(`http://localhost:${port}/health`);
    expect(await health.json()).toMatchObject({ status: "ok", connections: 0 });

    const socket = new WebSocket(`ws://localhost:${port}/terminal`);
    const received: string[] = [];
    socket.on("message", (data) => received.push(String(data)));
    await once(socket, "open");
    socket.send(JSON.stringify({ type: "resize", columns: 80, rows: 24 }));
    await expect.poll(() => received.join(""), { timeout: 15_000 }).toContain("Password");
    // Whoever opens the page signs in for themselves, whatever this process was given.
    expect(received.join("")).not.toMatch(/demo|•/);

    program.child.kill("SIGTERM");
    const [code] = await once(program.child, "exit");
    expect(code).toBe(0);
    expect(received.at(-1)).toMatch(/"type":"exit".*restarted/);
    for (const line of program.stdout().trim().split("\n")) {
      expect(() => JSON.parse(line)).not.toThrow();
    }
    expect(program.stderr()).toBe("");
  });

  it("says which port is taken, and ends with 2", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const address = other.address();
    const port = String(typeof address === "object" ? address?.port : "");
    const program = run({ ...pool, WEB_PORT: port });
    const [code] = await once(program.child, "exit");
    other.close();
    expect(code).toBe(2);
    expect(program.stderr()).toBe(
      `Port ${port} on 127.0.0.1 is taken. Stop what listens there, or choose another port with WEB_PORT.\n`,
    );
  });

  it.each([
    ["no pool", {}, /^No user pool is configured: .*\n$/],
    ["a port that is none", { ...pool, WEB_PORT: "http" }, /^Wrong configuration: WEB_PORT .*\n$/],
    ["a certificate without a key", { ...pool, TLS_CERT_FILE: "x" }, /^.*TLS_KEY_FILE.*\n$/],
  ])("complains about %s in one line, and ends with 2", async (_what, environment, line) => {
    const program = run(environment);
    const [code] = await once(program.child, "exit");
    expect(program.stderr()).toMatch(line);
    expect(code).toBe(2);
  });
});
