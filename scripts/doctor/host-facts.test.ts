import { describe, expect, it } from "vitest";
import { gatherScript, parseRawFacts } from "../engine/fact.ts";
import { createLocalShell } from "../engine/local-shell.ts";
import { hostFacts } from "./host-facts.ts";

const facts = hostFacts({
  region: "us-east-1",
  keysUrl: "http://127.0.0.1:1/jwks.json",
  secretParameter: "/it's/a secret",
  modelId: "model'; reboot",
});

describe("what the host says of itself", () => {
  it.each([
    ['{"status":"ok","version":"1"}\n200', { httpStatus: 200, status: "ok", checks: {} }],
    [
      '{"status":"degraded","checks":{"keys":"gone"}}\n200',
      { httpStatus: 200, status: "degraded", checks: { keys: "gone" } },
    ],
    [
      '{"status":"ok","servers":{"memory":"failing","files":"idle"}}\n200',
      { status: "ok", checks: { "server memory": "it cannot be kept running" } },
    ],
    ["curl: (7) Failed to connect\n\n000", { httpStatus: 0, status: null, checks: {} }],
    ["<html>\n</html>\n502", { httpStatus: 502, status: null }],
    ["", { httpStatus: 0, status: null, said: "" }],
  ])("about its health is read from %j", (output, expected) => {
    expect(facts.serverHealth.parse(output)).toMatchObject(expected);
  });

  it.each([
    [
      '[{"name":"mcp-server","status":"online","restarts":3},{"name":"other","status":"x","restarts":0}]',
      1,
    ],
    ["[]", 0],
    ["", 0],
    ["pm2: not found", 0],
  ])("about its programs is read from %j", (output, count) => {
    expect(facts.processes.parse(output)).toHaveLength(count);
  });

  it("about its settings holds no secret, whatever is in the file", () => {
    expect(facts.server.read.text).not.toContain("SECRET");
    expect(facts.server.parse("COGNITO_POOL_ID=us-east-1_x\nPUBLIC_URL='https://x'\n")).toEqual({
      COGNITO_POOL_ID: "us-east-1_x",
      PUBLIC_URL: "https://x",
    });
  });

  it("is gathered by one script that any shell takes, and that fails in nothing on a bare host", async () => {
    const { stdout, exitCode } = await createLocalShell().run(gatherScript(facts), {
      timeoutSeconds: 20,
    });
    expect(exitCode).toBe(0);
    const raw = parseRawFacts(stdout);
    expect(Object.keys(raw)).toEqual(Object.keys(facts));
    expect(Math.abs(facts.clock.parse(raw.clock ?? "") - Date.now() / 1000)).toBeLessThan(10);
    expect(facts.node.parse(raw.node ?? "")).toBe("");
    expect(facts.processes.parse(raw.processes ?? "")).toEqual([]);
  });
});
