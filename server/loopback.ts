import { isLoopbackHost } from "@cleanauth/common/loopback.ts";

/**
 * Whether a server that listens on this address can be reached over loopback: it is a loopback
 * address itself, or it stands for every address of the machine.
 *
 * @param host the address that is listened on
 */
export function isReachedOverLoopback(host: string): boolean {
  return isLoopbackHost(host) || host === "0.0.0.0" || host === "::";
}
