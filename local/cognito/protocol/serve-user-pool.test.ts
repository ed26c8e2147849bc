import { request } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type CognitoUnderTest,
  password,
  startCognitoUnderTest,
  tokensOf,
} from "../cognito-under-test.ts";

let cognito: CognitoUnderTest;

beforeAll(async () => {
  cognito = await startCognitoUnderTest();
});
afterAll(() => cognito.close());

const target = "AWSCognitoIdentityProviderService.InitiateAuth";
const contentType = "application/x-amz-json-1.1";

/** Says that the server still works, whatever was sent to it before. */
const expectAlive = async () => tokensOf(await cognito.initiate("demo"));

/** Sends bytes as they are and returns what comes back until the server closes the connection. */
function sendRaw(bytes: string, { andEnd = true } = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(cognito.url).port), "127.0.0.1");
    let received = "";
    socket.setEncoding("latin1").on("data", (chunk) => {
      received += chunk;
    });
    socket.on("close", () => resolve(received)).on("error", reject);
    if (andEnd) socket.end(bytes);
    else socket.write(bytes);
  });
}

describe("an error on the wire", () => {
  test("has its name and message in the body and in headers, and a request id", async () => {
    const { status, headers, body } = await cognito.call("InitiateAuth", {
      AuthFlow: "USER_PASSWORD_AUTH",
      ClientId: cognito.pool.secretClient.id,
      AuthParameters: {
        USERNAME: "demo",
        PASSWORD: "wrong",
        SECRET_HASH: cognito.secretHash("demo"),
      },
    });
    expect(status).toBe(400);
    expect(body).toEqual({
      __type: "NotAuthorizedException",
      message: "Incorrect username or password.",
    });
    expect(headers.get("content-type")).toBe(contentType);
    expect(headers.get("x-amzn-errortype")).toBe("NotAuthorizedException:");
    expect(headers.get("x-amzn-errormessage")).toBe("Incorrect username or password.");
    expect(headers.get("x-amzn-requestid")).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("cannot be used to write headers", async () => {
    const AuthFlow = "x\r\nset-cookie: a=b\u0000한";
    const { status, headers, body } = await cognito.call("InitiateAuth", { AuthFlow });
    expect(status).toBe(400);
    expect(headers.get("set-cookie")).toBeNull();
    expect(body?.message).toContain(AuthFlow);
    await expectAlive();
  });

  test("repeats neither password nor secret", async () => {
    const secrets = [password, cognito.pool.secretClient.secret];
    const inputs = [
      { ClientId: password, AuthFlow: "USER_PASSWORD_AUTH" },
      { ClientId: { a: secrets[1] }, AuthFlow: "USER_PASSWORD_AUTH" },
      {
        ClientId: cognito.pool.secretClient.id,
        AuthFlow: "USER_PASSWORD_AUTH",
        AuthParameters: { USERNAME: password, PASSWORD: password, SECRET_HASH: secrets[1] },
      },
    ];
    for (const input of inputs) {
      const { body, headers } = await cognito.call("InitiateAuth", input);
      const said = JSON.stringify([body, [...headers]]);
      for (const secret of secrets) expect(said).not.toContain(secret);
    }
  });
});

describe("a call that is none", () => {
  test.each([
    ["no target", {}],
    ["an operation that does not exist", { "x-amz-target": "AWSCognitoIdentityProviderService.X" }],
    ["an operation without the service's name", { "x-amz-target": "InitiateAuth" }],
    ["the name of an inherited property", { "x-amz-target": `${target.split(".")[0]}.__proto__` }],
    ["another content type", { "x-amz-target": target, "content-type": "application/json" }],
  ])("with %s is an UnknownOperationException", async (_what, headers) => {
    const response = await fetch(cognito.url, {
      method: "POST",
      headers: { "content-type": contentType, ...headers },
      body: "{}",
    });
    expect(response.status).toBe(400);
    expect(response.headers.get("x-amzn-errortype")).toBe("UnknownOperationException:");
    expect(await response.json()).toEqual({ __type: "UnknownOperationException" });
  });

  test.each([
    ["GET", "/"],
    ["PUT", "/"],
    ["DELETE", "/"],
    ["OPTIONS", "/"],
    ["POST", "/oauth2/token"],
    ["GET", "/favicon.ico"],
    ["GET", "/%00"],
    ["GET", "/../../etc/passwd"],
  ])("by %s on %s is not understood", async (method, path) => {
    const { status, body } = await new Promise<{ status?: number; body: string }>(
      (resolve, reject) => {
        const sent = request(cognito.url, { method, path }, (response) => {
          let text = "";
          response.on("data", (chunk) => {
            text += chunk;
          });
          response.on("end", () => resolve({ status: response.statusCode ?? 0, body: text }));
        });
        sent.on("error", reject).end();
      },
    );
    expect(status).toBe(400);
    expect(JSON.parse(body)).toEqual({
      code: "BadRequest",
      message: "The server did not understand the operation that was requested.",
      type: "client",
    });
  });

  test("is allowed no cross-origin request", async () => {
    const response = await fetch(cognito.url, {
      method: "OPTIONS",
      headers: { origin: "https://example.com", "access-control-request-method": "POST" },
    });
    expect(response.headers.get("access-control-allow-origin")).toBeNull();
  });
});

describe("a hostile body", () => {
  test.each([
    ["nothing", ""],
    ["no JSON", "{"],
    ["an array", "[]"],
    ["null", "null"],
    ["a text", '"x"'],
    ["a number", "1"],
    ["deep nesting", "[".repeat(60_000)],
    ["deep nesting that ends", `${"[".repeat(50_000)}${"]".repeat(50_000)}`],
    ["bytes that are no UTF-8", Buffer.from([0xff, 0xfe, 0x7b]).toString("latin1")],
  ])("of %s is a SerializationException", async (_what, body) => {
    const answer = await cognito.post("InitiateAuth", body);
    expect(answer.status).toBe(400);
    expect(answer.body?.__type).toBe("SerializationException");
    await expectAlive();
  });

  test.each([
    [{ ClientId: 5 }, "NUMBER_VALUE can not be converted to a String"],
    [{ ClientId: true }, "TRUE_VALUE can not be converted to a String"],
    [{ ClientId: ["x"] }, "Start of structure or map found where not expected."],
    [{ ClientId: "x", AuthParameters: "x" }, "Unexpected field type"],
    [{ ClientId: "x", AuthFlow: 5 }, "NUMBER_VALUE can not be converted to a String"],
    [
      { ClientId: "x", AuthFlow: { toString: 1, toJSON: 1 } },
      "Start of structure or map found where not expected.",
    ],
    [
      { ClientId: "x", AuthParameters: { USERNAME: { a: 1 } } },
      "Start of structure or map found where not expected.",
    ],
    [
      { ClientId: "x", AuthParameters: { constructor: 1 } },
      "NUMBER_VALUE can not be converted to a String",
    ],
  ])("with a member of another type is a SerializationException: %j", async (input, message) => {
    const answer = await cognito.call("InitiateAuth", { AuthFlow: "USER_PASSWORD_AUTH", ...input });
    expect(answer.body).toEqual({ __type: "SerializationException", message });
  });

  test("with null for a member is as if the member were not there", async () => {
    const answer = await cognito.post("GetUser", '{"AccessToken":null}');
    expect(answer.body?.message).toBe(
      "1 validation error detected: Value at 'accessToken' failed to satisfy constraint: Member must not be null",
    );
  });

  test("with prototype keys changes nothing for anybody", async () => {
    const { id } = cognito.pool.secretClient;
    const answer = await cognito.post(
      "InitiateAuth",
      `{"AuthFlow":"USER_PASSWORD_AUTH","ClientId":"${id}","__proto__":{"ClientId":"x"},"AuthParameters":{"__proto__":{"USERNAME":"demo"},"constructor":"x"}}`,
    );
    expect(answer.body).toEqual({
      __type: "InvalidParameterException",
      message: "Missing required parameter USERNAME",
    });
    expect({}).not.toHaveProperty("USERNAME");
    await expectAlive();
  });

  test("that announces to be too large is refused unread, and the connection is closed", async () => {
    const begin = performance.now();
    const answer = await sendRaw(
      `POST / HTTP/1.1\r\nhost: ${new URL(cognito.url).host}\r\ncontent-type: ${contentType}\r\nx-amz-target: ${target}\r\ncontent-length: 99999999\r\n\r\n`,
      { andEnd: false },
    );
    expect(performance.now() - begin).toBeLessThan(3000);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain("RequestEntityTooLargeException");
    await expectAlive();
  });

  test("that turns out to be too large is refused, announced or not", async () => {
    const large = "x".repeat(200_000);
    const announced = await cognito.post("InitiateAuth", large);
    expect(announced.status).toBe(413);
    const chunked = await fetch(cognito.url, {
      method: "POST",
      headers: { "content-type": contentType, "x-amz-target": target },
      body: new Blob([large]).stream(),
      duplex: "half",
    } as RequestInit);
    expect(chunked.status).toBe(413);
    expect(await chunked.json()).toMatchObject({ __type: "RequestEntityTooLargeException" });
    await expectAlive();
  });

  test("that breaks off, and bytes that are no HTTP, leave the server up", async () => {
    await sendRaw(
      `POST / HTTP/1.1\r\nhost: ${new URL(cognito.url).host}\r\ncontent-length: 100\r\n\r\n{"a":`,
    );
    expect(await sendRaw("\u0000\u0001nonsense\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 /);
    await expectAlive();
  });
});

describe("the documents of a pool", () => {
  test("name the issuer of the tokens, and the keys where they can be fetched", async () => {
    const base = `${cognito.url}/${cognito.pool.id}`;
    const response = await fetch(`${base}/.well-known/openid-configuration`);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(await response.json()).toEqual({
      authorization_endpoint: `${cognito.domainUrl}/oauth2/authorize`,
      end_session_endpoint: `${cognito.domainUrl}/logout`,
      id_token_signing_alg_values_supported: ["RS256"],
      issuer: `https://cognito-idp.us-east-1.amazonaws.com/${cognito.pool.id}`,
      jwks_uri: `${base}/.well-known/jwks.json`,
      response_types_supported: ["code", "token"],
      revocation_endpoint: `${cognito.domainUrl}/oauth2/revoke`,
      scopes_supported: ["openid", "email", "phone", "profile"],
      subject_types_supported: ["public"],
      token_endpoint: `${cognito.domainUrl}/oauth2/token`,
      token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
      userinfo_endpoint: `${cognito.domainUrl}/oauth2/userInfo`,
    });
  });

  test("hold public keys alone", async () => {
    const text = await (
      await fetch(`${cognito.url}/${cognito.pool.id}/.well-known/jwks.json`)
    ).text();
    expect(Object.keys(JSON.parse(text))).toEqual(["keys"]);
    expect(text).not.toMatch(/"(d|p|q|dp|dq|qi)":/);
  });

  test("answer HEAD without a body, and ignore a query", async () => {
    const url = `${cognito.url}/${cognito.pool.id}/.well-known/jwks.json?a=b`;
    const head = await fetch(url, { method: "HEAD" });
    expect(Number(head.headers.get("content-length"))).toBeGreaterThan(800);
    expect(await head.text()).toBe("");
    expect((await fetch(url)).status).toBe(200);
  });

  test("are not there for another pool", async () => {
    const response = await fetch(`${cognito.url}/us-east-1_Other1234/.well-known/jwks.json`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      code: "ResourceNotFoundException",
      message: "User pool us-east-1_Other1234 does not exist.",
    });
  });
});
