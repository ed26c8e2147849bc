import type { RequestListener } from "node:http";
import type { Metrics } from "../metrics.ts";
import { callableAs } from "./origin.ts";

/**
 * Answers the scrapes of Prometheus, on a port of their own. A page that reaches it through DNS
 * rebinding sends another Host, and reads nothing.
 *
 * @param port the port, on loopback
 */
export function answerMetrics(metrics: Metrics, port: number): RequestListener {
  const own = { host: "127.0.0.1", port, scheme: "http" } as const;
  const { hosts } = callableAs(`http://127.0.0.1:${port}`, own);
  return async (req, res) => {
    if (!hosts.has(req.headers.host ?? "")) return void res.writeHead(403).end();
    if (req.method !== "GET" || req.url !== "/metrics") return void res.writeHead(404).end();
    const { text, contentType } = await metrics.read();
    res.writeHead(200, { "Content-Type": contentType }).end(text);
  };
}
