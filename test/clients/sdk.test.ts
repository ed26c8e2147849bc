import { UnauthorizedError } from "@modelcontextprotocol/sdk/client/auth.js";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { SSEClientTransport } from "@modelcontextprotocol/sdk/client/sse.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalStack, startLocalStack } from "../chain/local-stack.ts";
import { Keeper } from "../support/keeper.ts";
import { agreeAndSignIn } from "./person.ts";

// A program on the SDK: it gives the transport an OAuthClientProvider, and the rest is the SDK's.

let stack: LocalStack;
beforeAll(async () => {
  stack = await startLocalStack();
});
afterAll(() => stack?.stop());

/** How long the tokens hold that Cognito gives from now on. */
async function setTokenSeconds(tokenSeconds: number): Promise<void> {
  const { AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: url } = stack.environment;
  const body = JSON.stringify({ tokenSeconds });
  expect((await fetch(`${url}/control`, { method: "PUT", body })).status).toBe(200);
}

describe.each([
  ["Streamable HTTP", "/mcp", StreamableHTTPClientTransport],
  ["HTTP+SSE", "/sse", SSEClientTransport],
] as const)("the SDK's client over %s", (_name, path, Transport) => {
  const transportWith = (authProvider: Keeper) =>
    new Transport(new URL(path, stack.environment.MCP_SERVER_URL), { authProvider });

  it("signs in when it is told to, and calls a tool", async () => {
    const keeper = new Keeper();
    const transport = transportWith(keeper);
    const refused = new Client({ name: "test", version: "1" }).connect(transport);
    await expect(refused).rejects.toThrow(UnauthorizedError);
    const { callback } = await agreeAndSignIn(stack, keeper.authorizationUrl?.href ?? "");
    await transport.finishAuth(callback.searchParams.get("code") ?? "");

    const client = new Client({ name: "test", version: "1" });
    await client.connect(transportWith(keeper));
    const who = await client.callTool({ name: "whoami" });
    expect(who.structuredContent).toMatchObject({ username: "demo" });
    await client.close();
  });

  it("refreshes its token by itself once it has expired", async () => {
    const keeper = new Keeper();
    const transport = transportWith(keeper);
    await new Client({ name: "test", version: "1" }).connect(transport).catch(() => {});
    await setTokenSeconds(1);
    const { callback } = await agreeAndSignIn(stack, keeper.authorizationUrl?.href ?? "");
    await transport.finishAuth(callback.searchParams.get("code") ?? "");
    const first = keeper.savedTokens?.access_token;
    await setTokenSeconds(900);
    await new Promise((resolve) => setTimeout(resolve, 1_500));

    const client = new Client({ name: "test", version: "1" });
    await client.connect(transportWith(keeper));
    expect((await client.callTool({ name: "list_notes" })).isError).toBeFalsy();
    expect(keeper.savedTokens?.access_token).not.toBe(first);
    await client.close();
  });
});
