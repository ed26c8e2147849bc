import { createHmac } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Line } from "../../client/chat/frame.ts";
import type { Message } from "../../client/chat/messages.ts";
import type { Model } from "../../client/chat/model.ts";
import { authPaneLines } from "../../client/chat/view-auth-pane.ts";
import { awsEnvironment, readClientSettings } from "../../client/config.ts";
import { createServices } from "../../client/create-services.ts";
import { createProgram } from "../../client/program.ts";
import type { Services } from "../../client/services.ts";
import { type LocalStack, startLocalStack } from "../chain/local-stack.ts";

// The record that the auth pane shows, made by a real sign-in against the stack of `make start`.

let stack: LocalStack;
let services: Services;
beforeAll(async () => {
  stack = await startLocalStack();
  // The AWS SDK reads its settings from the process, as in the client's main programs.
  Object.assign(process.env, awsEnvironment(stack.environment));
  services = createServices(readClientSettings(stack.environment));
}, 40_000);
afterAll(async () => {
  await stack?.stop();
});

const wait = { timeout: 15_000 };

async function signIn(username: string, password: string) {
  const texts: string[] = [];
  const program = createProgram({
    services,
    size: { columns: 100, rows: 40 },
    saveFile: async (name) => name,
    onChange: (model) => void texts.push(JSON.stringify(model.auth)),
    onRedraw: () => {},
    onExit: () => {},
  });
  const enter: Message = { type: "key", key: "enter" };
  await expect.poll(() => stepsOf(program.model()), wait).toContain(metadataOfIssuer);
  for (const text of [username, password]) {
    program.send({ type: "typed", text });
    program.send(enter);
  }
  return { program, records: () => texts.join("\n") };
}

const metadataOfIssuer = "the metadata of the authorization server";

/** What was asked, in few words. */
function stepsOf({ auth }: Model): string[] {
  return auth.exchanges.map(({ what, answer }) => {
    const path = what.replace(/https?:\/\/[^/]+/, "");
    // Which of the well-known addresses answers depends on who the authorization server is.
    const isMetadata = answer?.details.authorization_endpoint !== undefined;
    return isMetadata ? metadataOfIssuer : `${path} → ${answer?.summary}`;
  });
}

const textOf = (lines: readonly Line[]) =>
  lines.map((line) => line.map(({ text }) => text).join("")).join("\n");

it("shows every step of the way in as it was, and nowhere a password, a token or a hash", async () => {
  const password = stack.environment.CLEANAUTH_PASSWORD ?? "";
  const { program, records } = await signIn("demo", password);
  await expect.poll(() => program.model().auth.checks.length, wait).toBeGreaterThan(2);
  const steps = stepsOf(program.model());
  expect(steps[0]).toBe("GET /mcp → 401");
  expect(steps[1]).toBe("GET /.well-known/oauth-protected-resource/mcp → 200");
  expect(steps).toContain("POST /mcp → 200");

  const shown = textOf(authPaneLines(program.model(), 78));
  for (const words of [
    "WWW-Authenticate: Bearer",
    `resource: ${stack.environment.MCP_SERVER_URL}`,
    "InitiateAuth",
    "client_id: ",
    "username: demo",
    "expires in ",
    "Bearer •••",
    "✓ ",
  ]) {
    expect(shown).toContain(words);
  }
  expect(textOf(authPaneLines({ ...program.model(), language: "ko" }, 40))).toContain(
    "액세스 토큰",
  );

  await program.dispose();
  const { COGNITO_CLIENT_SECRET: secret = "", COGNITO_CLIENT_ID: clientId = "" } =
    stack.environment;
  const hash = createHmac("sha256", secret).update(`demo${clientId}`).digest("base64");
  for (const text of [records(), shown]) {
    expect(text).not.toContain(password);
    expect(text).not.toContain(secret);
    expect(text).not.toContain(hash);
    // Tokens of all three kinds begin like this.
    expect(text).not.toMatch(/eyJ[\w-]{8,}/);
  }
});

it("shows what was refused and why, and keeps the wrong password out of it", async () => {
  const { program, records } = await signIn("demo", "Wrong-password-1");
  await expect
    .poll(() => stepsOf(program.model()).at(-1), wait)
    .toContain("NotAuthorizedException");
  expect(textOf(authPaneLines(program.model(), 78))).toContain("→ NotAuthorizedException");
  await program.dispose();
  expect(records()).not.toContain("Wrong-password-1");
});
