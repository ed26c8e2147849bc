import { createHmac, randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startUserPool, type TestUserPool } from "../testing/user-pool.ts";
import { classifyFailure, createCognitoVerifier, type TokenVerifier } from "./cognito-verifier.ts";
import { PoolKeys } from "./pool-keys.ts";

let pool: TestUserPool;
let verifier: TokenVerifier;
let keys: PoolKeys;
const now = Math.floor(Date.now() / 1000);
/** What a token of `client_credentials` says in place of a user's. */
const machine = { sub: "machine1", client_id: "machine1", username: undefined };

beforeAll(async () => {
  pool = await startUserPool();
  const config = {
    poolId: pool.poolId,
    clientIds: [pool.clientId, "public1"],
    machineClientId: "machine1",
    standInUrl: pool.url,
  };
  keys = new PoolKeys(config);
  verifier = createCognitoVerifier(config, keys, ["http://localhost:8080/mcp"]);
});
afterAll(async () => {
  keys.close();
  await pool.close();
});

function base64url(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

describe("createCognitoVerifier", () => {
  it("makes a caller of a good access token, and takes nothing else from it", async () => {
    const token = await pool.token({
      scope: "a b",
      "cognito:groups": ["user", "admin"],
      exp: now + 60,
    });
    expect(await verifier.verify(token)).toEqual({
      outcome: "accepted",
      caller: {
        subject: "11111111-2222-4333-8444-555555555555",
        username: "demo",
        groups: ["user", "admin"],
        scopes: ["a", "b"],
        clientId: pool.clientId,
        expiresAt: now + 60,
      },
    });
  });

  it.each([
    ["of the public app client", { client_id: "public1" }],
    ["without groups and scopes", { "cognito:groups": undefined, scope: undefined }],
    ["bound to this server", { aud: "http://localhost:8080/mcp" }],
    [
      "bound to this server among others",
      { aud: ["https://other.example", "http://localhost:8080/mcp"] },
    ],
    ["of a user with a Korean name", { username: "홍길동" }],
  ])("accepts a token %s", async (_case, claims) => {
    expect(await verifier.verify(await pool.token(claims))).toMatchObject({ outcome: "accepted" });
  });

  it.each([
    ["an id token", "token-use", { token_use: "id", aud: "1example23456789" }],
    ["a token without token_use", "token-use", { token_use: undefined }],
    ["a token of another app client", "client", { client_id: "other" }],
    ["a token without client id", "client", { client_id: undefined }],
    ["an expired token", "expired", { exp: now - 1 }],
    ["a token that is not valid yet", "not-yet-valid", { nbf: now + 60 }],
    ["a token that never expires", "malformed", { exp: undefined }],
    ["a token without subject", "malformed", { sub: undefined }],
    ["groups that are no list", "malformed", { "cognito:groups": "admin" }],
    [
      "the issuer of another pool",
      "issuer",
      { iss: "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Other" },
    ],
    ["another issuer altogether", "issuer", { iss: "https://evil.example" }],
    ["no issuer", "issuer", { iss: undefined }],
    ["a token bound to another server", "audience", { aud: "https://other.example/mcp" }],
    ["a token bound to no server", "audience", { aud: [] }],
    ["a machine's token of an app client for users", "no-user", { username: undefined }],
    ["a user's token of the machine's app client", "no-machine", { client_id: "machine1" }],
    [
      "a token of the machine's app client that stands for somebody else",
      "no-machine",
      { client_id: "machine1", username: undefined },
    ],
    [
      "a machine's token that is bound to another server",
      "audience",
      { ...machine, aud: "https://other.example/mcp" },
    ],
  ] as const)("refuses %s", async (_case, reason, claims) => {
    const token = await pool.token(claims);
    expect(await verifier.verify(token)).toMatchObject({ outcome: "refused", reason });
  });

  it("takes a machine for its app client, in no group whatever its token says", async () => {
    const scope = "mcp-auth/weather:read";
    const claims = { ...machine, scope, "cognito:groups": ["admin"], exp: now + 60 };
    expect(await verifier.verify(await pool.token(claims))).toEqual({
      outcome: "accepted",
      caller: {
        subject: "machine1",
        username: "machine1",
        groups: [],
        scopes: [scope],
        clientId: "machine1",
        expiresAt: now + 60,
      },
    });
  });

  it("refuses a machine where none is configured, and says that its app client is not accepted", async () => {
    const config = { poolId: pool.poolId, clientIds: [pool.clientId], standInUrl: pool.url };
    const strict = createCognitoVerifier({ ...config, machineClientId: null }, keys, []);
    expect(await strict.verify(await pool.token(machine))).toMatchObject({
      outcome: "refused",
      reason: "client",
    });
  });

  it("refuses a validly signed token of another pool in the same region", async () => {
    const other = await startUserPool("us-east-1_Other");
    const token = await other.token({ client_id: pool.clientId });
    await other.close();
    expect(await verifier.verify(token)).toMatchObject({ outcome: "refused", reason: "issuer" });
  });

  it("refuses a token that names our issuer but is signed with a foreign key of the same id", async () => {
    const good = await pool.token();
    const kid = JSON.parse(Buffer.from(good.split(".")[0] ?? "", "base64url").toString()).kid;
    const other = await startUserPool();
    const token = await other.token({}, { kid });
    await other.close();
    expect(await verifier.verify(token)).toMatchObject({ outcome: "refused", reason: "signature" });
  });

  it("refuses alg none, with and without a signature", async () => {
    const [header = "", payload = "", signature = ""] = (await pool.token()).split(".");
    const { kid } = JSON.parse(Buffer.from(header, "base64url").toString());
    const none = base64url({ alg: "none", kid });
    for (const token of [`${none}.${payload}.`, `${none}.${payload}.${signature}`]) {
      expect(await verifier.verify(token)).toMatchObject({ outcome: "refused" });
    }
  });

  it("refuses HS256 with the public key as its secret", async () => {
    const [header = "", payload = ""] = (await pool.token()).split(".");
    const { kid } = JSON.parse(Buffer.from(header, "base64url").toString());
    const signed = `${base64url({ alg: "HS256", kid })}.${payload}`;
    const signature = createHmac("sha256", pool.publicKeyPem).update(signed).digest("base64url");
    expect(await verifier.verify(`${signed}.${signature}`)).toMatchObject({
      outcome: "refused",
      reason: "signature",
    });
  });

  it("refuses a token whose payload was tampered with", async () => {
    const [header, payload = "", signature] = (await pool.token()).split(".");
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString());
    const forged = base64url({ ...claims, "cognito:groups": ["admin"] });
    expect(await verifier.verify(`${header}.${forged}.${signature}`)).toMatchObject({
      outcome: "refused",
      reason: "signature",
    });
  });

  it("refuses whatever else is sent as a token, and never fails on it", async () => {
    const [header, payload, signature] = (await pool.token()).split(".");
    const hostile = [
      "",
      "a",
      "a.b.c",
      "..",
      `${header}.${payload}`,
      `${header}.${payload}.${signature}.x`,
      `${base64url([])}.${payload}.${signature}`,
      `${base64url(null)}.${payload}.${signature}`,
      `${base64url({ alg: "RS256", kid: 7 })}.${payload}.${signature}`,
      `${base64url({ alg: "RS256" })}.${payload}.${signature}`,
      `${header}.${base64url({ iss: { toString: 1 } })}.${signature}`,
      `${header}.${base64url({ __proto__: null, iss: "__proto__" })}.${signature}`,
      `${header}.${Buffer.from([0xff, 0xfe]).toString("base64url")}.${signature}`,
      ...Array.from(
        { length: 200 },
        () => `${header}.${payload}.${randomBytes(12).toString("hex")}`,
      ),
      ...Array.from({ length: 200 }, () => randomBytes(60).toString("base64url")),
    ];
    for (const token of hostile) {
      expect(await verifier.verify(token), token).toMatchObject({ outcome: "refused" });
    }
  });

  it("describes a refusal without repeating anything of the token", async () => {
    const token = await pool.token({ client_id: "stranger", username: "secret-name" });
    const verification = await verifier.verify(token);
    expect(verification.outcome === "refused" && verification.description).toMatch(
      // The characters that RFC 6750 allows in error_description.
      /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/,
    );
    expect(JSON.stringify(verification)).not.toMatch(/stranger|secret-name/);
  });
});

it("passes a defect on, and does not take it for a bad token", () => {
  expect(() => classifyFailure(new TypeError("defect"))).toThrow("defect");
});
