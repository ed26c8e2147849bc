import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SignIn, SignInStep, TokenSource } from "./sign-in/sign-in.ts";
import { openTokenFile } from "./sign-in/token-file.ts";
import { type OAuthServers, startOAuthServers } from "./testing/oauth-servers.ts";
import { createWayIn } from "./way-in.ts";

// A sign-in in the browser, from one start of the program to the next. There is no screen here, so that the
// address is opened by hand, as it is over SSH.

let servers: OAuthServers;
let stateFolder: string;
beforeEach(async () => {
  servers = await startOAuthServers();
  stateFolder = mkdtempSync(join(tmpdir(), "cleanauth-way-in-"));
});
afterEach(async () => {
  await servers.close();
  rmSync(stateFolder, { recursive: true, force: true });
});

/** A start of the program. */
function start({ keepsSignIn = true } = {}) {
  const signIn = {
    way: "browser",
    hasScreen: false,
    preRegistered: null,
    clientMetadataUrl: undefined,
  } as const;
  const { serverUrl } = servers;
  const rest = { bedrock: { modelId: "m" }, standIns: [], insecure: false };
  return createWayIn({ serverUrl, signIn, stateFolder, ...rest }, { keepsSignIn });
}

async function signInByHand(attempt: SignIn): Promise<TokenSource> {
  let step: SignInStep = await attempt.answer({});
  while (step.kind === "question") {
    const { url } = step.question;
    const answering = attempt.answer({});
    if (url !== null) {
      const sentBack = await fetch(url, { redirect: "manual" });
      await fetch(sentBack.headers.get("location") ?? "");
    }
    step = await answering;
  }
  return step.tokens;
}

/** What is answered to the next token request: a refusal, as RFC 6749 words it. */
function refuseTokens(error: string, status = 400): void {
  servers.overrides.set("/as/token", (_request, response) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify({ error }));
  });
}

describe("a sign-in in the browser that is kept", () => {
  it("is taken up by the next start without the browser, and renewed", async () => {
    await signInByHand(start().begin());
    Object.assign(servers.token, { access_token: "opaque-2", refresh_token: "r2" });
    const before = servers.requests.length;
    const tokens = await start().resume();
    expect(await tokens?.accessToken()).toBe("opaque-2");
    expect(servers.authorizations).toHaveLength(1);
    // Nor is anything found out again that is known.
    expect(servers.requests.slice(before)).toEqual(["POST /as/token"]);
    expect(Object.fromEntries(servers.forms.at(-1) ?? [])).toEqual({
      grant_type: "refresh_token",
      refresh_token: "r1",
      client_id: "registered",
      resource: servers.serverUrl,
    });
    await start().resume();
    expect(servers.forms.at(-1)?.get("refresh_token")).toBe("r2");
  });

  it("is over once it is revoked: it is forgotten, and the browser asks again", async () => {
    await signInByHand(start().begin());
    refuseTokens("invalid_grant");
    expect(await start().resume()).toBeNull();
    expect(readdirSync(join(stateFolder, "tokens"))).toEqual([]);
    servers.overrides.clear();
    expect(await start().resume()).toBeNull();
    await signInByHand(start().begin());
    expect(servers.authorizations).toHaveLength(2);
  });

  it("is kept through an outage of its issuer, which is told", async () => {
    await signInByHand(start().begin());
    refuseTokens("server_error", 503);
    await expect(start().resume()).rejects.toMatchObject({ code: "sign_in_refused" });
    servers.overrides.clear();
    expect(await start().resume()).not.toBeNull();
  });

  it("is for one server alone", async () => {
    await signInByHand(start().begin());
    const other = { ...servers, serverUrl: `${servers.origin}/other` };
    servers = other;
    expect(await start().resume()).toBeNull();
  });

  it("is not used where what it has to remember is damaged", async () => {
    const file = openTokenFile(stateFolder, ["browser", servers.serverUrl]);
    const identity = { issuer: "i", subject: "s", username: "u", groups: [] };
    for (const about of [undefined, {}, { server: { issuer: 7 }, client: {}, scope: null }]) {
      file.withAbout(() => about).save(identity, "r1");
      expect(await start().resume()).toBeNull();
      expect(file.read()).toBeNull();
    }
    expect(servers.requests).toEqual([]);
  });

  it("is revoked and forgotten by --logout, and so is one that its issuer cannot be told of", async () => {
    await signInByHand(start().begin());
    expect(await start().forget()).toEqual({ username: "unknown", isRevoked: true });
    expect(servers.forms.at(-1)?.get("token")).toBe("r1");
    expect(await start().forget()).toBeNull();

    await signInByHand(start().begin());
    await servers.close();
    expect(await start().forget()).toEqual({ username: "unknown", isRevoked: false });
    expect(readdirSync(join(stateFolder, "tokens"))).toEqual([]);
  });

  it("is revoked by --logout as it is after a refresh that was under way elsewhere", async () => {
    await signInByHand(start().begin());
    let answerLater: (() => void) | undefined;
    servers.overrides.set("/as/token", (_request, response) => {
      answerLater = () => {
        response.writeHead(200, { "content-type": "application/json" });
        const renewed = { access_token: "opaque-2", refresh_token: "r2", token_type: "Bearer" };
        response.end(JSON.stringify(renewed));
      };
    });
    const elsewhere = start().resume();
    await expect.poll(() => answerLater).toBeDefined();
    const leaving = start().forget();
    answerLater?.();
    await elsewhere;
    expect(await leaving).toEqual({ username: "unknown", isRevoked: true });
    expect(servers.forms.at(-1)?.get("token")).toBe("r2");
    expect(readdirSync(join(stateFolder, "tokens"))).toEqual([]);
  });

  it("is none where nothing is to be kept", async () => {
    await signInByHand(start({ keepsSignIn: false }).begin());
    expect(readdirSync(stateFolder)).toEqual([]);
    expect(await start().resume()).toBeNull();
  });
});
