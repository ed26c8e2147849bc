import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Authority, createAuthority } from "./authority.ts";
import type { BootedHost } from "./booted-host.ts";
import type { GatewayPlan } from "./gateway-main.ts";
import { joinSockets } from "./join-sockets.ts";

/** A far end of the host: a name of AWS, and what answers under it on this machine's loopback. */
export interface FarEnd {
  readonly name: string;
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Speaks HTTP/2, too. */
  readonly http2?: boolean;
}

export interface Gateway {
  readonly authority: Authority;
  /** The host's ports, reached from here on loopback. */
  readonly ports: ReadonlyMap<number, number>;
  /** Puts the gateway into the host's network, again after a reboot. */
  enter(): Promise<void>;
  /** From now on the host gets this error from a service; `null` lets the service answer again. */
  refuse(name: string, errorName: string | null): void;
  close(): Promise<void>;
}

const metadataAddress = "169.254.169.254";

/**
 * Lets a host find its far ends under AWS's own names, over TLS, and lets a test reach the host's
 * ports.
 *
 * @param options.farEnds what the host's programs call
 * @param options.mirrorUrl plain HTTP on 127.0.0.1:80 of the host
 * @param options.metadataUrl the instance metadata service
 * @param options.hostPorts the ports of the host to be reached from here
 */
export async function createGateway(
  host: BootedHost,
  options: {
    readonly farEnds: readonly FarEnd[];
    readonly mirrorUrl: string;
    readonly metadataUrl: string;
    readonly hostPorts: readonly number[];
  },
): Promise<Gateway> {
  const folder = mkdtempSync(join(tmpdir(), "cleanauth-gateway-"));
  const authority = createAuthority(options.farEnds.map(({ name }) => name));
  const servers: Server[] = [];
  const refusals = new Map<string, string>();
  let count = 0;
  const outward = async (url: string, name = "") => {
    const { hostname, port } = new URL(url);
    count += 1;
    const socket = join(folder, `out-${count}`);
    const refusal = () => refusals.get(name);
    servers.push(await listen({ path: socket }, { host: hostname, port: Number(port) }, refusal));
    return socket;
  };
  const plan: GatewayPlan = {
    tls: authority.server,
    names: await Promise.all(
      options.farEnds.map(async ({ name, url, http2 }) => ({
        name,
        socket: await outward(url, name),
        protocols: http2 === true ? ["h2", "http/1.1"] : ["http/1.1"],
      })),
    ),
    plain: [
      { address: "127.0.0.1", port: 80, socket: await outward(options.mirrorUrl) },
      { address: metadataAddress, port: 80, socket: await outward(options.metadataUrl) },
    ],
    inward: options.hostPorts.map((port) => ({ port, socket: join(folder, `in-${port}`) })),
  };
  const planFile = join(folder, "plan.json");
  writeFileSync(planFile, JSON.stringify(plan), { mode: 0o600 });
  const ports = new Map<number, number>();
  for (const { port, socket } of plan.inward) {
    const server = await listen({ host: "127.0.0.1", port: 0 }, { path: socket });
    servers.push(server);
    ports.set(port, (server.address() as AddressInfo).port);
  }
  let inside: ChildProcess | undefined;
  const leave = async () => {
    if (inside === undefined || inside.exitCode !== null || inside.signalCode !== null) return;
    const ended = new Promise((resolve) => inside?.once("exit", resolve));
    inside.kill("SIGKILL");
    await ended;
  };
  return {
    authority,
    ports,
    async enter() {
      await leave();
      const names = options.farEnds.map(({ name }) => `127.0.0.1 ${name}`).join("\n");
      await host.run(`ip link set lo up
ip address replace ${metadataAddress}/32 dev lo
printf '127.0.0.1 localhost mirror.test\\n%s\\n' '${names}' > /etc/hosts`);
      inside = await startInside(host.leader(), planFile);
    },
    refuse(name, errorName) {
      if (errorName === null) refusals.delete(name);
      else refusals.set(name, errorName);
    },
    async close() {
      await leave();
      for (const server of servers) server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function startInside(leader: number, planFile: string): Promise<ChildProcess> {
  const program = join(import.meta.dirname, "gateway-main.ts");
  const child = spawn(
    "nsenter",
    [
      "-t",
      String(leader),
      "-n",
      process.execPath,
      "--import",
      import.meta.resolve("tsx"),
      program,
      planFile,
    ],
    { stdio: ["pipe", "pipe", "inherit"] },
  );
  await new Promise<void>((resolve, reject) => {
    child.stdout.once("data", () => resolve());
    child.once("exit", (code) => reject(new Error(`The gateway ended with ${code}`)));
  });
  return child;
}

type Address = { readonly host: string; readonly port: number } | { readonly path: string };

function listen(
  on: Address,
  to: Address,
  refusal: () => string | undefined = () => undefined,
): Promise<Server> {
  const server = createServer((incoming) => {
    const errorName = refusal();
    if (errorName !== undefined) return answerWithError(incoming, errorName);
    joinSockets(incoming, connect({ ...to }));
  });
  return new Promise((resolve) => server.listen({ ...on }, () => resolve(server)));
}

/** Answers in the way of AWS's JSON protocols, over HTTP/1.1. */
function answerWithError(socket: Socket, errorName: string): void {
  const body = JSON.stringify({ __type: errorName, message: "Refused for the test" });
  const refusing = createHttpServer((request, response) => {
    request.resume().on("end", () => {
      response
        .writeHead(400, { "x-amzn-errortype": errorName, "content-type": "application/json" })
        .end(body);
    });
  });
  refusing.emit("connection", socket);
}
