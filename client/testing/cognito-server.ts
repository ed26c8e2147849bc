import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A plain HTTP server that answers the AWS SDK as Cognito would, with what a test puts in line. */
export interface CognitoServer {
  readonly url: string;
  readonly requests: {
    operation: string;
    body: Record<string, unknown>;
    authorization: string | undefined;
  }[];
  /** Puts a success in line. */
  answer(body: unknown): void;
  /** Puts an exception in line. */
  refuse(exception: string, message: string): void;
  close(): Promise<void>;
}

export async function startCognitoServer(): Promise<CognitoServer> {
  const requests: CognitoServer["requests"] = [];
  const answers: { status: number; body: unknown }[] = [];
  const http = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    requests.push({
      operation: String(request.headers["x-amz-target"]).split(".")[1] ?? "",
      body: JSON.parse(Buffer.concat(chunks).toString()),
      authorization: request.headers.authorization,
    });
    const { status, body } = answers.shift() ?? { status: 500, body: {} };
    response.writeHead(status, { "content-type": "application/x-amz-json-1.1" });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    requests,
    answer: (body) => void answers.push({ status: 200, body }),
    refuse: (exception, message) =>
      void answers.push({ status: 400, body: { __type: exception, message } }),
    async close() {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

/** An answer with tokens; the access token says that it is `demo`'s. */
export function tokenAnswer(more: Record<string, unknown> = {}) {
  const claims = {
    iss: "i",
    sub: "s",
    username: "demo",
    "cognito:groups": ["user"],
    iat: 0,
    exp: 3600,
  };
  const payload = Buffer.from(JSON.stringify(claims)).toString("base64url");
  return {
    AuthenticationResult: {
      AccessToken: `e.${payload}.s`,
      ExpiresIn: 3600,
      RefreshToken: "r1",
      TokenType: "Bearer",
      ...more,
    },
    ChallengeParameters: {},
  };
}

/** An answer that asks for something more. */
export function challengeAnswer(name: string, parameters: Record<string, string> = {}) {
  return {
    ChallengeName: name,
    Session: `session-${name}`,
    ChallengeParameters: { USER_ID_FOR_SRP: "user-id", ...parameters },
  };
}
