import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SSMClient } from "@aws-sdk/client-ssm";
import {
  type RecordingEndpoint,
  startRecordingEndpoint,
} from "@cleanauth/scripts/aws/testing/recording-endpoint.ts";
import { requireFreePort } from "@cleanauth/scripts/tunnel/local-port.ts";
import { openPortSession } from "@cleanauth/scripts/tunnel/port-session.ts";
import {
  findSessionManagerPlugin,
  isNewEnough,
} from "@cleanauth/scripts/tunnel/session-manager-plugin.ts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const token = "secret-token-of-the-session";
const standIn = join(import.meta.dirname, "session-manager-plugin.mjs");
let folder: string;
let record: string;
let refusal: string | null;
let ssm: RecordingEndpoint;
let host: ReturnType<typeof createServer>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "cleanauth-tunnel-"));
  record = join(folder, "record");
  writeFileSync(
    join(folder, "session-manager-plugin"),
    `#!/bin/sh\nexec '${process.execPath}' '${standIn}' "$@"\n`,
    { mode: 0o755 },
  );
  host = createServer((_request, response) => response.end("from the host"));
  await new Promise<void>((resolve) => host.listen(0, "127.0.0.1", resolve));
  refusal = null;
  ssm = await startRecordingEndpoint(({ action }) =>
    refusal === null
      ? {
          body: JSON.stringify({
            SessionId: "kim-1",
            TokenValue: action === "StartSession" ? token : undefined,
            StreamUrl: `ws://127.0.0.1:${(host.address() as AddressInfo).port}/`,
          }),
        }
      : { status: 400, body: JSON.stringify({ __type: refusal, message: "no" }) },
  );
});

afterEach(async () => {
  rmSync(folder, { recursive: true });
  host.closeAllConnections();
  host.close();
  await ssm.stop();
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function open(behaviour = "carry") {
  const plugin = await findSessionManagerPlugin({
    PATH: `${folder}:/usr/bin:/bin`,
    PLUGIN_BEHAVIOUR: behaviour,
    PLUGIN_RECORD: record,
  });
  return openPortSession({
    ssm: new SSMClient(ssm.client),
    plugin,
    instanceId: "i-1",
    port: await freePort(),
    region: "us-east-1",
    endpoint: ssm.client.endpoint,
    openSeconds: behaviour === "hang" ? 0.5 : 10,
  });
}

const actions = () => ssm.requests.map(({ action }) => action);

describe("a port over SSM", () => {
  it("leads to the host, and is gone when it is closed, here and at AWS", async () => {
    const session = await open();
    const answer = await fetch(`http://127.0.0.1:${session.port}/`);
    expect(await answer.text()).toBe("from the host");
    await session.close();
    expect(actions()).toEqual(["StartSession", "TerminateSession"]);
    await expect(fetch(`http://127.0.0.1:${session.port}/`)).rejects.toThrow();
  });

  it("asks for the same port on both sides", async () => {
    const session = await open();
    await session.close();
    const port = String(session.port);
    expect(JSON.parse(ssm.requests[0]?.body ?? "")).toMatchObject({
      Target: "i-1",
      DocumentName: "AWS-StartPortForwardingSession",
      Parameters: { portNumber: [port], localPortNumber: [port] },
    });
  });

  it("gives the session's token to the plugin, but not as an argument", async () => {
    const session = await open();
    await session.close();
    const { arguments: given, response } = JSON.parse(readFileSync(record, "utf8"));
    expect(response.TokenValue).toBe(token);
    expect(given.join(" ")).not.toContain(token);
    expect(given.slice(0, 4)).toEqual([
      "AWS_SSM_START_SESSION_RESPONSE",
      "us-east-1",
      "StartSession",
      "",
    ]);
  });

  it("tells when the session has ended by itself", async () => {
    const session = await open("end");
    expect(await session.ended).toContain("Waiting for connections");
    await session.close();
  });

  it.each([
    ["refuse", /the plugin ended: Cannot perform start session: EOF$/],
    ["hang", /did not open within 0.5 seconds/],
  ])("that does not open (%s) fails, and leaves no session behind", async (behaviour, message) => {
    await expect(open(behaviour)).rejects.toMatchObject({
      code: "tunnel_not_opened",
      message: expect.stringMatching(message),
    });
    expect(actions()).toEqual(["StartSession", "TerminateSession"]);
  });

  it.each([
    ["TargetNotConnected", "host_unreachable_no_session"],
    ["AccessDeniedException", "aws_access_denied"],
  ])("is refused with the fix when AWS says %s", async (name, code) => {
    refusal = name;
    await expect(open()).rejects.toMatchObject({ code });
  });
});

describe("AWS's session-manager-plugin", () => {
  it("is asked for with the way to install it when it is missing", async () => {
    await expect(findSessionManagerPlugin({ PATH: "/nowhere" })).rejects.toMatchObject({
      code: "environment_plugin_missing",
      hint: expect.stringContaining("docs.aws.amazon.com"),
    });
  });

  it("is refused when it is so old that it takes the token as an argument", async () => {
    const old = { PATH: `${folder}:/usr/bin:/bin`, PLUGIN_VERSION: "1.2.497.0" };
    await expect(findSessionManagerPlugin(old)).rejects.toMatchObject({
      code: "environment_plugin_old",
    });
  });

  it.each([
    ["1.2.497.0", false],
    ["1.2.496.9", false],
    ["1.2.497.1", true],
    ["1.2.707.0", true],
    ["1.3", true],
    ["2", true],
    ["1.2", false],
    ["", false],
    ["unknown", false],
  ])("of version %j is new enough: %s", (version, expected) => {
    expect(isNewEnough(version)).toBe(expected);
  });
});

describe("a port of this machine", () => {
  it("is free when nothing listens there", async () => {
    await expect(requireFreePort(await freePort())).resolves.toBeUndefined();
  });

  it("is taken when something does, and the message says what to do", async () => {
    const { port } = host.address() as AddressInfo;
    await expect(requireFreePort(port)).rejects.toMatchObject({
      code: "environment_port_taken",
      message: `Port ${port} of this machine is not free: EADDRINUSE`,
    });
  });
});
