import type { AddressInfo } from "node:net";
import { connect, createServer, type Socket } from "node:net";

/** What stands between a web terminal and who talks to it, and can fail as a network does. */
export interface Relay {
  /** The web terminal's address, by way of here. */
  readonly url: string;
  /** Cuts every connection, and takes no more until {@link Relay.mend}. */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

/**
 * Starts one on loopback. Its own address in what comes in is replaced by the web terminal's, which knows
 * no other.
 *
 * @param webUrl the web terminal's address
 */
export async function startRelay(webUrl: string): Promise<Relay> {
  const target = new URL(webUrl);
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((near) => {
    if (isCut) return near.destroy();
    const far = connect(Number(target.port), "127.0.0.1");
    near.on("data", (bytes) => {
      far.write(bytes.toString("latin1").replaceAll(own(), target.host), "latin1");
    });
    far.pipe(near);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on("error", () => {});
      one.once("close", () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  const own = () => `localhost:${(server.address() as AddressInfo).port}`;
  const cut = () => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://${own()}`,
    cut,
    mend() {
      isCut = false;
    },
    close() {
      cut();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
