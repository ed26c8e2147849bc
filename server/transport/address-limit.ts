import ipaddr from "ipaddr.js";

const windowMilliseconds = 60_000;
const mostAddresses = 50_000;
/**
 * What all addresses that did too much get together, so that no neighbour of theirs is locked out: a few
 * at a time, since whoever calls meanwhile waits for them.
 */
const trials = { count: 5, milliseconds: 100 } as const;

/**
 * Bounds what an address may do in a minute, where no caller is known yet. An IPv6 address counts with
 * its /64, since one host has them all.
 */
export class AddressLimit {
  readonly #perMinute: number;
  readonly #now: () => number;
  readonly #counts = new Map<string, number>();
  #windowEnds = 0;
  #trialsEnd = 0;
  #trials = 0;

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
    const key = this.#keyOf(address, now);
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    return count <= this.#perMinute ? null : Math.ceil((this.#windowEnds - now) / 1000);
  }

  /**
   * Whether an address may try something that costs this server work. One that did too much in this
   * minute may when one of the few trials is left.
   */
  mayTry(address: string | undefined): boolean {
    if (this.#perMinute === 0) return true;
    const now = this.#now();
    if ((this.#counts.get(this.#keyOf(address, now)) ?? 0) < this.#perMinute) return true;
    if (now >= this.#trialsEnd) {
      this.#trialsEnd = now + trials.milliseconds;
      this.#trials = 0;
    }
    this.#trials += 1;
    return this.#trials <= trials.count;
  }

  #keyOf(address: string | undefined, now: number): string {
    if (now >= this.#windowEnds) {
      this.#counts.clear();
      this.#windowEnds = now + windowMilliseconds;
    }
    const key = networkOf(address);
    // Where there are that many, those that come last share one count.
    return this.#counts.has(key) || this.#counts.size < mostAddresses ? key : "others";
  }
}

function networkOf(address = "unknown"): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  return parsed instanceof ipaddr.IPv6 ? parsed.parts.slice(0, 4).join(":") : parsed.toString();
}
