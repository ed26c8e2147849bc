import { createServer } from "node:net";
import { AppError } from "@cleanauth/common/app-error.ts";

/**
 * Looks whether a program could listen on a port now, so that a port that is taken is reported before
 * anything is started.
 *
 * @param host the address to listen on
 * @param port the port
 * @param variable the name of the setting that moves it
 * @throws AppError `configuration_port_taken`, `configuration_address`
 */
export async function requireFreePort(host: string, port: number, variable: string): Promise<void> {
  const probe = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      probe.once("error", reject);
      probe.listen(port, host, resolve);
    });
  } catch (error) {
    throw portError(error as NodeJS.ErrnoException, host, port, variable);
  }
  await new Promise((resolve) => probe.close(resolve));
}

/** Words the failure to listen as a person needs it. */
export function portError(
  error: NodeJS.ErrnoException,
  host: string,
  port: number,
  variable: string,
): AppError {
  if (error.code === "EADDRINUSE") {
    return new AppError(
      "configuration_port_taken",
      `Port ${port} on ${host} is taken by another program`,
      `End that program (a make start of before, perhaps), or choose another port with ${variable}=.`,
      { cause: error },
    );
  }
  return new AppError(
    "configuration_address",
    `Cannot listen on ${host}:${port} (${error.code})`,
    `Choose another address with HOST= or another port with ${variable}=.`,
    { cause: error },
  );
}
