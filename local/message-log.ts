import { appendFileSync } from "node:fs";
import type { DeliveredMessage } from "./cognito/delivery.ts";

/**
 * Keeps what the real service would send by mail or SMS where a person on this machine finds it: in a
 * file that its owner alone can read.
 *
 * @param path of the file; the folder is there
 * @param onNotice told of each message as well
 * @returns what takes a message
 */
export function createMessageLog(
  path: string,
  onNotice: (line: string) => void,
): (message: DeliveredMessage) => void {
  return ({ at, username, medium, destination, purpose, code }) => {
    const words = `${medium} for ${username} to ${destination}: ${code} (${purpose})`;
    appendFileSync(path, `${at} ${words}\n`, { mode: 0o600 });
    onNotice(words);
  };
}
