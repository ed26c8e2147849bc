import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createExchange } from "../../exchange.ts";
import { recordingFetch } from "../../recording-fetch.ts";
import { type OAuthServers, startOAuthServers } from "../../testing/oauth-servers.ts";
import { findAuthorizationServer } from "./authorization-server.ts";

let servers: OAuthServers;
beforeEach(async () => {
  servers = await startOAuthServers();
});
afterEach(() => servers.close());

const fetchMetadata = recordingFetch(createExchange(), {
  partyOf: () => "authorization server",
  milliseconds: 5_000,
});
const find = () => findAuthorizationServer(servers.serverUrl, fetchMetadata);
const json = (value: unknown) => (_request: unknown, response: ServerResponse) =>
  void response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
const missing = (_request: unknown, response: ServerResponse) => void response.writeHead(404).end();
const pathForm = "/.well-known/oauth-protected-resource/mcp";
const rootForm = "/.well-known/oauth-protected-resource";

describe("findAuthorizationServer", () => {
  it("follows the challenge's resource_metadata first", async () => {
    servers.challenge.value = `Bearer resource_metadata="${servers.origin}/elsewhere"`;
    servers.overrides.set("/elsewhere", json(servers.resourceMetadata));
    expect(await find()).toMatchObject({
      issuer: servers.issuer,
      resource: servers.serverUrl,
      scope: "notes:read notes:write",
    });
    expect(servers.requests).toEqual([
      "POST /mcp",
      "GET /elsewhere",
      "GET /.well-known/oauth-authorization-server/as",
    ]);
  });

  it("reads the path form, then the root form, where the challenge names neither", async () => {
    servers.challenge.value = "Bearer";
    servers.overrides.set(pathForm, missing);
    servers.overrides.set(rootForm, json(servers.resourceMetadata));
    expect(await find()).toMatchObject({ issuer: servers.issuer });
    expect(servers.requests.slice(1, 3)).toEqual([`GET ${pathForm}`, `GET ${rootForm}`]);
  });

  it("asks RFC 8414's place, then OpenID's two, in this order", async () => {
    const places = [
      "/.well-known/oauth-authorization-server/as",
      "/.well-known/openid-configuration/as",
      "/as/.well-known/openid-configuration",
    ];
    servers.overrides.set(places[0] ?? "", missing);
    servers.overrides.set(
      places[2] ?? "",
      json({
        ...servers.metadata,
        jwks_uri: `${servers.origin}/jwks`,
        subject_types_supported: ["public"],
        id_token_signing_alg_values_supported: ["RS256"],
      }),
    );
    expect(await find()).toMatchObject({ issuer: servers.issuer });
    expect(servers.requests.slice(-3)).toEqual(places.map((place) => `GET ${place}`));
  });

  it("takes the scope from the challenge, else all that is supported, else none", async () => {
    const { value } = servers.challenge;
    servers.challenge.value = `${value}, scope="notes:read"`;
    expect((await find()).scope).toBe("notes:read");
    servers.challenge.value = value;
    expect((await find()).scope).toBe("notes:read notes:write");
    delete servers.resourceMetadata.scopes_supported;
    expect((await find()).scope).toBeNull();
  });

  const refusals: [what: string, arrange: () => void, words: RegExp][] = [
    [
      "metadata of another resource",
      () => Object.assign(servers.resourceMetadata, { resource: "https://other.example/mcp" }),
      /another resource/,
    ],
    [
      "metadata whose issuer is another one",
      () => Object.assign(servers.metadata, { issuer: `${servers.origin}/other` }),
      /says that it is .*\/other's/,
    ],
    [
      "metadata whose issuer differs by a slash behind its path",
      () => Object.assign(servers.metadata, { issuer: `${servers.issuer}/` }),
      /says that it is/,
    ],
    [
      "metadata that says nothing about PKCE",
      () => void delete servers.metadata.code_challenge_methods_supported,
      /PKCE with S256/,
    ],
    [
      "PKCE without S256",
      () => Object.assign(servers.metadata, { code_challenge_methods_supported: ["plain"] }),
      /PKCE with S256/,
    ],
    [
      "an endpoint in clear on another machine",
      () => Object.assign(servers.metadata, { token_endpoint: "http://evil.example/token" }),
      /not https/,
    ],
    [
      "an authorization endpoint that is no web page",
      () => Object.assign(servers.metadata, { authorization_endpoint: "file:///etc/passwd" }),
      /not https|metadata/,
    ],
    [
      "an authorization endpoint that is a script",
      () => Object.assign(servers.metadata, { authorization_endpoint: "javascript:alert(1)" }),
      /metadata|not https/,
    ],
    [
      "no authorization server",
      () => Object.assign(servers.resourceMetadata, { authorization_servers: [] }),
      /names no authorization server/,
    ],
    [
      "a resource_metadata in clear on another machine",
      () => {
        servers.challenge.value = 'Bearer resource_metadata="http://169.254.169.254/latest"';
      },
      /169\.254\.169\.254.* not https/,
    ],
    [
      "a server that says nothing at all",
      () => {
        servers.challenge.value = "Bearer";
        servers.overrides.set(pathForm, missing);
      },
      /says nothing about how to sign in/,
    ],
    [
      "metadata that is none",
      () => servers.overrides.set("/.well-known/oauth-authorization-server/as", json([])),
      /is no authorization server metadata/,
    ],
  ];
  it.each(refusals)("refuses %s", async (_what, arrange, words) => {
    arrange();
    const error = await find().catch((caught) => caught);
    expect(error).toMatchObject({ code: "server_authorization_unusable" });
    expect(error.message).toMatch(words);
  });

  it("says that it is the server itself which cannot be reached, where it is", async () => {
    await servers.close();
    await expect(find()).rejects.toMatchObject({
      code: "server_unreachable",
      message: expect.stringContaining(servers.serverUrl),
    });
  });

  it("asks nothing of this machine for a server that is elsewhere", async () => {
    const asked: string[] = [];
    const elsewhere = "https://mcp.example/mcp";
    const error = await findAuthorizationServer(elsewhere, async (url) => {
      asked.push(String(url));
      const challenge = `Bearer resource_metadata="http://localhost:${9}/x"`;
      return new Response(null, { status: 401, headers: { "www-authenticate": challenge } });
    }).catch((caught) => caught);
    expect(error.message).toMatch(/on this machine/);
    expect(asked).toEqual([elsewhere]);
  });
});

describe("a server of the specification of 2025-03-26, without protected-resource metadata", () => {
  const rootMetadata = "/.well-known/oauth-authorization-server";
  beforeEach(() => {
    servers.challenge.value = "Bearer";
    servers.overrides.set(pathForm, missing);
  });

  const legacy: [scenario: string, arrange: () => void, words: RegExp][] = [
    [
      "auth/2025-03-26-oauth-metadata-backcompat",
      () => servers.overrides.set(rootMetadata, json(servers.metadata)),
      /the metadata of http:\/\/localhost:\d+\/ says that it is http:\/\/localhost:\d+\/as's/,
    ],
    [
      "auth/2025-03-26-oauth-endpoint-fallback",
      () => {
        for (const path of ["/authorize", "/token", "/register"]) {
          servers.overrides.set(path, json({ client_id: "x" }));
        }
      },
      /says nothing about how to sign in \(no protected-resource metadata\)/,
    ],
  ];
  it.each(legacy)("is refused as in %s, and told nothing", async (_scenario, arrange, words) => {
    arrange();
    const error = await find().catch((caught) => caught);
    expect(error).toMatchObject({ code: "server_authorization_unusable" });
    expect(error.message).toMatch(words);
    expect(servers.requests.filter((request) => !request.includes("/.well-known/"))).toEqual([
      "POST /mcp",
    ]);
  });

  it("is taken where its own metadata, at its origin, is as it has to be today", async () => {
    servers.overrides.set(rootMetadata, json({ ...servers.metadata, issuer: servers.origin }));
    expect(await find()).toMatchObject({ issuer: servers.origin, resource: servers.serverUrl });
  });
});
