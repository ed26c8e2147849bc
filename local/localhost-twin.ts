import { connect, createServer } from "node:net";
import { portError } from "./ports.ts";

/**
 * Makes `localhost` mean the stack whichever address it resolves to: takes the same port on `[::1]` and
 * passes every connection on to 127.0.0.1. Otherwise another user of this machine could listen there, and
 * a client that tries IPv6 first would hand that program its token.
 *
 * @param port a port that a part of the stack listens on, on 127.0.0.1
 * @param variable the name of the setting that moves it
 * @returns what gives the port back and ends its connections; a machine without IPv6 has none to take
 * @throws AppError `configuration_port_taken`
 */
export async function takeIpv6Twin(
  port: number,
  variable: string,
): Promise<{ stop(): Promise<void> }> {
  const ends = new Set<() => void>();
  const twin = createServer((incoming) => {
    const outgoing = connect(port, "127.0.0.1");
    const end = () => {
      incoming.destroy();
      outgoing.destroy();
      ends.delete(end);
    };
    ends.add(end);
    for (const socket of [incoming, outgoing]) {
      socket.setNoDelay(true);
      socket.once("error", end).once("close", end);
    }
    incoming.pipe(outgoing).pipe(incoming);
  });
  try {
    await new Promise<void>((resolve, reject) => {
      twin.once("error", reject);
      twin.listen({ port, host: "::1", ipv6Only: true }, resolve);
    });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EADDRNOTAVAIL" || code === "EAFNOSUPPORT") return { async stop() {} };
    throw portError(error as NodeJS.ErrnoException, "::1", port, variable);
  }
  return {
    stop: () =>
      new Promise((resolve) => {
        twin.close(() => resolve());
        for (const end of ends) end();
      }),
  };
}
