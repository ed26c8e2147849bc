import type { AnyRequest } from "./listener.ts";
import { ServiceError } from "./service-error.ts";

const maximumBytes = 20 * 1024 * 1024;

/**
 * Reads a request's body.
 *
 * @throws ServiceError `RequestEntityTooLargeException` past 20 MiB
 */
export async function readBody(request: AnyRequest): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maximumBytes) throw new ServiceError("RequestEntityTooLargeException");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
