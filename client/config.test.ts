import { spawn } from "node:child_process";
import { appendFileSync, chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AppError, formatError } from "@cleanauth/common/app-error.ts";
import type { Environment } from "@cleanauth/common/environment.ts";
import { exitCodeOf } from "@cleanauth/common/exit-code.ts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { awsEnvironment, readClientEnvironment, readClientSettings } from "./config.ts";

const pool = { COGNITO_POOL_ID: "ap-northeast-2_Ab12", COGNITO_CLIENT_ID: "client1" };

describe("readClientSettings", () => {
  it("takes the region from the pool, and the defaults for the rest", () => {
    expect(readClientSettings({ ...pool, HOME: "/home/x" })).toEqual({
      serverUrl: "http://localhost:8080/mcp",
      insecure: false,
      signIn: {
        way: "password",
        region: "ap-northeast-2",
        poolId: "ap-northeast-2_Ab12",
        clientId: "client1",
        isStandIn: false,
      },
      bedrock: { modelId: "global.anthropic.claude-haiku-4-5-20251001-v1:0" },
      standIns: [],
      stateFolder: "/home/x/.local/state/cleanauth",
    });
  });

  it("takes every setting that is given", () => {
    const settings = readClientSettings(
      {
        ...pool,
        COGNITO_REGION: "ap-northeast-2",
        COGNITO_CLIENT_SECRET: "hush",
        BEDROCK_MODEL_ID: "us.amazon.nova-2-lite-v1:0",
        AWS_REGION: "us-west-2",
        XDG_STATE_HOME: "/state",
        CLEANAUTH_STAND_INS: "Cognito, \x1b[31mBedrock,",
        MCP_SERVER_URL: "https://mcp.example/sse",
      },
      { serverUrl: "https://other.example/mcp/" },
    );
    expect(settings).toEqual({
      serverUrl: "https://other.example/mcp",
      insecure: false,
      signIn: {
        way: "password",
        region: "ap-northeast-2",
        poolId: "ap-northeast-2_Ab12",
        clientId: "client1",
        clientSecret: "hush",
        isStandIn: true,
      },
      bedrock: { modelId: "us.amazon.nova-2-lite-v1:0", region: "us-west-2" },
      standIns: ["Cognito", "Bedrock"],
      stateFolder: "/state/cleanauth",
    });
  });

  it("can do with a region in place of a pool", () => {
    const environment = { COGNITO_CLIENT_ID: "client1", COGNITO_REGION: "us-east-1" };
    expect(readClientSettings(environment).signIn).toMatchObject({ region: "us-east-1" });
  });

  it("needs no pool for a sign-in in the browser, and knows the client that is registered with one", () => {
    const browser = (environment: Environment) =>
      readClientSettings(environment, { way: "browser" }).signIn;
    expect(browser({})).toMatchObject({ way: "browser", preRegistered: null });
    expect(browser({ ...pool, COGNITO_PUBLIC_CLIENT_ID: "public1" })).toMatchObject({
      preRegistered: {
        issuer: "https://cognito-idp.ap-northeast-2.amazonaws.com/ap-northeast-2_Ab12",
        clientId: "public1",
      },
    });
    const inClear = { OAUTH_CLIENT_METADATA_URL: "http://client.example/metadata.json" };
    expect(() => browser(inClear)).toThrow(/https/);
  });

  it("signs a machine in with its own client and secret, and names all that is missing", () => {
    const machine = (environment: Environment) =>
      readClientSettings(environment, { way: "machine" }).signIn;
    const given = {
      COGNITO_POOL_ID: pool.COGNITO_POOL_ID,
      COGNITO_MACHINE_CLIENT_ID: "machine1",
      COGNITO_MACHINE_CLIENT_SECRET: "hush",
    };
    expect(machine(given)).toEqual({
      way: "machine",
      issuer: "https://cognito-idp.ap-northeast-2.amazonaws.com/ap-northeast-2_Ab12",
      clientId: "machine1",
      clientSecret: "hush",
    });
    expect(() => machine(pool)).toThrow(
      /COGNITO_MACHINE_CLIENT_ID is not set; COGNITO_MACHINE_CLIENT_SECRET is not set/,
    );
  });

  const wrong: [what: string, Environment, string | undefined, RegExp][] = [
    ["no setting at all", {}, undefined, /make start/],
    ["no client id", { COGNITO_POOL_ID: "us-east-1_x" }, undefined, /COGNITO_CLIENT_ID is not set/],
    ["no pool and no region", { COGNITO_CLIENT_ID: "c" }, undefined, /COGNITO_POOL_ID is not set/],
    [
      "a pool of a wrong form",
      { ...pool, COGNITO_POOL_ID: "pool" },
      undefined,
      /COGNITO_POOL_ID must/,
    ],
    [
      "a pool of a wrong form, and a region that it cannot contradict",
      { ...pool, COGNITO_POOL_ID: "pool", COGNITO_REGION: "us-east-1" },
      undefined,
      /configuration: COGNITO_POOL_ID must have the form REGION_ID\. Set/,
    ],
    ["two regions", { ...pool, COGNITO_REGION: "us-east-1" }, undefined, /is not ap-northeast-2/],
    [
      "a model id with a space",
      { ...pool, BEDROCK_MODEL_ID: "a b" },
      undefined,
      /BEDROCK_MODEL_ID/,
    ],
    ["a server URL in a wrong form", { ...pool, MCP_SERVER_URL: "x" }, undefined, /MCP_SERVER_URL/],
    ["plain HTTP before all other mistakes", {}, "http://192.0.2.1/mcp", /--insecure/],
    [
      "plain HTTP in MCP_SERVER_URL",
      { ...pool, MCP_SERVER_URL: "http://192.0.2.1/mcp" },
      undefined,
      /--insecure/,
    ],
    ["words for SERVER_URL", pool, "not a url", /SERVER_URL/],
    ["SERVER_URL without its scheme", pool, "localhost:8080/mcp", /SERVER_URL/],
    ["SERVER_URL of another scheme", pool, "ftp://localhost/mcp", /SERVER_URL/],
    ["plain HTTP to another machine", pool, "http://192.0.2.1/mcp", /--insecure/],
    [
      "a host name that only begins like loopback",
      pool,
      "http://127.0.0.1.example/mcp",
      /--insecure/,
    ],
    [
      "a host name that only begins with localhost",
      pool,
      "http://localhost.example/",
      /--insecure/,
    ],
  ];
  it.each(wrong)("refuses %s with exit code 2", (_what, environment, serverUrl, expected) => {
    const error = failureOf(() =>
      readClientSettings(environment, serverUrl === undefined ? {} : { serverUrl }),
    );
    expect(formatError(error)).toMatch(expected);
    expect(exitCodeOf(error)).toBe(2);
  });

  it("names all wrong variables at once and shows no value", () => {
    const environment = { ...pool, COGNITO_POOL_ID: "hush!", BEDROCK_MODEL_ID: "hush !" };
    const line = formatError(failureOf(() => readClientSettings(environment)));
    expect(line).toMatch(/BEDROCK_MODEL_ID.*COGNITO_POOL_ID/);
    expect(line).not.toContain("hush");
  });

  it("does not repeat a password inside of SERVER_URL", () => {
    const serverUrl = "https://demo:Sesam-1234@h/mcp";
    expect(formatError(failureOf(() => readClientSettings(pool, { serverUrl })))).not.toContain(
      "Sesam",
    );
  });

  it.each([
    "http://localhost/mcp",
    "http://127.0.0.1:1/mcp",
    "http://[::1]:1/mcp",
    "https://h/mcp",
  ])("sends secrets to %s", (serverUrl) => {
    expect(readClientSettings(pool, { serverUrl }).serverUrl).toBe(serverUrl);
  });

  it("sends secrets over plain HTTP when told --insecure", () => {
    const options = { serverUrl: "http://192.0.2.1/mcp", insecure: true };
    expect(readClientSettings(pool, options)).toMatchObject(options);
  });
});

describe("readClientEnvironment", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "cleanauth-config-"));
    writeFileSync(join(folder, ".env"), "A=env-file\nB=env-file\nC=env-file\n");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function writeLocal(pid: number | string, serverUrl = "http://localhost:8080/mcp"): void {
    mkdirSync(join(folder, ".cleanauth"), { recursive: true });
    const lines = `CLEANAUTH_LOCAL_PID=${pid}\nMCP_SERVER_URL=${serverUrl}\nA=local\nB=local\n`;
    writeFileSync(join(folder, ".cleanauth", "local.env"), lines);
  }

  it("reads the environment, then the running local stack's settings, then .env", () => {
    writeLocal(process.pid);
    expect(readClientEnvironment({ A: "process" }, { folder })).toMatchObject({
      A: "process",
      B: "local",
      C: "env-file",
    });
  });

  it("reads .env alone without a local stack", () => {
    expect(readClientEnvironment({}, { folder })).toEqual({
      A: "env-file",
      B: "env-file",
      C: "env-file",
    });
  });

  it("leaves out what a local stack left that has ended", async () => {
    const child = spawn(process.execPath, ["-e", ""]);
    await new Promise((resolve) => child.once("exit", resolve));
    writeLocal(child.pid ?? 0);
    expect(readClientEnvironment({}, { folder })).toMatchObject({ B: "env-file" });
  });

  it.each(["", "0", "-1", "x", "99999999999"])("does not take %j for a running process", (pid) => {
    writeLocal(pid);
    expect(readClientEnvironment({}, { folder })).toMatchObject({ B: "env-file" });
  });

  it.each([
    ["http://localhost:8080/sse", "local"],
    ["http://127.0.0.1:8080/mcp", "local"],
    ["not a url", "local"],
    ["", "local"],
    ["http://localhost:9999/mcp", "env-file"],
    ["https://mcp.example:8080/mcp", "env-file"],
  ])("asked for %j with a pool in .env, reads the settings from %s", (serverUrl, source) => {
    writeLocal(process.pid);
    appendFileSync(join(folder, ".env"), "COGNITO_CLIENT_ID=of-env-file\n");
    expect(readClientEnvironment({}, { folder, serverUrl })).toMatchObject({ B: source });
    expect(readClientEnvironment({ MCP_SERVER_URL: serverUrl }, { folder })).toMatchObject({
      B: source,
    });
  });

  it("asked for another server without a pool of its own, reads those of the local stack", () => {
    writeLocal(process.pid);
    const serverUrl = "http://localhost:9999/mcp";
    expect(readClientEnvironment({}, { folder, serverUrl })).toMatchObject({ B: "local" });
  });

  describe("beside what make bootstrap left", () => {
    beforeEach(() => {
      mkdirSync(join(folder, ".cleanauth"), { recursive: true });
      const lines = "A=host\nD=host\nCOGNITO_CLIENT_ID=of-host\n";
      writeFileSync(join(folder, ".cleanauth", "host.env"), lines);
    });

    it.each(["", "COGNITO_CLIENT_ID=of-host\n"])("with %j in .env reads it last", (line) => {
      appendFileSync(join(folder, ".env"), line);
      expect(readClientEnvironment({}, { folder })).toMatchObject({ A: "env-file", D: "host" });
    });

    it("leaves it out as a whole for another app client", () => {
      appendFileSync(join(folder, ".env"), "COGNITO_CLIENT_ID=another\n");
      expect(readClientEnvironment({}, { folder })).not.toHaveProperty("D");
    });

    it("leaves it out as a whole while a local stack runs, unless the host is asked for", () => {
      writeLocal(process.pid);
      expect(readClientEnvironment({}, { folder })).not.toHaveProperty("D");
      const serverUrl = "https://mcp.example:8080/mcp";
      expect(readClientEnvironment({}, { folder, serverUrl })).toMatchObject({ D: "host" });
    });
  });

  it("says which file it cannot read", () => {
    const path = join(folder, ".env");
    rmSync(path);
    mkdirSync(path);
    chmodSync(path, 0o700);
    const error = failureOf(() => readClientEnvironment({}, { folder }));
    expect(formatError(error)).toContain(path);
    expect(exitCodeOf(error)).toBe(2);
  });
});

describe("awsEnvironment", () => {
  it("keeps what the AWS SDK reads, and no secret of the client", () => {
    const environment = {
      AWS_ENDPOINT_URL_BEDROCK_RUNTIME: "http://127.0.0.1:1",
      COGNITO_CLIENT_SECRET: "hush",
      CLEANAUTH_PASSWORD: "hush",
    };
    expect(awsEnvironment(environment)).toEqual({
      AWS_ENDPOINT_URL_BEDROCK_RUNTIME: "http://127.0.0.1:1",
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    });
  });

  it("lets keys win over a profile, so that the local stack's dummy keys are used", () => {
    const keys = { AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" };
    expect(awsEnvironment({ ...keys, AWS_PROFILE: "work" })).toMatchObject({ AWS_PROFILE: "" });
    expect(awsEnvironment({ AWS_PROFILE: "work" })).toMatchObject({ AWS_PROFILE: "work" });
  });
});

function failureOf(act: () => unknown): AppError {
  try {
    act();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}
