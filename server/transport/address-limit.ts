import ipaddr from "ipaddr.js";

const windowMilliseconds = 60_000;
const mostAddresses = 50_000;

/**
 * Bounds what an address may do in a minute, where no caller is known yet. An IPv6 address counts with
 * its /64, since one host has them all.
 */
export class AddressLimit {
  readonly #perMinute: number;
  readonly #now: () => number;
  readonly #counts = new Map<string, number>();
  #windowEnds = 0;

  /**
   * @param perMinute 0 is off
   * @param now milliseconds that no change of the clock moves
   */
  constructor(perMinute: number, now: () => number = () => performance.now()) {
    this.#perMinute = perMinute;
    this.#now = now;
  }

  /**
   * Counts one more.
   *
   * @param address as it was connected from; undefined where the connection is gone already
   * @returns null when it may go on, else the seconds to wait
   */
  count(address: string | undefined): number | null {
    if (this.#perMinute === 0) return null;
    const now = this.#now();
    if (now >= this.#windowEnds) {
      this.#counts.clear();
      this.#windowEnds = now + windowMilliseconds;
    }
    const key = networkOf(address);
    // Where there are that many, those that come last share one count.
    const kept = this.#counts.has(key) || this.#counts.size < mostAddresses ? key : "others";
    const count = (this.#counts.get(kept) ?? 0) + 1;
    this.#counts.set(kept, count);
    return count <= this.#perMinute ? null : Math.ceil((this.#windowEnds - now) / 1000);
  }
}

function networkOf(address = "unknown"): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  return parsed instanceof ipaddr.IPv6 ? parsed.parts.slice(0, 4).join(":") : parsed.toString();
}
