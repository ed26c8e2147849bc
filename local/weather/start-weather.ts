import { randomUUID } from "node:crypto";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { answerWeather, type WeatherAnswer } from "./routes.ts";

/**
 * Starts a stand-in for api.weather.gov on loopback, with sample data.
 * https://www.weather.gov/documentation/services-web-api
 *
 * @param options.port the port; a free one by default
 * @returns the base URL, and how to end it
 * @throws the listener's error when the port is taken
 */
export async function startWeather(
  options: { port?: number } = {},
): Promise<{ url: string; close(): Promise<void> }> {
  let url = "";
  const server = createServer((request, response) => {
    request.resume();
    const answer = answerWeather({
      method: request.method ?? "GET",
      target: request.url ?? "/",
      userAgent: request.headers["user-agent"] ?? "",
      baseUrl: url,
      now: new Date(),
    });
    send(response, answer, url, request.method === "HEAD");
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", () => resolve());
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function send(response: ServerResponse, answer: WeatherAnswer, url: string, isHead: boolean): void {
  const correlationId = randomUUID().slice(0, 8);
  const headers: Record<string, string> = {
    "x-correlation-id": correlationId,
    "x-request-id": correlationId,
  };
  let body: string;
  switch (answer.kind) {
    case "denied":
      headers["content-type"] = "text/html";
      body = answer.html;
      break;
    case "geo":
      headers["content-type"] = "application/geo+json";
      headers["cache-control"] = "public, max-age=60, s-maxage=120";
      body = JSON.stringify(answer.body, null, 2);
      break;
    case "problem": {
      const { type, location, ...problem } = answer.problem;
      headers["content-type"] = "application/problem+json";
      if (location !== undefined) headers.location = location;
      body = JSON.stringify(
        {
          correlationId,
          ...problem,
          type: `https://api.weather.gov/problems/${type}`,
          instance: `${url}/requests/${correlationId}`,
        },
        null,
        2,
      );
      break;
    }
  }
  const status =
    answer.kind === "geo" ? 200 : answer.kind === "denied" ? 403 : answer.problem.status;
  headers["content-length"] = String(Buffer.byteLength(body));
  response.writeHead(status, headers);
  response.end(isHead ? undefined : body);
}
