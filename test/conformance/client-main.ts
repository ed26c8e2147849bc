import type { Elicitation, ElicitationAnswer } from "@cleanauth/client/agent/elicitation.ts";
import { openMcpSession } from "@cleanauth/client/agent/mcp-session.ts";
import { dialogOf, enterInDialog } from "@cleanauth/client/chat/dialog.ts";
import { createBrowserSignIn } from "@cleanauth/client/sign-in/oauth/browser-sign-in.ts";
import { createClientCredentialsSignIn } from "@cleanauth/client/sign-in/oauth/client-credentials-sign-in.ts";
import type { SignInStep, TokenSource } from "@cleanauth/client/sign-in/sign-in.ts";
import { z } from "zod";

// The client as the suite's client scenarios start it: `COMMAND URL`, with the scenario's name and what
// it has registered beforehand in the environment. The code is the client's own; what stands in for a
// person is here: whoever follows the browser's redirect, and calls each tool.

const scenario = process.env.MCP_CONFORMANCE_SCENARIO ?? "";
const context = z
  .object({ client_id: z.string().optional(), client_secret: z.string().optional() })
  .parse(JSON.parse(process.env.MCP_CONFORMANCE_CONTEXT ?? "{}"));
const serverUrl = process.argv[2] ?? "";

const session = await openMcpSession({
  serverUrl,
  tokens: scenario.startsWith("auth/") ? await signIn() : withoutToken(),
  clientVersion: "conformance",
  onElicit: async (asked) => takeProposals(asked),
});
for (const { name, inputSchema } of session.tools()) {
  const result = await session.callTool(
    name,
    argumentsFor(inputSchema),
    AbortSignal.timeout(20_000),
  );
  console.log(name, JSON.stringify(result));
}
await session.close();
process.exit();

/** Somebody who presses Enter on every form: what a server proposes is sent. */
function takeProposals(asked: Elicitation | null): ElicitationAnswer {
  if (asked === null) return { action: "decline" };
  let dialog = dialogOf({ kind: "elicitation", id: 1 }, asked);
  for (;;) {
    const next = enterInDialog(dialog);
    if ("action" in next) return next;
    if (next.wrong !== null) return { action: "decline" };
    dialog = next;
  }
}

async function signIn(): Promise<TokenSource> {
  const { client_id: clientId, client_secret: clientSecret } = context;
  const registered = clientId === undefined ? undefined : { client_id: clientId };
  const secret = clientSecret === undefined ? {} : { client_secret: clientSecret };
  if (scenario.startsWith("auth/client-credentials")) {
    const attempt = createClientCredentialsSignIn({
      serverUrl,
      credentials: { clientId: clientId ?? "", clientSecret: clientSecret ?? "" },
      // As below: there is one server, and it is the one that knows.
      knownBy: () => true,
      bindsResource: true,
    });
    return tokensOf(await attempt.answer({}));
  }
  const attempt = createBrowserSignIn({
    serverUrl,
    // The scenarios tell what is registered, but not with whom: it is the one server that there is.
    preRegistered: {
      get: () => registered && { ...registered, ...secret },
    } as unknown as ReadonlyMap<string, { client_id: string }>,
    clientMetadataUrl: "https://conformance-test.local/client-metadata.json",
    openBrowser,
  });
  let step = await attempt.answer({});
  while (step.kind === "question") step = await attempt.answer({});
  return tokensOf(step);
}

function tokensOf(step: SignInStep): TokenSource {
  if (step.kind === "signed_in") return step.tokens;
  throw new Error(`Still asked: ${step.question.name}`);
}

/** A browser in which somebody is signed in already and allows everything. */
async function openBrowser(url: string): Promise<boolean> {
  const response = await fetch(url, { redirect: "manual" });
  const location = response.headers.get("location");
  if (location === null) throw new Error(`The authorization server answered ${response.status}`);
  setTimeout(() => fetch(location).catch(() => {}), 10);
  return true;
}

/** The scenarios that are not about authorization have servers that ask for no token. */
function withoutToken(): TokenSource {
  return {
    identity: { issuer: "", username: "", subject: "", groups: [] },
    expiresAtMilliseconds: () => Number.POSITIVE_INFINITY,
    accessToken: async () => "not-asked-for",
    accessTokenFor: async () => null,
    isKept: false,
    signOut: async () => true,
  };
}

function argumentsFor(schema: object): Record<string, unknown> {
  const { properties = {} } = schema as { properties?: Record<string, { type?: string }> };
  const entries = Object.entries(properties).map(([name, { type }]) => [
    name,
    type === "number" || type === "integer" ? 5 : "text",
  ]);
  return Object.fromEntries(entries);
}
