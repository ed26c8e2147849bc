import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { inLanguage } from "../chat/language.ts";
import { createExchange, type ExchangeEvent } from "../exchange.ts";
import { discoverAuthorization } from "./authorization-discovery.ts";

const poolId = "us-east-1_Pool";
const issuer = `https://cognito-idp.us-east-1.amazonaws.com/${poolId}`;

let servers: Server[] = [];
afterEach(() => {
  for (const server of servers) server.closeAllConnections();
  for (const server of servers) server.close();
  servers = [];
});

type Handler = (path: string, response: ServerResponse, request: IncomingMessage) => void;

/** @returns its origin */
async function serve(handle: Handler): Promise<string> {
  const server = createServer((request, response) => handle(request.url ?? "", response, request));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const json = (response: ServerResponse, body: unknown) =>
  void response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));

/** A server whose metadata names an issuer. */
const guarded = (named: string, challenge = "Bearer"): Promise<string> =>
  serve((path, response, { headers }) => {
    const resource = `http://${headers.host}/mcp`;
    if (path === "/mcp") {
      response.writeHead(401, { "www-authenticate": challenge }).end();
    } else if (path === "/.well-known/oauth-protected-resource/mcp") {
      json(response, { resource, authorization_servers: [named], surplus: "not shown" });
    } else response.writeHead(404).end();
  });

async function discover(origin: string, poolEndpoint?: string) {
  const events: ExchangeEvent[] = [];
  const exchange = createExchange((event) => void events.push(event));
  await discoverAuthorization({ serverUrl: `${origin}/mcp`, poolId, poolEndpoint, exchange });
  const answers = events.filter((event) => event.type === "answered");
  return {
    steps: answers.map(
      ({ what, summary }) => `${what.replace(origin, "")} → ${inLanguage(summary, "en")}`,
    ),
    details: Object.assign({}, ...answers.map(({ details }) => details)) as object,
  };
}

describe("discovery", () => {
  it("follows challenge, resource metadata and the issuer's metadata, which a stand-in serves", async () => {
    const standIn = await serve((path, response) => {
      if (path !== `/${poolId}/.well-known/openid-configuration`) {
        return void response.writeHead(404).end();
      }
      json(response, {
        issuer,
        authorization_endpoint: "https://login.example/authorize",
        token_endpoint: "https://login.example/token",
        jwks_uri: `${issuer}/.well-known/jwks.json`,
        response_types_supported: ["code"],
        subject_types_supported: ["public"],
        id_token_signing_alg_values_supported: ["RS256"],
      });
    });
    const { steps, details } = await discover(await guarded(issuer), standIn);
    const base = "https://cognito-idp.us-east-1.amazonaws.com";
    expect(steps).toEqual([
      "GET /mcp → 401",
      "GET /.well-known/oauth-protected-resource/mcp → 200",
      `GET ${base}/.well-known/oauth-authorization-server/${poolId} → 404`,
      `GET ${base}/.well-known/openid-configuration/${poolId} → 404`,
      `GET ${base}/${poolId}/.well-known/openid-configuration → 200`,
    ]);
    expect(details).toMatchObject({ authorization_servers: issuer, issuer });
    expect(JSON.stringify(details)).not.toContain("surplus");
  });

  it("asks nobody whom a server names but the pool and the server itself", async () => {
    let asked = 0;
    const stranger = await serve((_path, response) => {
      asked += 1;
      json(response, {});
    });
    const challenge = `Bearer resource_metadata="${stranger}/metadata"`;
    const { steps } = await discover(await guarded(stranger, challenge));
    expect(steps).toHaveLength(2);
    expect(asked).toBe(0);
  });

  it.each<[string, Handler, string[]]>([
    [
      "wants no token and opens a stream",
      (_path, response) => {
        response.writeHead(200, { "content-type": "text/event-stream" });
        response.write(":\n\n");
      },
      ["GET /mcp → 200"],
    ],
    ["fails", (_path, response) => void response.writeHead(500).end(), ["GET /mcp → 500"]],
    [
      "redirects",
      (_path, response) => void response.writeHead(302, { location: "http://x.example" }).end(),
      ["GET /mcp → 302"],
    ],
    [
      "answers without an end",
      (_path, response) => {
        response.writeHead(401);
        const go = () => {
          while (!response.destroyed && response.write("x".repeat(65_536)));
        };
        response.on("drain", go);
        go();
      },
      ["GET /mcp → Error: its answer is too long"],
    ],
  ])("ends by itself where a server %s", async (_what, handle, expected) => {
    expect((await discover(await serve(handle))).steps).toEqual(expected);
  });

  it("says that nobody answers", async () => {
    const origin = await serve(() => {});
    for (const server of servers) await new Promise((resolve) => server.close(resolve));
    expect((await discover(origin)).steps).toEqual(["GET /mcp → nothing listens there"]);
  });
});
