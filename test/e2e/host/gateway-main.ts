import { readFileSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { joinSockets } from "./join-sockets.ts";

// Runs in the host's network namespace, with this machine's files: what the host calls AWS ends here
// and goes out through Unix sockets, which no network namespace keeps apart; the host's own ports are
// reached from outside the same way.

/** What the gateway is told, as JSON in its first argument's file. */
export interface GatewayPlan {
  readonly tls: { readonly cert: string; readonly key: string };
  /** TLS on 127.0.0.1:443, by the name that is asked for; a name may begin with `*.`. */
  readonly names: readonly {
    readonly name: string;
    readonly socket: string;
    readonly protocols: readonly string[];
  }[];
  readonly plain: readonly {
    readonly address: string;
    readonly port: number;
    readonly socket: string;
  }[];
  /** Ports of the host, and the sockets by which they are reached from outside. */
  readonly inward: readonly { readonly socket: string; readonly port: number }[];
}

const planFile = process.argv[2] ?? "";
const plan = JSON.parse(readFileSync(planFile, "utf8")) as GatewayPlan;
const find = (asked: string) =>
  plan.names.find(({ name }) =>
    name.startsWith("*.") ? asked.endsWith(name.slice(1)) : name === asked,
  );

createTlsServer(
  {
    ...plan.tls,
    ALPNCallback: ({ servername, protocols }) =>
      protocols.find((protocol) => find(servername)?.protocols.includes(protocol)),
  },
  (socket) => {
    const target = find(String(socket.servername));
    if (target === undefined) socket.destroy();
    else joinSockets(socket, connect(target.socket));
  },
).listen(443, "127.0.0.1");

for (const { address, port, socket } of plan.plain) {
  createServer((incoming) => joinSockets(incoming, connect(socket))).listen(port, address);
}
for (const { socket, port } of plan.inward) {
  rmSync(socket, { force: true });
  createServer((incoming) => joinSockets(incoming, connect(port, "127.0.0.1"))).listen(socket);
}
console.log("ready");
// The test holds the other end: when it is gone, so is the gateway.
process.stdin.resume().once("end", () => process.exit());
