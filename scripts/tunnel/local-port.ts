import { createServer } from "node:net";
import { AppError } from "@cleanauth/common/app-error.ts";

/**
 * Sees that nothing listens on a port of this machine's loopback.
 *
 * @throws AppError `environment_port_taken`
 */
export async function requireFreePort(port: number): Promise<void> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject).listen(port, "127.0.0.1", resolve);
    });
  } catch (error) {
    throw new AppError(
      "environment_port_taken",
      `Port ${port} of this machine is not free: ${(error as NodeJS.ErrnoException).code}`,
      // The server takes only calls that name its own port, so another one would not do.
      "End what listens there (make start, or another make tunnel), then run again.",
      { cause: error },
    );
  }
  await new Promise((resolve) => server.close(resolve));
}
