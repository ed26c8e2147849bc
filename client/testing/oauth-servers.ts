import { createHash, randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** An MCP server's guard and its authorization server, both on one loopback port, as a test wants them. */
export interface OAuthServers {
  readonly origin: string;
  readonly serverUrl: string;
  readonly issuer: string;
  /** What was asked, as `METHOD /path`, in order. */
  readonly requests: string[];
  /** How the client proved itself in each token request. */
  readonly credentials: (string | undefined)[];
  /** The form of each token request and revocation. */
  readonly forms: URLSearchParams[];
  /** The query of each authorization request. */
  readonly authorizations: URLSearchParams[];
  /** What is answered in place of what an honest server would; by path. */
  readonly overrides: Map<string, (request: IncomingMessage, response: ServerResponse) => void>;
  readonly challenge: { value: string };
  readonly resourceMetadata: Record<string, unknown>;
  readonly metadata: Record<string, unknown>;
  /** Parameters that the redirect back to the client has beside, or in place of, the usual ones. */
  readonly answer: Record<string, string | null>;
  readonly token: Record<string, unknown>;
  close(): Promise<void>;
}

/** Starts them; the authorization server is honest until a test changes what is said. */
export async function startOAuthServers(): Promise<OAuthServers> {
  const requests: string[] = [];
  const credentials: (string | undefined)[] = [];
  const forms: URLSearchParams[] = [];
  const authorizations: URLSearchParams[] = [];
  const overrides: OAuthServers["overrides"] = new Map();
  const challenge = { value: "" };
  const resourceMetadata: Record<string, unknown> = {};
  const metadata: Record<string, unknown> = {};
  const answer: OAuthServers["answer"] = {};
  const token: OAuthServers["token"] = {};
  const challenges = new Map<string, string>();

  const http = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://x");
    requests.push(`${request.method} ${url.pathname}`);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    if (url.pathname === "/as/token") credentials.push(request.headers.authorization);
    const override = overrides.get(url.pathname);
    if (override !== undefined) return override(request, response);
    const json = (value: unknown, status = 200) =>
      void response
        .writeHead(status, { "content-type": "application/json" })
        .end(JSON.stringify(value));
    switch (url.pathname) {
      case "/mcp":
        return void response.writeHead(401, { "www-authenticate": challenge.value }).end();
      case "/.well-known/oauth-protected-resource/mcp":
        return json(resourceMetadata);
      case "/.well-known/oauth-authorization-server/as":
        return json(metadata);
      case "/as/register":
        return json({ client_id: "registered", ...JSON.parse(body) }, 201);
      case "/as/authorize": {
        authorizations.push(url.searchParams);
        const code = randomBytes(8).toString("hex");
        challenges.set(code, url.searchParams.get("code_challenge") ?? "");
        const back = new URL(url.searchParams.get("redirect_uri") ?? "");
        const usual = { code, state: url.searchParams.get("state"), iss: String(metadata.issuer) };
        for (const [name, value] of Object.entries({ ...usual, ...answer })) {
          if (value !== null) back.searchParams.set(name, value);
        }
        return void response.writeHead(302, { location: back.href }).end();
      }
      case "/as/token": {
        const form = new URLSearchParams(body);
        forms.push(form);
        const verifier = createHash("sha256").update(form.get("code_verifier") ?? "");
        const isProved = challenges.get(form.get("code") ?? "") === verifier.digest("base64url");
        if (form.get("grant_type") === "authorization_code" && !isProved) {
          return json({ error: "invalid_grant" }, 400);
        }
        return json({
          access_token: "opaque-1",
          token_type: "Bearer",
          refresh_token: "r1",
          ...token,
        });
      }
      case "/as/revoke":
        forms.push(new URLSearchParams(body));
        return void response.writeHead(200).end();
      default:
        return void response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const origin = `http://localhost:${(http.address() as AddressInfo).port}`;
  const issuer = `${origin}/as`;
  challenge.value = `Bearer resource_metadata="${origin}/.well-known/oauth-protected-resource/mcp"`;
  Object.assign(resourceMetadata, {
    resource: `${origin}/mcp`,
    authorization_servers: [issuer],
    scopes_supported: ["notes:read", "notes:write"],
  });
  Object.assign(metadata, {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    registration_endpoint: `${issuer}/register`,
    revocation_endpoint: `${issuer}/revoke`,
    response_types_supported: ["code"],
    code_challenge_methods_supported: ["S256"],
  });
  return {
    origin,
    serverUrl: `${origin}/mcp`,
    issuer,
    requests,
    credentials,
    forms,
    authorizations,
    overrides,
    challenge,
    resourceMetadata,
    metadata,
    answer,
    token,
    async close() {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}
