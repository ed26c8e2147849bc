import { randomUUID } from "node:crypto";
import { type ClientRequest, get } from "node:http";
import { rpcHeaders } from "@cleanauth/server/testing/rpc.ts";
import type { Bench } from "./part.ts";

/** Tokens of users of their own: one user may not have all sessions. */
export function tokensOf(bench: Bench, count: number): Promise<string[]> {
  return Promise.all(Array.from({ length: count }, () => bench.pool.token({ sub: randomUUID() })));
}

/** A stream of HTTP+SSE that is read. */
export interface OpenStream {
  /** Where messages to it are posted. */
  readonly path: string;
  /** How many answers have come. */
  readonly answers: () => number;
  close(): void;
}

/** Opens a stream and waits for its first event. */
export function openStream(base: string, token: string): Promise<OpenStream> {
  return new Promise((resolve, reject) => {
    let first = "";
    let path: string | undefined;
    let answers = 0;
    const outgoing: ClientRequest = get(`${base}/sse`, {
      headers: rpcHeaders(token),
      agent: false,
    });
    outgoing.on("error", reject);
    outgoing.on("response", (response) => {
      if (response.statusCode !== 200) return reject(new Error(`/sse: ${response.statusCode}`));
      response.on("error", () => {});
      response.setEncoding("utf8").on("data", (text: string) => {
        if (path !== undefined) {
          answers += text.split("Signed in as demo").length - 1;
          return;
        }
        first += text;
        path = /^data: (\/messages\S+)/m.exec(first)?.[1];
        if (path === undefined) return;
        resolve({ path, answers: () => answers, close: () => outgoing.destroy() });
      });
    });
  });
}

/** Does something for each number, some at a time. */
export async function inBatches<T>(
  count: number,
  each: (n: number) => Promise<T>,
  size = 50,
): Promise<T[]> {
  const done: T[] = [];
  while (done.length < count) {
    const numbers = Array.from(
      { length: Math.min(size, count - done.length) },
      (_, k) => done.length + k,
    );
    done.push(...(await Promise.all(numbers.map(each))));
  }
  return done;
}
