import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openTokenFile } from "./sign-in/token-file.ts";
import {
  type BedrockServer,
  say,
  startBedrockServer,
  wantTools,
} from "./testing/bedrock-server.ts";
import {
  type CognitoServer,
  challengeAnswer,
  startCognitoServer,
  tokenAnswer,
} from "./testing/cognito-server.ts";
import { startTestServer, type TestServer } from "./testing/mcp-server.ts";

// The program itself, as a shell runs it, against servers that speak Cognito's, MCP's and Bedrock's
// protocols over real sockets.

let cognito: CognitoServer;
let bedrock: BedrockServer;
let mcp: TestServer;
let folder: string;
beforeEach(async () => {
  [cognito, bedrock, mcp] = await Promise.all([
    startCognitoServer(),
    startBedrockServer(),
    startTestServer(),
  ]);
  folder = mkdtempSync(join(tmpdir(), "cleanauth-client-"));
});
afterEach(async () => {
  await Promise.all([cognito.close(), bedrock.close(), mcp.close()]);
  rmSync(folder, { recursive: true, force: true });
});

describe("the client's command line", () => {
  it("explains itself", async () => {
    const { code, stdout, stderr } = await run(["--help"], { environment: {} });
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^Usage: chat \[SERVER_URL\] \[USER\]/);
  });

  const wrong: [
    what: string,
    words: string[],
    environment: Record<string, string>,
    line: RegExp,
  ][] = [
    ["an unknown option", ["--colour"], {}, /^There is no option --colour\. .*--help/],
    ["no terminal and no --prompt", [], {}, /--prompt/],
    ["no settings at all", ["--prompt", "x"], {}, /make start/],
    [
      "a wrong setting",
      ["--prompt", "x"],
      { COGNITO_CLIENT_ID: "c", COGNITO_POOL_ID: "p" },
      /COGNITO_POOL_ID/,
    ],
  ];
  it.each(wrong)(
    "answers %s with one line and exit code 2",
    async (_what, words, environment, line) => {
      const { code, stdout, stderr } = await run(words, { environment });
      expect(code).toBe(2);
      expect(stdout).toBe("");
      expect(stderr).toMatch(line);
      expect(stderr.trimEnd()).not.toContain("\n");
    },
  );

  it.each([
    ["LANG", { LANG: "ko_KR.UTF-8" }],
    ["LC_ALL before LANG", { LANG: "en_US.UTF-8", LC_ALL: "ko_KR.UTF-8" }],
  ])("speaks Korean by %s", async (_what, environment) => {
    const [help, wrong] = await Promise.all([
      run(["--help"], { environment }),
      run(["--prompt", "x"], { environment }),
    ]);
    expect(help.stdout).toMatch(/^사용법: chat/);
    expect(wrong.stderr).toMatch(/^사용자 풀이 설정되지 않았습니다: .*make start/);
  });

  it("tells a wrong setting on stdout, too, when JSON is wanted", async () => {
    const { stdout } = await run(["--prompt", "x", "--json"], { environment: {} });
    expect(JSON.parse(stdout)).toMatchObject({
      type: "error",
      code: "configuration_missing",
      exitCode: 2,
    });
  });
});

describe.each(["/mcp", "/sse"])("a question over %s", (path) => {
  it("is answered as JSON lines, with every step from sign-in to done", async () => {
    signInSucceeds();
    bedrock.replies.push(
      { events: wantTools({ id: "t1", name: "echo", input: { text: "서울" } }) },
      { events: say("서울입니다.") },
    );
    const { code, stdout, stderr } = await run([
      `${mcp.origin}${path}`,
      "--prompt",
      "어디?",
      "--json",
    ]);
    const lines = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect([code, stderr]).toEqual([0, ""]);
    expect(lines[0]).toMatchObject({ type: "signed_in", username: "demo", groups: ["user"] });
    expect(lines[1]).toMatchObject({ type: "connected", server: "test" });
    expect(lines[2]).toEqual({
      type: "tool_call",
      id: "t1",
      name: "echo",
      arguments: { text: "서울" },
    });
    expect(lines[3]).toMatchObject({ type: "tool_result", outcome: "ok", text: "서울" });
    expect(lines.map(({ text }, index) => (index > 3 ? text : "")).join("")).toBe("서울입니다.");
    expect(lines.at(-1)).toMatchObject({ type: "done", stopReason: "end_turn", rounds: 2 });
    expect(stdout).not.toContain(String(tokenAnswer().AuthenticationResult.AccessToken));
  });

  it("leaves no session behind, and revokes the refresh token", async () => {
    signInSucceeds();
    bedrock.replies.push({ events: say("hello") });
    const { code, stdout } = await run([`${mcp.origin}${path}`, "--prompt", "hi"]);
    expect([code, stdout]).toEqual([0, "hello\n"]);
    await expect.poll(() => mcp.sessionCount()).toBe(0);
    expect(cognito.requests.at(-1)).toMatchObject({
      operation: "RevokeToken",
      body: { Token: "r1" },
    });
  });
});

describe("a question", () => {
  it("does not run what changes something without --yes, and names the option", async () => {
    signInSucceeds();
    bedrock.replies.push(
      { events: wantTools({ id: "t1", name: "erase", input: {} }) },
      { events: say("not done") },
    );
    const { code, stdout, stderr } = await run([`${mcp.origin}/mcp`, "--prompt", "erase it"]);
    expect([code, stdout]).toEqual([0, "not done\n"]);
    expect(stderr).toMatch(/erase was declined\nNot run: erase\. --yes/);
    expect(mcp.requests.some(({ body }) => body.includes("tools/call"))).toBe(false);
  });

  it("runs it with --yes", async () => {
    signInSucceeds();
    bedrock.replies.push(
      { events: wantTools({ id: "t1", name: "erase", input: {} }) },
      { events: say("done") },
    );
    const { stdout, stderr } = await run([`${mcp.origin}/mcp`, "--yes", "--prompt", "erase it"]);
    expect(stdout).toBe("done\n");
    expect(stderr).toMatch(/^→ erase \{\}\n✓ erase \(\d+ ms\)\n$/);
  });

  it("can come from stdin, in Korean", async () => {
    signInSucceeds();
    bedrock.replies.push({ events: say("x") });
    await run([`${mcp.origin}/mcp`, "--prompt", "-"], { input: "  오늘 날씨는?\n" });
    expect(bedrock.requests[0]?.body.messages[0]?.content).toEqual([{ text: "오늘 날씨는?" }]);
  });

  it("goes by the sign-in that is kept where no password is given, and signs out of it", async () => {
    const issuer = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Test";
    const identity = { issuer, subject: "s", username: "demo", groups: [] };
    const state = join(folder, ".local", "state", "cleanauth");
    openTokenFile(state, [issuer, "client1"]).save(identity, "kept-1");
    const { CLEANAUTH_PASSWORD: _given, ...environment } = settings();
    cognito.answer(tokenAnswer({ RefreshToken: "kept-2" }));
    const words = [`${mcp.origin}/mcp`, "--list-tools"];
    const listed = await run(words, { environment });
    expect([listed.code, listed.stderr]).toEqual([0, ""]);
    expect(cognito.requests.map(({ operation, body }) => [operation, body.RefreshToken])).toEqual([
      ["GetTokensFromRefreshToken", "kept-1"],
    ]);

    cognito.answer({});
    const out = await run([`${mcp.origin}/mcp`, "--logout"], { environment });
    expect([out.code, out.stdout]).toEqual([
      0,
      "demo is signed out: the sign-in is revoked and forgotten.\n",
    ]);
    expect(cognito.requests.at(-1)).toMatchObject({
      operation: "RevokeToken",
      body: { Token: "kept-2" },
    });
    const again = await run(["--logout"], { environment });
    expect(again.stdout).toBe("Nobody is signed in here.\n");
  });

  it("says that a kept sign-in which others may read was not used", async () => {
    const issuer = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Test";
    const identity = { issuer, subject: "s", username: "demo", groups: [] };
    const state = join(folder, ".local", "state", "cleanauth");
    openTokenFile(state, [issuer, "client1"]).save(identity, "kept-1");
    const [name = ""] = readdirSync(join(state, "tokens"));
    chmodSync(join(state, "tokens", name), 0o644);
    const { CLEANAUTH_PASSWORD: _given, ...environment } = settings();
    const { code, stderr } = await run(["--list-tools"], { environment });
    expect(code).toBe(2);
    expect(stderr).toMatch(/was not used: others may read.*\nThere is no password/);
    expect(cognito.requests).toEqual([]);
  });

  it("takes the password from stdin, as it is, and sends it only where there is no SRP", async () => {
    cognito.refuse("InvalidParameterException", "USER_SRP_AUTH is not enabled for the client.");
    signInSucceeds();
    const words = [`${mcp.origin}/mcp`, "데모", "--password-stdin", "--list-tools"];
    const { code, stdout } = await run(words, { input: " Sesam 1234 \n" });
    expect(code).toBe(0);
    const [bySrp, byPassword] = cognito.requests.map(({ body }) => body.AuthParameters);
    expect(bySrp).toMatchObject({ USERNAME: "데모", SRP_A: expect.stringMatching(/^[0-9a-f]+$/) });
    expect(bySrp).not.toHaveProperty("PASSWORD");
    expect(byPassword).toEqual({ USERNAME: "데모", PASSWORD: " Sesam 1234 " });
    expect(stdout).toMatch(/^echo {3}reads {8}Says it again\n/);
    expect(bedrock.requests).toEqual([]);
  });

  it("lists tools as JSON", async () => {
    signInSucceeds();
    const { stdout } = await run([`${mcp.origin}/mcp`, "--list-tools", "--json"]);
    const lines = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.map(({ type }) => type).slice(0, 3)).toEqual(["signed_in", "connected", "tool"]);
    expect(lines[2]).toMatchObject({
      name: "echo",
      readOnly: true,
      inputSchema: { type: "object" },
    });
  });

  it("that is stopped by SIGINT ends with 130, cleans up, and says no more", async () => {
    signInSucceeds();
    bedrock.replies.push({ events: say("a long answer").slice(0, 3), open: true });
    const { code, stdout, stderr } = await run([`${mcp.origin}/mcp`, "--prompt", "x"], {
      onStdout: (child) => child.kill("SIGINT"),
    });
    expect([code, stdout, stderr]).toEqual([130, "a lon" + "g ans" + "\n", ""]);
    expect(mcp.sessionCount()).toBe(0);
    expect(cognito.requests.at(-1)?.operation).toBe("RevokeToken");
  });

  it("whose reader has had enough ends quietly and cleans up", async () => {
    signInSucceeds();
    bedrock.replies.push({ events: say("x".repeat(500_000)) });
    const { code, stderr } = await run([`${mcp.origin}/mcp`, "--prompt", "x"], {
      onStdout: (child) => child.stdout?.destroy(),
    });
    expect([code, stderr]).toEqual([0, ""]);
    expect(mcp.sessionCount()).toBe(0);
  });

  const failures: [what: string, arrange: () => void, code: number, line: RegExp][] = [
    [
      "a wrong password",
      () => cognito.refuse("NotAuthorizedException", "Incorrect username or password."),
      3,
      /^Incorrect user name or password\./,
    ],
    [
      "a challenge that needs a terminal",
      () => cognito.answer(challengeAnswer("SOFTWARE_TOKEN_MFA")),
      3,
      /terminal/,
    ],
    [
      "a server that refuses",
      () => {
        signInSucceeds();
        mcp.intercept = () => ({ status: 403 });
      },
      4,
      /does not allow/,
    ],
    [
      "a model that refuses",
      () => {
        signInSucceeds();
        bedrock.replies.push({ error: "AccessDeniedException", message: "no", status: 403 });
      },
      5,
      /model access/,
    ],
  ];
  it.each(failures)(
    "that ends at %s says so in one line",
    async (_what, arrange, exitCode, line) => {
      arrange();
      const { code, stdout, stderr } = await run([`${mcp.origin}/mcp`, "--prompt", "x"]);
      expect([code, stdout]).toEqual([exitCode, ""]);
      expect(stderr).toMatch(line);
      expect(stderr.trimEnd()).not.toContain("\n");
      expect(stderr).not.toMatch(/Sesam|\.ts:\d/);
      expect(mcp.sessionCount()).toBe(0);
    },
  );
});

function signInSucceeds(): void {
  cognito.answer(tokenAnswer());
  cognito.answer({});
}

async function run(
  words: readonly string[],
  options: {
    environment?: Record<string, string>;
    input?: string;
    onStdout?: (child: ChildProcess) => void;
  } = {},
) {
  const main = join(import.meta.dirname, "main.ts");
  const child = spawn(process.execPath, ["--import", import.meta.resolve("tsx"), main, ...words], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, ...(options.environment ?? settings()) },
    stdio: "pipe",
  });
  child.stdin.end(options.input ?? "");
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    if (stdout === "") setTimeout(() => options.onStdout?.(child), 50);
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const code = await new Promise((resolve) => child.once("close", resolve));
  return { code, stdout, stderr };
}

function settings(): Record<string, string> {
  return {
    COGNITO_POOL_ID: "us-east-1_Test",
    COGNITO_CLIENT_ID: "client1",
    CLEANAUTH_USER: "demo",
    CLEANAUTH_PASSWORD: "Sesam-1234",
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: cognito.url,
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: bedrock.url,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
  };
}
